"""Every sentence that has to be translated is found, in Python and in templates."""

from pathlib import Path

import pytest

from config import extraction
from config.catalogues import Message

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("_('Due')", [Message("Due")]),
        ("gettext_lazy('Due ' 'soon')", [Message("Due soon")]),
        ("ngettext('%(n)s ticket', '%(n)s tickets', n)", [Message("%(n)s ticket", "%(n)s tickets")]),
        ("ngettext_lazy('a', 'b', 'n')", [Message("a", "b")]),
        ("pgettext('timer', 'Due')", [Message("Due", context="timer")]),
        ("pgettext_lazy('timer', 'Due')", [Message("Due", context="timer")]),
        ("npgettext('timer', 'a', 'b', n)", [Message("a", "b", "timer")]),
        ("def f():\n    return _('inside')\n\nx = _('after')", [Message("inside"), Message("after")]),
        ("Sentence('%(a)s %% ' 'of it', facts)", [Message("%(a)s %% of it")]),
        ("_(variable)", []),
        ("'Due'  # _('not this')", []),
    ],
)
def test_python_is_read(source: str, found: list[Message]) -> None:
    assert list(extraction.from_python(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Due" %}', [Message("Due")]),
        ('{% trans "Due" context "timer" as word %}', [Message("Due", context="timer")]),
        ('{% translate "100% kept" %}', [Message("100%% kept")]),
        ('{{ _("Due") }} and {{ word|default:_("nothing") }}', [Message("Due"), Message("nothing")]),
        ("{% blocktranslate %}Due {{ at }}{% endblocktranslate %}", [Message("Due %(at)s")]),
        (
            "{% blocktranslate trimmed with at=timer.due_at %}\n    Due\n    {{ at }}\n{% endblocktranslate %}",
            [Message("Due %(at)s")],
        ),
        (
            "{% blocktranslate count n=all|length %}{{ n }} ticket{% plural %}{{ n }} tickets{% endblocktranslate %}",
            [Message("%(n)s ticket", "%(n)s tickets")],
        ),
        ("{# translate 'no' #}{% comment %}{% translate 'no' %}{% endcomment %}<p>no</p>", []),
    ],
)
def test_templates_are_read(source: str, found: list[Message]) -> None:
    assert list(extraction.from_template(source, origin="page.html")) == found


def test_what_surrounds_a_call_in_a_template_does_not_matter() -> None:
    source = """
<p class="a" title="{% translate 'First' %}">it's (unbalanced [ and "quoted
      {% if x == 'y' %}   {% translate "Second" %} }} {% endif %}
   def: \\ # 'comment'
{% translate "Third" %}</p>"""

    assert [message.text for message in extraction.from_template(source, origin="page.html")] == [
        "First",
        "Second",
        "Third",
    ]


def test_a_checkout_is_read_whole_without_migrations(tmp_path: Path) -> None:
    files = {
        "slas/models/agreements.py": "_('agreement')",
        "slas/migrations/0001_initial.py": "_('migrated')",
        "slas/templates/slas/part.txt": "{% translate 'part' %}",
        "templates/emails/escalation.subject.txt": "{% translate 'subject' %}",
        "templates/page.html": "{% translate 'agreement' %}",
        "static/portal.css": "_('style')",
        "tests/test_x.py": "_('tested')",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    assert extraction.from_checkout(tmp_path) == {
        Message("agreement"): ["slas/models/agreements.py", "templates/page.html"],
        Message("part"): ["slas/templates/slas/part.txt"],
        Message("subject"): ["templates/emails/escalation.subject.txt"],
    }


def test_this_checkout_is_read_without_an_error() -> None:
    places = extraction.from_checkout(ROOT)

    assert len(places) > 100
    assert all(message.text.strip() == message.text != "" for message in places), "a sentence with spaces around it"
