"""A whole file: what is no agreement file, what is an empty one, and that no file at all is ever an error."""

from datetime import UTC, datetime
from io import BytesIO
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from slas.importers.applying import apply
from slas.importers.nodes import DEEPEST, MOST_BYTES, read
from slas.importers.problems import BadFile
from slas.models import Agreement, Calendar, Revision
from slas.queries.wordings import wording_of
from tests.laws import law
from tests.slas.importers.test_refusals import Said, said, written

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("people: {vera: x}", [(1, "A list is expected here.")]),
        ("people: [vera]", [(1, "Keys with values are expected here.")]),
        ("people:\n  - [vera]", [(2, "Keys with values are expected here.")]),
        ("people:\n  - {name: Vera}", [(2, "“username” is missing here.")]),
        ("people:\n  - {username: }", [(2, "“username” is missing here.")]),
        ("people:\n  - {username: [vera]}", [(2, "A text is expected here.")]),
        ("teams:\n  - {name: x}", [(2, "“slug” is missing here.")]),
        ("products:\n  - {name: x}", [(2, "“slug” is missing here.")]),
        ("agreements:\n  - {title: x}", [(2, "“slug” is missing here.")]),
        ("agreements:\n  - {slug: x}", [(2, "“product” is missing here.")]),
        ("calendars:\n  - {name: x}", [(2, "“zone” is missing here.")]),
        ("calendars:\n  - {name: x, zone: UTC}", [(2, "“week” is missing here.")]),
        ("calendars:\n  - {name: x, zone: [UTC], week: {}}", [(2, "A text is expected here.")]),
        ("- people", [(1, "Keys with values are expected here.")]),
        ("[]", [(1, "Keys with values are expected here.")]),
        ("'just words'", [(1, "Keys with values are expected here.")]),
        ("42", [(1, "Keys with values are expected here.")]),
        ("people: [", [(1, "This is no YAML: expected the node content, but found '<stream end>'.")]),
        ("people: []\n\tteams: []", [(2, "This is no YAML: found character '\\t' that cannot start any token.")]),
        ("people: *vera", [(1, "This is no YAML: found undefined alias 'vera'.")]),
        ("people: &a [*a]", [(1, "A part of the file contains itself.")]),
        ("people: &a\n  - {username: vera, deputy: *a}", [(1, "A part of the file contains itself.")]),
        ("? {a: b}\n: c", [(1, "A key must be a plain word.")]),
        ("people: []\n---\nteams: []", [(2, "This is no YAML: but found another document.")]),
        ("fallback: [nobody]", [(1, "Nobody is known as “nobody”.")]),
        ("fallback: {first: vera}", [(1, "A list is expected here.")]),
        ("Fallback: [vera]", [(1, "“Fallback” is not known here. Is “fallback” meant?")]),
    ],
)
def test_a_file_that_says_nothing_that_can_be_done(content: str, problems: Said) -> None:
    assert said(content.encode()) == problems


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"# nothing", b"---\n", b"\xef\xbb\xbf", b"~", b"people:\nteams: ~\n"]
)
def test_an_empty_file_does_nothing(content: bytes) -> None:
    outcome = apply(content, now=NOW)

    assert (outcome.lines, outcome.summary()) == ([], "0 created, 0 changed, 0 unchanged.")


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"\xff\xfe", 1), (b"people: []\n\xe4", 2), ("people: []".encode("utf-16"), 1), (b"a: b\nc: d\ne: \xc3", 3)],
)
def test_another_encoding_names_the_line_of_its_first_byte(content: bytes, line: int) -> None:
    assert said(content) == [(line, "The file is not UTF-8 text.")]


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\ufffe"])
def test_signs_that_yaml_forbids_name_their_line(sign: str) -> None:
    assert said(f"people: []\nteams: {sign}\n".encode()) == [
        (2, "The file holds a character that YAML does not allow.")
    ]


@pytest.mark.parametrize("sign", ["\\0", "\\x00", "\\ud800"])
def test_signs_that_cannot_be_stored_name_their_line(sign: str) -> None:
    found = said(written("agreement", f'contacts: ["{sign}"]'))

    assert [line for line, _sentence in found] == [32]


@pytest.mark.parametrize(
    "word", ["漢字", "ÄÖÜß", "e\u0301", "\N{SNOWMAN}", "‮links", "a\\b", "'", '"', "#", "- x", "NO", "0x1F"]
)
def test_words_of_every_script_are_kept_as_they_are(word: str) -> None:
    quoted = yaml.safe_dump(word, allow_unicode=True).splitlines()[0]

    apply(written("agreement", f"contacts: [{quoted}]"), now=NOW)

    assert wording_of(Revision.objects.get()).contacts == (word,)


def test_the_depth_and_the_size_of_a_file_are_bounded() -> None:
    too_deep = f"people: {'[' * DEEPEST}{']' * DEEPEST}"

    assert said(too_deep.encode()) == [(1, "This is no YAML: lists and keys are nested too deeply.")]
    assert said(b"# " + b"x" * MOST_BYTES) == [(1, "The file is larger than 1 MB; split it.")]


def test_an_anchor_is_read_wherever_its_alias_stands() -> None:
    content = dedent("""\
        calendars:
          - name: Büro
            zone: UTC
            week: {mon: &day ["08:00-18:00"], tue: *day, wed: *day}
        """)

    apply(content.encode(), now=NOW)

    assert Calendar.objects.get().revisions.get().week == {day: ["08:00-18:00"] for day in ("mon", "tue", "wed")}


class AnyFile(TestCase):
    """Whatever stands in a file, it is applied or refused with lines that exist."""

    @law
    @given(st.binary(max_size=200))
    def test_any_bytes(self, content: bytes) -> None:
        try:
            read(content)
            lines = [1]
        except BadFile as wrong:
            lines = [problem.line for problem in wrong.problems]

        assert lines
        assert all(
            1 <= line <= content.count(b"\n") + content.count(b"\r") + content.count(b"\x85") + 2 for line in lines
        )

    @law
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["people", "teams", "products", "agreements", "calendars", "fallback", "slug", "name"]
                    ),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=12,
        )
    )
    def test_any_tree(self, tree: object) -> None:
        content = BytesIO()
        yaml.safe_dump(tree, content, encoding="utf-8", allow_unicode=False)

        try:
            outcome = apply(content.getvalue(), now=NOW).summary()
        except BadFile as wrong:
            outcome = str(wrong)

        assert outcome
        assert Agreement.objects.count() == 0
