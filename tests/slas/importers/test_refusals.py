"""An agreement file with one thing wrong at every level: the line, the sentence, and nothing stored."""

from datetime import UTC, datetime

import pytest

from slas.importers.applying import apply
from slas.importers.problems import BadFile
from slas.models import Agreement, Calendar, Product, Revision, Team, User
from slas.queries.wordings import wording_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
Said = list[tuple[int, str]]

pytestmark = pytest.mark.django_db

# One thing of each kind in as few lines as possible; {…} is where a test writes something else.
FILE = """\
fallback: [vera]
calendars:
  - name: Büro
    zone: Europe/Berlin
    week: {{mon: ["08:00-18:00"]}}
    {calendar}
people:
  - {{username: vera, name: Vera, email: vera@example.test}}
  - username: jana
    name: Jana
    email: jana@example.test
    {person}
teams:
  - slug: kassenteam
    name: Kassenteam
    lead: vera
    {team}
products:
  - slug: kasse
    name: Kasse
    team: kassenteam
    owner: jana
    {product}
agreements:
  - slug: kasse-2026
    product: kasse
    title: Betrieb
    provider: IT
    customer: Vertrieb
    in_force_from: 2026-01-01T00:00:00+01:00
    signed_by: [vera, jana]
    {agreement}
    targets:
      P1:
        {priority}
        response:
          allowance: 1h
          calendar: Büro
          {target}
    ladder:
      - timer: response
        at: 50%
        to: [team]
        {step}
    {after}
"""
BOUNDS = "is not between 0.0001 and 100 with at most 4 decimal places."
# Place → the line on which the words of a test stand.
LINES = {
    "calendar": 6,
    "person": 12,
    "team": 17,
    "product": 23,
    "agreement": 32,
    "priority": 35,
    "target": 39,
    "step": 44,
    "after": 45,
}


def written(place: str = "", words: str = "") -> bytes:
    """The file with these words in that place; the others stay empty."""
    return FILE.format(**{**dict.fromkeys(LINES, ""), **({place: words} if place else {})}).encode()


def said(content: bytes) -> Said:
    """What the file is refused with; nothing is stored afterwards."""
    with pytest.raises(BadFile) as wrong:
        apply(content, now=NOW)
    assert not any(model.objects.exists() for model in (Calendar, User, Team, Product, Agreement))
    return [(problem.line, problem.sentence) for problem in wrong.value.problems]


def test_the_file_itself_is_good() -> None:
    outcome = apply(written(), now=NOW)

    assert outcome.summary() == "6 created, 1 changed, 0 unchanged."
    assert outcome.warnings == []
    assert wording_of(Revision.objects.get()).title == "Betrieb"


@pytest.mark.parametrize(
    ("place", "wrong", "meant"),
    [
        ("calendar", "holliday: none", "holidays"),
        ("calendar", "specials: {}", "special"),
        ("calendar", "close: []", "closed"),
        ("person", "mail: x", "email"),
        ("person", "role: []", "roles"),
        ("person", "managr: vera", "manager"),
        ("person", "deputies: vera", "deputy"),
        ("team", "leads: vera", "lead"),
        ("team", "member: []", "members"),
        ("product", "teams: x", "team"),
        ("product", "stakeholder: []", "stakeholders"),
        ("product", "visible: everyone", "visible_to"),
        ("agreement", "titel: x", "title"),
        ("agreement", "language_: de", "language"),
        ("agreement", "reopen_withn: 1h", "reopen_within"),
        ("agreement", "customer_duty: []", "customer_duties"),
        ("priority", "mean: x", "means"),
        ("priority", "example: [x]", "examples"),
        ("priority", "respons: {}", "response"),
        ("target", "kinds: objective", "kind"),
        ("target", "attainmnt: 95", "attainment"),
        ("step", "repeats: 60m", "repeat"),
        ("step", "maximum: 5", "max"),
        ("after", "review: {}", "reviews"),
    ],
)
def test_an_unknown_key_at_any_level_names_its_line_and_the_nearest_known_one(
    place: str, wrong: str, meant: str
) -> None:
    key = wrong.partition(":")[0]

    assert said(written(place, wrong)) == [(LINES[place], f"“{key}” is not known here. Is “{meant}” meant?")]


@pytest.mark.parametrize("place", LINES)
def test_a_key_unlike_any_other_is_refused_without_a_guess(place: str) -> None:
    assert said(written(place, "zzzzqqqq: 1")) == [(LINES[place], "“zzzzqqqq” is not known here.")]


