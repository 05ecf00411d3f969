"""Catalogues are brought up to date, filled, judged and compiled."""

import gettext
import json
import os
from pathlib import Path

import pytest

from config import catalogues, translations
from config.catalogues import Message, Translation

PLACES = {
    Message("Due"): ["templates/page.html", "slas/rules.py"],
    Message("%(n)s ticket", "%(n)s tickets"): ["templates/page.html"],
    Message("open", context="ticket"): ["incidents/models/tickets.py"],
}
GERMAN = [
    Translation(Message("Due"), "Fällig"),
    Translation(Message("%(n)s ticket", "%(n)s tickets"), "ein Ticket", "%(n)s Tickets"),
    Translation(Message("open", context="ticket"), "offen"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalogue of three messages, none translated."""
    path = catalogues.path_of(tmp_path, "de")
    catalogues.synchronise(path, PLACES)
    return path


def _held(path: Path) -> dict[Message, object]:
    return {
        Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or ""): entry.msgstr_plural or entry.msgstr
        for entry in catalogues.read(path)
    }


def test_a_new_catalogue_holds_every_message_once(path: Path) -> None:
    assert _held(path) == {
        Message("Due"): "",
        Message("%(n)s ticket", "%(n)s tickets"): {0: "", 1: ""},
        Message("open", context="ticket"): "",
    }
    assert "nplurals=2; plural=(n != 1);" in path.read_text(encoding="utf-8")


def test_bringing_it_up_to_date_keeps_translations_and_drops_what_nobody_says(path: Path) -> None:
    catalogues.fill(path, GERMAN)

    catalogues.synchronise(path, {Message("Due"): ["slas/rules.py"], Message("Paused"): ["slas/rules.py"]})

    assert _held(path) == {Message("Due"): "Fällig", Message("Paused"): ""}


def test_a_second_time_changes_nothing(path: Path) -> None:
    catalogues.fill(path, GERMAN)
    before = path.read_bytes()

    catalogues.synchronise(path, PLACES)
    catalogues.fill(path, GERMAN)

    assert path.read_bytes() == before


def test_filling_says_which_messages_it_does_not_know(path: Path) -> None:
    strangers = catalogues.fill(path, [*GERMAN, Translation(Message("Due", context="timer"), "fällig")])

    assert strangers == [Message("Due", context="timer")]
    assert list(catalogues.faults(path, PLACES)) == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (Translation(Message("Due"), ""), "untranslated: 'Due'"),
        (Translation(Message("Due"), "Fällig %(at)s"), "placeholders differ: 'Due' and 'Fällig %(at)s'"),
        (
            Translation(Message("%(n)s ticket", "%(n)s tickets"), "ein Ticket", "%(m)s Tickets"),
            "placeholders differ: '%(n)s ticket' and '%(m)s Tickets'",
        ),
        (Translation(Message("%(n)s ticket", "%(n)s tickets"), "ein Ticket", ""), "untranslated: '%(n)s ticket'"),
    ],
)
def test_each_fault_is_named(path: Path, wrong: Translation, fault: str) -> None:
    catalogues.fill(path, [*GERMAN, wrong])

    assert list(catalogues.faults(path, PLACES)) == [fault]


@pytest.mark.parametrize(
    ("english", "german", "holds"),
    [
        ("%(a)s of %(b)s", "%(b)s: %(a)s", True),
        ("%(a)s of %(b)s", "%(a)s", False),
        ("{name} since {at}", "seit {at} {name}", True),
        ("{name} since {at}", "seit {at} {nmae}", False),
        ("100%% of %s", "%s zu 100%%", True),
        ("100%% of %s", "%s zu 100", False),
        ("twice %(a)s %(a)s", "zweimal %(a)s", False),
    ],
)
def test_placeholders_must_be_the_same(tmp_path: Path, english: str, german: str, holds: bool) -> None:
    path, message = catalogues.path_of(tmp_path, "de"), Message(english)
    catalogues.synchronise(path, {message: ["slas/rules.py"]})
    catalogues.fill(path, [Translation(message, german)])

    assert (list(catalogues.faults(path, [message])) == []) is holds


def test_a_message_that_is_missing_or_unsure_is_a_fault(path: Path) -> None:
    catalogues.fill(path, GERMAN)
    path.write_text(
        path.read_text(encoding="utf-8").replace('msgctxt "ticket"', '#, fuzzy\nmsgctxt "ticket"'), encoding="utf-8"
    )

    assert list(catalogues.faults(path, [*PLACES, Message("Paused")])) == ["missing: 'Paused'", "fuzzy: 'open'"]


def test_compiling_writes_what_gettext_reads_and_only_when_something_changed(path: Path, tmp_path: Path) -> None:
    catalogues.fill(path, GERMAN)

    first, second = catalogues.compile_all(tmp_path), catalogues.compile_all(tmp_path)
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))
    third = catalogues.compile_all(tmp_path)

    assert (first, second, third) == ([path.with_suffix(".mo")], [], [path.with_suffix(".mo")])
    german = gettext.translation("django", tmp_path / "locale", ["de"])
    said = (
        german.gettext("Due"),
        german.ngettext("%(n)s ticket", "%(n)s tickets", 3),
        german.pgettext("ticket", "open"),
    )
    assert said == ("Fällig", "%(n)s Tickets", "offen")


def test_a_language_is_a_folder_and_says_how_many_forms_its_plural_has(tmp_path: Path) -> None:
    for name in ("en", "pl"):
        (tmp_path / "locale" / name).mkdir(parents=True)
    path = catalogues.path_of(tmp_path, "pl")
    catalogues.synchronise(path, {})
    path.write_text(path.read_text(encoding="utf-8").replace("nplurals=2", "nplurals=3"), encoding="utf-8")

    catalogues.synchronise(path, PLACES)

    assert catalogues.languages(tmp_path) == ["de", "pl"]
    assert _held(path)[Message("%(n)s ticket", "%(n)s tickets")] == {0: "", 1: "", 2: ""}


def _checkout(root: Path) -> Path:
    (root / "slas").mkdir()
    (root / "slas/rules.py").write_text(
        "_('Due')\nngettext('a ticket', '%(n)s tickets', n)\npgettext('timer', 'open')\n"
    )
    (root / "templates").mkdir()
    (root / "templates/page.html").write_text('{% translate "100% kept" %}')
    return root


def test_merging_files_of_translations_completes_the_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, file = _checkout(tmp_path), tmp_path / "more.jsonl"
    rows = [
        {"en": "Due", "de": "Fällig"},
        {"en": "a ticket", "de": "ein Ticket", "en_plural": "%(n)s tickets", "de_plural": "%(n)s Tickets"},
        {"en": "open", "de": "offen", "ctx": "timer"},
        {"en": "100% kept", "de": "zu 100 % gehalten"},
        {"en": "nobody says this", "de": "das sagt niemand"},
    ]
    file.write_text("\n\n".join(json.dumps(row) for row in rows))

    code = translations.main(["merge", str(file)], root=root)

    assert (code, capsys.readouterr().out.splitlines()) == (
        0,
        ["not in the source: 'nobody says this'", "Every message is translated."],
    )
    assert _held(catalogues.path_of(root, "de"))[Message("100%% kept")] == "zu 100 %% gehalten"


def test_the_check_fails_until_everything_is_translated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = _checkout(tmp_path)

    codes = [translations.main([command], root=root) for command in ("check", "extract", "check", "compile")]

    assert codes == [1, 0, 1, 0]
    assert capsys.readouterr().out.splitlines() == [
        *("de: missing: '100%% kept'", "de: missing: 'Due'", "de: missing: 'a ticket'", "de: missing: 'open'"),
        "4 messages.",
        *(
            "de: untranslated: '100%% kept'",
            "de: untranslated: 'Due'",
            "de: untranslated: 'a ticket'",
            "de: untranslated: 'open'",
        ),
    ]
    assert catalogues.path_of(root, "de").with_suffix(".mo").exists()
