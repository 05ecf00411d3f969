"""Everything that can be wrong with a file: the line, a sentence, and nothing changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from slas.importers.applying import apply
from slas.importers.problems import BadFile
from slas.models import Agreement, Calendar, User

EXAMPLE = (Path(__file__).parents[1] / "cases" / "agreement_example.yaml").read_text()
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def said(content: str | bytes) -> list[tuple[int, str]]:
    """What the file is refused with; nothing is stored afterwards."""
    with pytest.raises(BadFile) as wrong:
        apply(content.encode() if isinstance(content, str) else content, now=NOW)
    assert not Calendar.objects.exists()
    assert not User.objects.exists()
    assert not Agreement.objects.exists()
    return [(problem.line, problem.sentence) for problem in wrong.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("fallback: [vera]", "fallbck: [vera]", 4, "“fallbck” is not known here. Is “fallback” meant?"),
        (
            "fallback: [vera]",
            "fallback: []",
            4,
            "Somebody must be told when nobody else can be; name at least one person.",
        ),
        ("fallback: [vera]", "fallback: vera", 4, "A list is expected here."),
        (
            'zone: Europe/Berlin\n    week: {mon: ["08',
            'zone: Berlin\n    week: {mon: ["08',
            7,
            "The time zone “Berlin” is not known; use a name such as Europe/Berlin.",
        ),
        (
            'tue: ["08:00-18:00"]',
            'tue: ["08:00-12:00", "11:00-18:00"]',
            8,
            "The intervals 08:00-12:00 and 11:00-18:00 overlap.",
        ),
        (
            'tue: ["08:00-18:00"]',
            'tue: ["18:00-08:00"]',
            8,
            "The interval 18:00-08:00 ends before it starts; write a night as two intervals.",
        ),
        ('tue: ["08:00-18:00"]', 'tue: "08:00-18:00"', 8, "A list is expected here."),
        (
            'tue: ["08:00-18:00"]',
            'die: ["08:00-18:00"]',
            8,
            "“die” is no weekday; use mon, tue, wed, thu, fri, sat, sun.",
        ),
        (
            "holidays: DE-HH ",
            "holidays: DE-XX ",
            9,
            "“DE-XX” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
        ("closed: [2026-12-24]", "closed: [2026-13-24]", 10, "“2026-13-24” is no date; write it like 2026-12-24."),
        ("closed: [2026-12-24]", "closed: [9999-12-24]", 10, "The year must lie between 1970 and 2200."),
        ("special: {2026-12-31:", "special: {Silvester:", 11, "“Silvester” is no date; write it like 2026-12-24."),
        (
            "name: Rund um die Uhr",
            "name: Büro Hamburg",
            12,
            "The calendar “Büro Hamburg” is described here a second time.",
        ),
        (
            "roles: [service_level_manager]",
            "roles: [boss]",
            17,
            "“boss” is not known here; use service_level_manager, auditor, importer, administrator.",
        ),
        ("email: jana@example.test", "email: jana", 18, "e-mail: Enter a valid email address."),
        (
            "email: jana@example.test",
            "email: VERA@example.test",
            18,
            "Another person already has the address VERA@example.test.",
        ),
        ("email: jana@example.test, ", "", 18, "e-mail: This field cannot be blank."),
        ("language: de, manager: holger}", "language: de, manager: nobody}", 18, "Nobody is known as “nobody”."),
        (
            "language: de, manager: holger}",
            "language: de, manager: jana}",
            18,
            "Jana Petersen reports to Jana Petersen already; a reporting line cannot run in a circle.",
        ),
        (
            "holger@example.test, language: de}",
            "holger@example.test, language: de, manager: jana}",
            19,
            "Jana Petersen reports to Holger Brandt already; a reporting line cannot run in a circle.",
        ),
        (
            "holger@example.test, language: de}",
            "holger@example.test, language: fr}",
            19,
            "“fr” is not known here; use de, en.",
        ),
        (
            "holger@example.test, language: de}",
            "holger@example.test, absent: {from: 2026-12-02, to: 2026-12-01}}",
            19,
            "The first day back comes after the first day away.",
        ),
        ("lead: holger, members", "members", 22, "The team “kassenteam” is new, so “lead” must be given."),
        ("members: [jana]", "members: [jana, ghost]", 22, "Nobody is known as “ghost”."),
        ("team: kassenteam, owner", "team: lager, owner", 24, "There is no team named “lager”."),
        ("visible_to: everyone", "visible_to: nobody", 24, "“nobody” is not known here; use everyone, stakeholders."),
        ("visible_to: everyone", "tier: 9, visible_to: everyone", 24, "A tier is 1, 2, 3 or 4."),
        ("product: kasse\n", "product: lager\n", 27, "There is no product named “lager”."),
        ("    title: Betrieb der Kasse\n", "", 26, "“title” is missing here."),
        ("title: Betrieb der Kasse", "title: [Betrieb]", 28, "A text is expected here."),
        ("title: Betrieb der Kasse", 'title: "Betrieb\\0"', 28, "This text holds a character that cannot be stored."),
        (
            "relation: same_entity ",
            "relation: friends ",
            31,
            "“friends” is not known here; use same_entity, affiliated, external.",
        ),
        (
            "2026-01-01T00:00:00+01:00",
            "2026-01-01T00:00:00",
            33,
            "“2026-01-01T00:00:00” needs its offset; write it like 2026-01-01T00:00:00+01:00.",
        ),
        (
            "2026-01-01T00:00:00+01:00",
            "New Year",
            33,
            "“New Year” is no moment; write it like 2026-01-01T00:00:00+01:00.",
        ),
        (
            "reopen_within: 120h",
            "reopen_within: 5d",
            37,
            "“5d” is no length of time; write it like 90s, 30m, 1h or 1h30m.",
        ),
        (
            "zone: Europe/Berlin         #",
            "zone: Mars/Base         #",
            26,
            "time zone: “Mars/Base” is no time zone, such as Europe/Berlin.",
        ),
        (
            "signed_by: [holger, mira]",
            "signed_by: [holger]",
            39,
            "Two different people sign: one for the provider, then one for the customer.",
        ),
        (
            "signed_by: [holger, mira]",
            "signed_by: [mira, mira]",
            39,
            "Two different people sign: one for the provider, then one for the customer.",
        ),
        (
            "signed_by: [holger, mira]",
            "signed_by: [holger, vera]",
            39,
            "“vera” cannot sign for the customer: the product's owner or a deputy does.",
        ),
        ("glossary: {Reaktion:", "glossary: {Reaktion: [", 40, "This is no YAML"),
        ("      P2:\n", "      P7:\n", 49, "“P7” is no priority; use P1, P2, P3, P4."),
        ("allowance: 2h, calendar: Büro Hamburg", "allowance: 2h", 47, "“calendar” is missing here."),
        (
            "allowance: 2h, calendar: Büro Hamburg",
            "allowance: 2h, calendar: Mond",
            47,
            "There is no calendar named “Mond”.",
        ),
        ("allowance: 2h,", "allowance: 0h,", 47, "The time must be longer than nothing."),
        (
            "allowance: 2h,",
            "allowance: two hours,",
            47,
            "“two hours” is no length of time; write it like 90s, 30m, 1h or 1h30m.",
        ),
        ("allowance: 2h,", "alowance: 2h,", 47, "“alowance” is not known here. Is “allowance” meant?"),
        ("kind: objective}\n      ", "kind: hope}\n      ", 47, "“hope” is not known here; use commitment, objective."),
        (
            "attainment: 90}\n      P2",
            "attainment: 101}\n      P2",
            48,
            "101 is not between 1 and 100 percent with two decimal places.",
        ),
        (
            "attainment: 90}\n      P2",
            "attainment: nan}\n      P2",
            48,
            "nan is not between 1 and 100 percent with two decimal places.",
        ),
        ("attainment: 90}\n      P2", "attainment: lots}\n      P2", 48, "“lots” is no number of percent."),
        ("response: false,", "response: maybe,", 57, "“maybe” is neither true nor false."),
        ("at: 50%", "at: half", 59, "“half” is no moment of the ladder; write it like 50%, +60m or -30m."),
        ("at: 50%", "at: 0%", 26, "A step comes between 1 and 1000 percent of the time."),
        ("at: +60m", "at: +1d", 64, "“1d” is no length of time; write it like 90s, 30m, 1h or 1h30m."),
        ("to: [managers_manager]", "to: []", 64, "Every step of the ladder needs somebody to tell."),
        ("to: [managers_manager]", "to: [manager_manager]", 64, "Nobody is known as “manager_manager”."),
        ("repeat: 60m, max: 5", "max: 5", 61, "“max” counts repeats, so “repeat” must say how often they come."),
        ("repeat: 60m, max: 5", "repeat: 60m, max: many", 61, "“many” is no whole number."),
        ("repeat: 60m, max: 5", "repeat: 60m, max: 2000", 61, "A step repeats up to 1000 times."),
        (
            "timer: response, at: 50%",
            "timer: answer, at: 50%",
            59,
            "“answer” is not known here; use response, update, resolution.",
        ),
        ("weekly: false", "weekly: 3", 65, "“3” is neither true nor false."),
        ("weekly: false", "every_weeks: 60", 65, "Reviews come every 1 to 52 weeks."),
        ("participants: [mira, holger]", "participants: [mira, ghost]", 65, "Nobody is known as “ghost”."),
    ],
)
def test_one_thing_wrong_names_its_line(old: str, new: str, line: int, sentence: str) -> None:
    assert old in EXAMPLE

    found = said(EXAMPLE.replace(old, new, 1))

    assert (line, sentence) in found or (found[0][0] == line and found[0][1].startswith(sentence))


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"people: [\n", [(2, "This is no YAML: expected the node content, but found '<stream end>'.")]),
        (b"people: 5\n", [(1, "A list is expected here.")]),
        (b"- people\n", [(1, "Keys with values are expected here.")]),
        (b"just words\n", [(1, "Keys with values are expected here.")]),
        (b"people: []\npeople: []\n", [(2, "“people” stands here a second time.")]),
        (b"? [a]\n: b\n", [(1, "A key must be a plain word.")]),
        (b"people:\n  - !!python/object/apply:os.system ['true']\n", [(2, "Keys with values are expected here.")]),
        (b"a: 1\n---\nb: 2\n", [(2, "This is no YAML: but found another document.")]),
        (b"people: []\nteams: \xff\n", [(2, "The file is not UTF-8 text.")]),
        (b"people: []\nteams: \x01\n", [(2, "The file holds a character that YAML does not allow.")]),
        (b"people: *nobody\n", [(1, "This is no YAML: found undefined alias 'nobody'.")]),
        (b"people: &a\n  - *a\n", [(1, "A part of the file contains itself.")]),
        (b"calendars:\n  - {zone: UTC, week: {}}\n", [(2, "“name” is missing here.")]),
        (
            b"calendars:\n  - name: Never\n    zone: UTC\n    week: {mon: []}\n",
            [(4, "This calendar never opens. Give at least one weekday its hours.")],
        ),
        (b"#" * 1_000_001, [(1, "The file is larger than 1 MB; split it.")]),
        (b"people:\n" + b"[" * 30, [(2, "This is no YAML: lists and keys are nested too deeply.")]),
    ],
)
def test_what_is_no_agreement_file(content: bytes, problems: list[tuple[int, str]]) -> None:
    assert said(content) == problems


def test_a_small_file_that_unfolds_into_an_enormous_one_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    found = said("\n".join(lines))

    assert [sentence for _line, sentence in found] == ["The file describes more than an agreement can hold; split it."]


def test_everything_that_is_wrong_is_said_at_once_in_order() -> None:
    content = EXAMPLE.replace("roles: [service_level_manager]", "roles: [boss]").replace("at: 50%", "at: half")
    content = content.replace("members: [jana]", "members: [jnaa]").replace("reviews:", "revews:")

    assert said(content) == [
        (17, "“boss” is not known here; use service_level_manager, auditor, importer, administrator."),
        (22, "Nobody is known as “jnaa”."),
        (59, "“half” is no moment of the ladder; write it like 50%, +60m or -30m."),
        (65, "“revews” is not known here. Is “reviews” meant?"),
    ]


def test_an_empty_file_changes_nothing() -> None:
    outcome = apply(b"# nothing yet\n", now=NOW)

    assert outcome.summary() == "0 created, 0 changed, 0 unchanged."
    assert outcome.warnings == ["Nobody is told when nobody else can be: name somebody under “fallback”."]
