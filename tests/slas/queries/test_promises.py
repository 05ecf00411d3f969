"""Every form of every sentence, in both languages, in the reader's zone, across both clock changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from slas.clock import ServiceHours
from slas.models import Calendar, CalendarRevision, Revision, User
from slas.queries import ladders, sentences
from slas.queries.agreements import Terms
from slas.queries.parts import StepTerms, TargetTerms
from slas.queries.wordings import DefinitionWording
from tests.factories import OFFICE_WEEK, WHOLE_WEEK, UserFactory

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FRIDAY = datetime(2026, 11, 20, 21, tzinfo=UTC)


def calendar(week: dict[str, list[str]] = OFFICE_WEEK, zone: str = "Europe/Berlin", **more: object) -> CalendarRevision:
    """Hours that no database has seen."""
    return CalendarRevision(calendar=Calendar(name="Büro"), zone=zone, week=week, **more)


def target(
    kind: str = "response",
    binding: str = "commitment",
    attainment: str | None = None,
    allowance: timedelta = HOUR,
    hours: CalendarRevision | None = None,
) -> TargetTerms:
    """One target, a P1 in office hours unless said otherwise."""
    hours = hours or calendar()
    return TargetTerms(
        priority="P1",
        kind=kind,
        allowance=allowance,
        calendar=hours,
        hours=ServiceHours.parse(zone=hours.zone, week=hours.week),
        binding=binding,
        attainment=None if attainment is None else Decimal(attainment),
    )


def terms(*targets: TargetTerms, steps: tuple[StepTerms, ...] = (), means: str = "") -> Terms:
    """What a revision of these parts promises."""
    return Terms(
        revision=Revision(),
        targets={(one.priority, one.kind): one for one in targets},
        rungs=steps,
        definitions={"P1": DefinitionWording(means)} if means else {},
    )


def said(language: str, one: TargetTerms, *, at: datetime = FRIDAY, zone: ZoneInfo = BERLIN) -> str:
    """The example sentence, with ordinary spaces."""
    with translation.override(language), timezone.override(zone):
        return sentences.example(terms(one), "P1", one.kind, at).replace("\u00a0", " ")


def promised(language: str, one: TargetTerms, zone: ZoneInfo = BERLIN) -> str:
    """The promise of one target, with ordinary spaces."""
    with translation.override(language):
        [sentence] = sentences.promise(terms(one), zone)
    return sentence.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("kind", "binding", "english", "german"),
    [
        (
            "response",
            "commitment",
            "A P1, reported Friday 22:00, is answered by Monday 09:00.",
            "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet.",
        ),
        (
            "response",
            "objective",
            "A P1, reported Friday 22:00, should be answered by Monday 09:00.",
            "Ein P1, gemeldet Freitag 22:00, soll bis Montag 09:00 beantwortet sein.",
        ),
        (
            "update",
            "commitment",
            "A P1, answered Friday 22:00, brings the next news by Monday 09:00.",
            "Zu einem P1, beantwortet Freitag 22:00, gibt es bis Montag 09:00 wieder Neues.",
        ),
        (
            "update",
            "objective",
            "A P1, answered Friday 22:00, should bring the next news by Monday 09:00.",
            "Zu einem P1, beantwortet Freitag 22:00, soll es bis Montag 09:00 wieder Neues geben.",
        ),
        (
            "resolution",
            "commitment",
            "A P1, reported Friday 22:00, is resolved by Monday 09:00.",
            "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 gelöst.",
        ),
        (
            "resolution",
            "objective",
            "A P1, reported Friday 22:00, should be resolved by Monday 09:00.",
            "Ein P1, gemeldet Freitag 22:00, soll bis Montag 09:00 gelöst sein.",
        ),
    ],
)
def test_an_example_of_every_kind_and_binding(kind: str, binding: str, english: str, german: str) -> None:
    one = target(kind, binding)

    assert (said("en", one), said("de", one)) == (english, german)


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_two_kinds_or_bindings_say_the_same(language: str) -> None:
    every = [
        target(kind, binding, share)
        for kind in ("response", "update", "resolution")
        for binding in ("commitment", "objective")
        for share in (None, "95")
    ]

    assert len({said(language, one) for one in every}) == 6
    assert len({promised(language, one) for one in every}) == 12


@pytest.mark.parametrize(
    ("kind", "binding", "share", "english"),
    [
        ("response", "commitment", None, "P1: Answer within 1 h {}, promised."),
        ("response", "objective", None, "P1: Answer within 1 h {}, as an objective."),
        ("response", "commitment", "95", "P1: Answer within 1 h {}, promised, in 95 % of cases."),
        ("update", "commitment", None, "P1: News again within 1 h {}, promised."),
        ("update", "objective", "90", "P1: News again within 1 h {}, as an objective, in 90 % of cases."),
        ("resolution", "objective", None, "P1: Resolution within 1 h {}, as an objective."),
        ("resolution", "commitment", "100", "P1: Resolution within 1 h {}, promised, in 100 % of cases."),
        ("resolution", "commitment", "99.95", "P1: Resolution within 1 h {}, promised, in 99.95 % of cases."),
        ("resolution", "commitment", "99.50", "P1: Resolution within 1 h {}, promised, in 99.5 % of cases."),
    ],
)
def test_a_promise_of_every_kind_binding_and_share(kind: str, binding: str, share: str | None, english: str) -> None:
    hours = "of support time (Mon–Fri 08:00–18:00, Büro)"

    assert promised("en", target(kind, binding, share)) == english.format(hours)


@pytest.mark.parametrize(
    ("one", "german"),
    [
        (
            target(attainment="95"),
            "P1: Reaktion innerhalb von 1 h Supportzeit (Mo–Fr 08:00–18:00, Büro), zugesagt, in 95 % der Fälle.",
        ),
        (
            target(attainment="99.95"),
            "P1: Reaktion innerhalb von 1 h Supportzeit (Mo–Fr 08:00–18:00, Büro), zugesagt, in 99,95 % der Fälle.",
        ),
        (
            target(hours=calendar(WHOLE_WEEK)),
            "P1: Reaktion innerhalb von 1 h rund um die Uhr, zugesagt.",
        ),
    ],
)
def test_a_promise_in_german(one: TargetTerms, german: str) -> None:
    assert promised("de", one) == german


@pytest.mark.parametrize(
    ("hours", "zone", "within"),
    [
        (calendar(), BERLIN, "1 h of support time (Mon–Fri 08:00–18:00, Büro)"),
        (calendar(), NEW_YORK, "1 h of support time (Mon–Fri 08:00–18:00 in Europe/Berlin, Büro)"),
        (calendar(zone="America/New_York"), NEW_YORK, "1 h of support time (Mon–Fri 08:00–18:00, Büro)"),
        (calendar(WHOLE_WEEK), NEW_YORK, "1 h round the clock"),
        (
            calendar(WHOLE_WEEK, closed=["2026-12-24"]),
            BERLIN,
            "1 h of support time (Mon–Sun 00:00–24:00, Büro)",
        ),
    ],
)
def test_hours_name_their_zone_to_whoever_lives_elsewhere(hours: CalendarRevision, zone: ZoneInfo, within: str) -> None:
    assert promised("en", target(hours=hours), zone) == f"P1: Answer within {within}, promised."


@pytest.mark.parametrize(
    ("means", "title"), [("Sales stand still", "P1 – Sales stand still: "), ("", "P1: "), ("<b>&", "P1 – <b>&: ")]
)
def test_a_priority_is_named_with_what_it_means(means: str, title: str) -> None:
    with translation.override("en"):
        [sentence] = sentences.promise(terms(target(), means=means), BERLIN)

    assert sentence.startswith(title)


@pytest.mark.parametrize(
    ("at", "hours", "english"),
    [
        # Spring: 02:00 to 03:00 does not exist, so four hours round the clock end an hour later on the wall.
        ("2026-03-29T00:30+01:00", 4, "A P1, reported Sunday 00:30, is resolved by Sunday 05:30."),
        ("2026-03-28T23:30+01:00", 24, "A P1, reported Saturday 23:30, is resolved by Monday 00:30."),
        # Autumn: 02:00 to 03:00 comes twice, so they end an hour earlier on the wall.
        ("2026-10-25T00:30+02:00", 4, "A P1, reported Sunday 00:30, is resolved by Sunday 03:30."),
        ("2026-10-24T23:30+02:00", 24, "A P1, reported Saturday 23:30, is resolved by Sunday 22:30."),
        ("2026-10-25T02:30+02:00", 1, "A P1, reported Sunday 02:30, is resolved by Sunday 02:30."),
    ],
)
def test_round_the_clock_counts_real_hours_across_both_clock_changes(at: str, hours: int, english: str) -> None:
    one = target("resolution", allowance=hours * HOUR, hours=calendar(WHOLE_WEEK))

    assert said("en", one, at=datetime.fromisoformat(at)) == english


@pytest.mark.parametrize(
    ("at", "english", "german"),
    [
        (
            "2026-03-27T22:00+01:00",
            "A P1, reported Friday 22:00, is answered by Monday 09:00.",
            "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet.",
        ),
        (
            "2026-10-23T22:00+02:00",
            "A P1, reported Friday 22:00, is answered by Monday 09:00.",
            "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet.",
        ),
    ],
)
def test_office_hours_stay_where_they_are_on_the_wall_across_a_clock_change(at: str, english: str, german: str) -> None:
    moment = datetime.fromisoformat(at)

    assert (said("en", target(), at=moment), said("de", target(), at=moment)) == (english, german)


@pytest.mark.parametrize(
    ("zone", "english"),
    [
        (BERLIN, "A P1, reported Friday 22:00, is answered by Monday 09:00."),
        (NEW_YORK, "A P1, reported Friday 16:00, is answered by Monday 03:00."),
        (ZoneInfo("Asia/Kolkata"), "A P1, reported Saturday 02:30, is answered by Monday 13:30."),
        (ZoneInfo("Pacific/Apia"), "A P1, reported Saturday 10:00, is answered by Monday 21:00."),
        (ZoneInfo("UTC"), "A P1, reported Friday 21:00, is answered by Monday 08:00."),
    ],
)
def test_an_example_is_told_on_the_readers_own_clock(zone: ZoneInfo, english: str) -> None:
    assert said("en", target(), zone=zone) == english


@pytest.mark.parametrize(
    ("hours_away", "english", "german"),
    [
        (0, "Friday 22:00", "Freitag 22:00"),
        (6 * 24 - 1, "Thursday 21:00", "Donnerstag 21:00"),
        (1 - 6 * 24, "Saturday 23:00", "Samstag 23:00"),
        (6 * 24, "Thursday, 26 November 2026, 22:00", "Donnerstag, 26. November 2026, 22:00"),
        (-6 * 24, "Saturday, 14 November 2026, 22:00", "Samstag, 14. November 2026, 22:00"),
        (24 * 365, "Saturday, 20 November 2027, 22:00", "Samstag, 20. November 2027, 22:00"),
    ],
)
def test_the_weekday_alone_is_said_only_where_it_cannot_mislead(hours_away: int, english: str, german: str) -> None:
    at = FRIDAY + hours_away * HOUR
    with timezone.override(BERLIN):
        found = {}
        for language in ("en", "de"):
            with translation.override(language):
                found[language] = sentences.moment(at, seen_from=FRIDAY)

    assert found == {"en": english, "de": german}


def test_every_line_of_a_ledger_says_what_happened_in_both_languages() -> None:
    hours = ServiceHours.parse(
        zone="Europe/Berlin", week=OFFICE_WEEK, closed=[datetime(2026, 11, 23, tzinfo=BERLIN).date()]
    )
    lines = hours.ledger(FRIDAY, datetime(2026, 11, 24, 8, 30, tzinfo=UTC), [])
    found = {}
    for language in ("en", "de"):
        with translation.override(language), timezone.override(BERLIN):
            rows = sentences.rows("response", lines)
            found[language] = [row["label"].replace("\u00a0", " ") for row in rows]

    assert [row["what"] for row in rows] == ["closed", "holiday", "closed", "counted"]
    assert found["en"] == [
        "closed until Monday 00:00",
        "holiday until Tuesday 00:00",
        "closed until Tuesday 08:00",
        "1 h 30 min counted",
    ]
    assert found["de"] == [
        "geschlossen bis Montag 00:00",
        "Feiertag bis Dienstag 00:00",
        "geschlossen bis Dienstag 08:00",
        "1 h 30 min gezählt",
    ]


def test_a_what_if_says_due_moment_ledger_and_sentence_of_each_timer_in_their_order() -> None:
    both = terms(target("resolution", allowance=4 * HOUR, hours=calendar(WHOLE_WEEK)), target("response"))
    with translation.override("en"), timezone.override(BERLIN):
        first, second = sentences.what_if(both, "P1", FRIDAY)

    assert (first.kind, first.due_at, first.allowance, len(first.lines)) == (
        "response",
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        HOUR,
        2,
    )
    assert (second.kind, second.due_at, [row["seconds"] for row in second.lines]) == (
        "resolution",
        FRIDAY + 4 * HOUR,
        [4 * 3600],
    )
    assert first.sentence == "A P1, reported Friday 22:00, is answered by Monday 09:00."
    assert sum(row["seconds"] for row in first.lines if row["what"] == "counted") == 3600


def rung(**changes: object) -> StepTerms:
    """One step of the ladder."""
    plain = StepTerms(1, 1, "response", 75, None, ("assignee",), None, 0)
    return replace(plain, **changes)  # type: ignore[arg-type]  # each field has its own type


@pytest.mark.parametrize(
    ("changes", "english"),
    [
        ({}, "When 75 % of the time for the response are used: the assignee."),
        ({"kind": "update"}, "When 75 % of the time for the update are used: the assignee."),
        (
            {"kind": "resolution", "at_percent": 100},
            "When 100 % of the time for the resolution are used: the assignee.",
        ),
        (
            {"at_percent": None, "at_offset": 60 * MINUTE},
            "1 h of support time after the response was due: the assignee.",
        ),
        (
            {"at_percent": None, "at_offset": -30 * MINUTE},
            "30 min of support time before the response is due: the assignee.",
        ),
        (
            {"audience": ("assignee", "team_lead")},
            "When 75 % of the time for the response are used: the assignee and the team lead.",
        ),
        (
            {"audience": ("team", "manager", "managers_manager", "product_owner")},
            "When 75 % of the time for the response are used: the whole team, the manager, the manager's manager and "
            "the product owner.",
        ),
        (
            {"audience": ("service_level_manager", "person:jana")},
            "When 75 % of the time for the response are used: the service level managers and Jana Petersen.",
        ),
        (
            {"audience": ("person:gone",)},
            "When 75 % of the time for the response are used: person:gone.",
        ),
        (
            {"repeat": HOUR, "max_repeats": 1},
            "When 75 % of the time for the response are used: the assignee; after 1 h once more unless somebody "
            "acknowledges.",
        ),
        (
            {"repeat": 90 * MINUTE, "max_repeats": 5},
            "When 75 % of the time for the response are used: the assignee; every 1 h 30 min again, up to 5 times, "
            "until somebody acknowledges.",
        ),
    ],
)
def test_a_step_of_the_ladder_is_one_sentence(db: None, changes: dict[str, object], english: str) -> None:
    UserFactory(username="jana", name="Jana Petersen")
    with translation.override("en"):
        [sentence] = ladders.ladder(terms(steps=(rung(**changes),)))

    assert sentence.replace("\u00a0", " ") == english


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_whole_ladder_is_told_in_one_question_and_one_language(
    db: None, language: str, django_assert_num_queries: object
) -> None:
    assert callable(django_assert_num_queries)
    names = [UserFactory().username for _ in range(4)]
    steps = tuple(rung(audience=(f"person:{name}", "manager"), at_percent=10) for name in names)

    with translation.override(language), django_assert_num_queries(1):
        found = ladders.ladder(terms(steps=steps))

    assert len(set(found)) == 4
    word = {"de": "Führungskraft", "en": "the manager"}[language]
    assert all(word in sentence or "anager" in sentence for sentence in found)
    assert all(person.name in sentence for person, sentence in zip(User.objects.order_by("pk"), found, strict=True))


def test_a_ladder_without_steps_says_nothing(db: None) -> None:
    assert ladders.ladder(terms()) == []
