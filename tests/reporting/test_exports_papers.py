"""Papers: typst sets them, screen readers can read them, and no text can become anything but text."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from reporting.exports import papers
from reporting.exports.papers import Bullets, Facts, Heading, Lead, Mark, Paper, Paragraph, Part, Table, Words
from tests.reporting.pdf_text import read, squeezed

CASES = [json.loads(line) for line in Path("tests/cases/hostile_inputs.jsonl").read_text(encoding="utf-8").splitlines()]
# Half a character can be neither stored nor written as JSON that anybody reads back.
HOSTILE = sorted({str(case["value"]) for case in CASES if "\\ud" not in ascii(case["value"])})
MADE_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def paper(*parts: Part, title: str = "Kasse", language: str = "en") -> Paper:
    return Paper(title=title, language=language, number="{page} of {pages}", made="made today", parts=parts)


PLACES = 15


def everywhere(text: str) -> Paper:
    """The text in every place where some can stand."""
    return paper(
        Heading(text),
        Heading(text, level=3),
        Paragraph(text),
        Lead([text, text], hint=text),
        Bullets([text]),
        Facts([(text, Words(text, text))]),
        Table([text, "b"], [1, 2], [[text, Mark(text, "none", text)]]),
        title=text,
    )


def test_every_part_is_set_and_can_be_read_aloud() -> None:
    file = papers.pdf(
        paper(
            Heading("Promise"),
            Lead(["First.", "Second."], hint="Quiet."),
            Bullets(["one", "two"]),
            Facts([("Owner", Words("Mira", "away"))]),
            Table(["Month", "Verdict"], [1, 1], [["May", Mark("kept", "kept", "provisional")]]),
            Paragraph(Mark("broken", "broken")),
            title="Kasse <Nord>",
            language="de",
        ),
        made_at=MADE_AT,
    )

    found = read(file)
    assert found.pages == [
        "Kasse <Nord> Promise First. Second. Quiet. • one • two Owner Mira away "
        "Month Verdict May ✓ kept provisional ✗ broken made today 1 of 1"
    ]
    assert (found.title, found.language) == ("Kasse <Nord>", "de")
    assert (found.is_tagged, found.is_sealed) == (True, True)
    assert found.outline == ["Kasse <Nord>", "Promise"]


def test_every_tone_of_a_state_has_a_symbol() -> None:
    tones = sorted({sign.tone for sign in papers.SIGNS.values()})

    found = read(papers.pdf(paper(*(Paragraph(Mark(tone, tone)) for tone in tones)), made_at=MADE_AT))

    assert found.text == "Kasse ✗ broken ✓ kept … none ● open – quiet ▲ risk made today 1 of 1"


def test_state_brings_its_word_and_tone() -> None:
    assert papers.mark("no_data") == Mark("too little data", "none")
    assert papers.mark("broken", word="2 of 3 late", hint="now") == Mark("2 of 3 late", "broken", "now")


def test_same_paper_of_the_same_moment_is_the_same_file() -> None:
    assert papers.pdf(everywhere("a"), made_at=MADE_AT) == papers.pdf(everywhere("a"), made_at=MADE_AT)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_only_text(text: str) -> None:
    found = read(papers.pdf(everywhere(text), made_at=MADE_AT))

    assert found.is_tagged
    assert found.letters.endswith(f"madetoday{len(found.pages)}of{len(found.pages)}")
    # Signs that no font here has are boxes, and the seal is then not claimed. A footer may stand within a text.
    if found.is_sealed:
        assert found.letters.count(squeezed(papers.SHAPELESS.sub(" ", text))) > PLACES - len(found.pages)


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        '"); #read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        "$x^2$ *bold* _it_ `raw` = Heading",
        "https://example.test/ @label <label> // gone /* gone */",
        "#{sys.inputs.paper}",
        "{page} {pages}",
        "\\ \\u{41} ~ --- ...",
        '{"kind": "table"}',
    ],
)
def test_language_of_typst_is_not_spoken_by_its_input(text: str) -> None:
    found = read(papers.pdf(everywhere(text), made_at=MADE_AT))

    assert found.is_sealed
    assert found.title == text
    assert found.letters.count(squeezed(text)) == PLACES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\nc", "a b c"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("a\x01\x1b[31mb", "a [31mb"),
        ("Otto\u202egnp.exe", "Otto gnp.exe"),
        ("\ufeffmark", "mark"),
        ("a\uffffb", "a b"),
    ],
)
def test_what_has_no_shape_or_turns_words_around_is_a_space(text: str, shown: str) -> None:
    found = read(papers.pdf(paper(Paragraph(text), title=f"T {text}"), made_at=MADE_AT))

    assert found.text == f"T {shown} {shown} made today 1 of 1".replace("  ", " ")
    assert found.title.split() == ["T", *shown.split()]
    assert found.is_sealed


def test_sign_that_no_font_has_costs_the_seal_and_not_the_paper() -> None:
    found = read(papers.pdf(paper(Paragraph("before \U0010fffd after \U000e0fff end")), made_at=MADE_AT))

    assert (found.is_tagged, found.is_sealed) == (True, False)
    assert found.text.startswith("Kasse before")
    assert found.text.endswith("end made today 1 of 1")


def test_fonts_that_typst_brings_along_suffice(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = papers.typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(papers, "_fonts", lambda: alone)

    found = read(papers.pdf(everywhere("Größe „Straße“ – 95 % ✓ Ελλάδα Київ"), made_at=MADE_AT))

    assert found.is_sealed
    assert "Größe „Straße“ – 95 % ✓ Ελλάδα Київ" in found.text


def test_long_word_is_broken_within_the_paper() -> None:
    word = "Donaudampfschifffahrt" * 12

    found = read(papers.pdf(paper(Paragraph(word), Table(["a", "b"], [1, 4], [[word, word]])), made_at=MADE_AT))

    assert found.letters.count(word) >= 1
    assert word not in found.text


def test_table_over_many_pages_repeats_its_head() -> None:
    rows = [[f"row {number}", "x"] for number in range(90)]

    found = read(papers.pdf(paper(Table(["Month", "Verdict"], [1, 1], rows)), made_at=MADE_AT))

    assert len(found.pages) > 2
    assert all("Month Verdict row" in page for page in found.pages)
    assert [page.rpartition("made today ")[2] for page in found.pages] == [
        f"{number} of {len(found.pages)}" for number in range(1, len(found.pages) + 1)
    ]


def test_what_nobody_can_read_is_cut_and_says_so() -> None:
    lines = [f"line {number}" for number in range(1000)]

    started = time.monotonic()
    found = read(papers.pdf(paper(Bullets(lines), Paragraph("x" * 2_000_000)), made_at=MADE_AT))

    assert time.monotonic() - started < 20
    assert "• line 499 • … xxx" in found.text
    assert "line 500" not in found.text
    assert found.letters.count("x") == papers.LONGEST
    assert "x…" in found.text


def test_papers_of_several_threads_do_not_mix() -> None:
    def made(number: int) -> str:
        return read(papers.pdf(paper(title=f"Paper {number}"), made_at=MADE_AT)).text

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(made, range(24)))

    assert found == [f"Paper {number} made today 1 of 1" for number in range(24)]


def test_template_is_found_from_any_folder(tmp_path: Path) -> None:
    code = (
        "import os; from datetime import UTC, datetime; from reporting.exports import papers\n"
        "made = papers.pdf(papers.Paper('Kasse', 'en', '', '', []), made_at=datetime.now(UTC))\n"
        "print(os.getcwd(), made[:5].decode())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(settings.BASE_DIR), "DJANGO_SETTINGS_MODULE": "config.settings_test", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == [str(tmp_path), "%PDF-"], done.stderr