@pytest.mark.parametrize("place", LINES)
def test_a_word_without_a_key_is_no_yaml_and_names_a_line_close_to_it(place: str) -> None:
    [(line, sentence)] = said(written(place, "just words"))

    assert abs(line - LINES[place]) <= 2
    assert sentence.startswith("This is no YAML: ")


@pytest.mark.parametrize(
    ("place", "twice"),
    [
        ("person", "name: Jana"),
        ("team", "lead: vera"),
        ("product", "owner: jana"),
        ("agreement", "title: Anders"),
        ("target", "allowance: 2h"),
        ("step", "at: 60%"),
    ],
)
def test_a_key_that_stands_twice_is_refused_and_not_the_last_one_taken(place: str, twice: str) -> None:
    key = twice.partition(":")[0]

    assert said(written(place, twice)) == [(LINES[place], f"“{key}” stands here a second time.")]


@pytest.mark.parametrize(
    ("place", "words", "sentence"),
    [
        ("calendar", "closed: 2026-12-24", "A list is expected here."),
        ("calendar", "closed: [[2026-12-24]]", "A text is expected here."),
        ("calendar", "closed: [24.12.2026]", "“24.12.2026” is no date; write it like 2026-12-24."),
        ("calendar", "closed: [2026-02-30]", "“2026-02-30” is no date; write it like 2026-12-24."),
        ("calendar", "closed: [99999-01-01]", "“99999-01-01” is no date; write it like 2026-12-24."),
        ("calendar", "closed: [2026-12-24T08:00]", "“2026-12-24T08:00” is no date; write it like 2026-12-24."),
        ("calendar", "special: [2026-12-31]", "Keys with values are expected here."),
        ("calendar", 'special: {2026-12-31: "08:00-12:00"}', "A list is expected here."),
        ("calendar", "special: {2026-12-31: [8-12]}", "“8-12” is not an interval; write it like 08:00-18:00."),
        ("calendar", "special: {1969-12-31: []}", "The year must lie between 1970 and 2200."),
        ("calendar", "holidays: [DE]", "A text is expected here."),
        (
            "calendar",
            "holidays: __class__",
            "“__class__” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
        ("person", "roles: auditor", "A list is expected here."),
        (
            "person",
            "roles: [Auditor]",
            "“Auditor” is not known here; use service_level_manager, auditor, importer, administrator.",
        ),
        ("person", "language: german", "“german” is not known here; use de, en."),
        ("person", "zone: 5", "time zone: “5” is no time zone, such as Europe/Berlin."),
        ("person", "absent: 2026-12-01", "Keys with values are expected here."),
        ("person", "absent: {to: 2026-12-01}", "“from” is missing here."),
        ("person", "absent: {from: soon}", "“soon” is no date; write it like 2026-12-24."),
        ("person", "absent: {from: 2026-12-01, till: 2026-12-02}", "“till” is not known here."),
        ("person", "manager: ghost", "Nobody is known as “ghost”."),
        ("person", "deputy: [vera]", "A text is expected here."),
        ("team", "members: vera", "A list is expected here."),
        ("team", "members: [ghost]", "Nobody is known as “ghost”."),
        ("product", "tier: 0", "A tier is 1, 2, 3 or 4."),
        ("product", "tier: first", "“first” is no whole number."),
        ("product", "tier: 99999999999999999999", "“99999999999999999999” is no whole number."),
        ("product", "tier: 1.0", "“1.0” is no whole number."),
        ("product", "deputies: {jana: yes}", "A list is expected here."),
        ("product", "stakeholders: [ghost]", "Nobody is known as “ghost”."),
        ("product", "visible_to: Everyone", "“Everyone” is not known here; use everyone, stakeholders."),
        ("agreement", "availability: 99", "Keys with values are expected here."),
        ("agreement", "availability: {notice: 48h}", "“target” is missing here."),
        ("agreement", "availability: {target: 0}", f"0 {BOUNDS}"),
        (
            "agreement",
            "availability: {target: 99.99999}",
            "99.99999 is not between 0.0001 and 100 with at most 4 decimal places.",
        ),
        (
            "agreement",
            "availability: {target: NaN}",
            "NaN is not between 0.0001 and 100 with at most 4 decimal places.",
        ),
        ("agreement", "availability: {target: 99, degraded_weight: 1%}", "“1%” is no number."),
        ("agreement", "availability: {target: 9_9.5}", "“9_9.5” is no number."),
        (
            "agreement",
            "availability: {target: 99, notice: 999999h99999999m}",
            "“999999h99999999m” is too long; lengths end at 999999h.",
        ),
        ("agreement", "availability: {target: viel}", "“viel” is no number."),
        (
            "agreement",
            "availability: {target: 99, degraded_weight: 1.5}",
            "1.5 is not between 0 and 1 with at most 3 decimal places.",
        ),
        (
            "agreement",
            "availability: {target: 99, maintenance: ignore}",
            "“ignore” is not known here; use exclude, count_as_up, count_as_down.",
        ),
        (
            "agreement",
            "availability: {target: 99, calendar: Nachts}",
            "There is no calendar named “Nachts”.",
        ),
        ("agreement", "availability: {target: 99, targets: 98}", "“targets” is not known here. Is “target” meant?"),
        ("agreement", "inside: Kassen", "A list is expected here."),
        ("agreement", "inside: [{a: b}]", "A text is expected here."),
        ("agreement", "glossary: [a]", "Keys with values are expected here."),
        ("agreement", "glossary: {a: [b]}", "A text is expected here."),
        (
            "agreement",
            "relation: external party",
            "“external party” is not known here; use same_entity, affiliated, external.",
        ),
        ("agreement", "reopen_within: 1 day", "“1 day” is no length of time; write it like 90s, 30m, 1h or 1h30m."),
        ("agreement", "reopen_within: -1h", "“-1h” is no length of time; write it like 90s, 30m, 1h or 1h30m."),
        (
            "agreement",
            "reopen_within: 9999999h",
            "“9999999h” is no length of time; write it like 90s, 30m, 1h or 1h30m.",
        ),
        ("agreement", "pausing: [response]", "Keys with values are expected here."),
        ("agreement", "pausing: {response: 1}", "“1” is neither true nor false."),
        ("agreement", "pausing: {answer: true}", "“answer” is not known here."),
        ("priority", "means: [a]", "A text is expected here."),
        ("priority", "set_by: Anybody", "Say what the priority means, too."),
        ("priority", "update: 2h", "Keys with values are expected here."),
        ("priority", "update: {calendar: Büro}", "“allowance” is missing here."),
        ("priority", "update: {allowance: 2h}", "“calendar” is missing here."),
        ("priority", "update: {allowance: 2h, calendar: Mond}", "There is no calendar named “Mond”."),
        ("priority", "update: {allowance: 0s, calendar: Büro}", "The time must be longer than nothing."),
        (
            "priority",
            "update: {allowance: 1d, calendar: Büro}",
            "“1d” is no length of time; write it like 90s, 30m, 1h or 1h30m.",
        ),
        ("target", "kind: promise", "“promise” is not known here; use commitment, objective."),
        ("target", "attainment: 0", "0 is not between 1 and 100 percent with two decimal places."),
        ("target", "attainment: 100.5", "100.5 is not between 1 and 100 percent with two decimal places."),
        ("target", "attainment: 99.999", "99.999 is not between 1 and 100 percent with two decimal places."),
        ("target", "attainment: 1e400", "1e400 is not between 1 and 100 percent with two decimal places."),
        ("target", "attainment: most", "“most” is no number of percent."),
        ("target", "attainment: [95]", "A text is expected here."),
        ("step", "repeat: 0m", "The time must be longer than nothing."),
        ("step", "max: 3", "“max” counts repeats, so “repeat” must say how often they come."),
        ("step", "max: -1", "A step repeats up to 1000 times."),
        ("step", "repeat: often", "“often” is no length of time; write it like 90s, 30m, 1h or 1h30m."),
        ("after", "reviews: monthly", "Keys with values are expected here."),
        ("after", "reviews: {monthly: 12}", "“12” is neither true nor false."),
        ("after", "reviews: {every_weeks: 0}", "Reviews come every 1 to 52 weeks."),
        ("after", "reviews: {every_weeks: two}", "“two” is no whole number."),
        ("after", "reviews: {participants: [ghost]}", "Nobody is known as “ghost”."),
        ("after", "reviews: {participants: vera}", "A list is expected here."),
    ],
)
def test_a_wrong_value_names_its_line(place: str, words: str, sentence: str) -> None:
    [(line, found)] = said(written(place, words))

    # What an action refuses is told for the whole thing, which begins further up.
    assert found == sentence
    assert line == LINES[place] or (place == "person" and line == 9)
