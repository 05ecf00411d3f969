"""The evidence of a month: everything that matters, cut to the month, and nothing that comes after it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from incidents.models import DataGap
from incidents.models.outages import Effect, Responsibility, Standing
from incidents.queries.availability import Facts
from incidents.queries.evidence import evidence_of
from slas.availability import Maintenance
from slas.availability.records import fingerprint
from slas.clock import Span
from slas.models import Calendar, CalendarRevision
from tests.factories import OFFICE_WEEK
from tests.incidents.judged import BERLIN, certified_month, down, judged_month

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, LAST = datetime(2026, 6, 1, tzinfo=BERLIN), datetime(2026, 7, 1, tzinfo=BERLIN)
MONDAY = datetime(2026, 6, 15, 10, tzinfo=BERLIN)


def test_terms_stand_there_as_they_were_measured() -> None:
    _, evidence = certified_month(Facts(), monthly_cap=8 * HOUR, whole_minutes=True)

    (part,) = evidence["parts"]
    assert part == {
        "start": "2026-06-01T00:00:00+02:00",
        "end": "2026-07-01T00:00:00+02:00",
        "revision": {"agreement": "shop-2026", "number": 1},
        "calendar": None,
        "terms": {
            "target": "199/2", "zone": "Europe/Berlin", "service_hours": None, "maintenance": "exclude",
            "notice": 172_800_000_000, "monthly_cap": 28_800_000_000, "ignore_up_to": 0, "whole_minutes": True,
            "boundary": "kept", "degraded_weight": "1/2",
        },
    }  # fmt: skip


def test_a_change_of_the_promise_is_two_parts() -> None:
    figures, evidence = certified_month(Facts(), changes=MONDAY)

    assert [(part["revision"]["number"], part["terms"]["target"]) for part in evidence["parts"]] == [
        (1, "199/2"),
        (2, "99"),
    ]
    assert (figures["revision"]["number"], len(figures["parts"]), figures["target"]) == (2, 2, None)


def test_of_a_calendar_only_the_days_of_this_month_are_kept() -> None:
    """Twenty years of holidays would drown the month; a day more on either side is for other zones."""
    calendar = CalendarRevision(
        calendar=Calendar(name="Office"),
        number=1,
        zone="Europe/Berlin",
        week=OFFICE_WEEK,
        closed=["2026-05-30", "2026-06-15", "2027-06-15"],
        special={"2026-06-20": ["10:00-12:00"], "2026-07-03": ["10:00-12:00"]},
        holiday_dates={"2026-06-04": "Fronleichnam", "2026-12-25": "Weihnachten", "2026-05-31": "Sunday"},
    )

    _, evidence = certified_month(Facts(), is_office=True, calendar=calendar)

    (part,) = evidence["parts"]
    assert part["calendar"] == "Office"
    assert part["terms"]["service_hours"] == {
        "zone": "Europe/Berlin",
        "week": {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "closed": ["2026-05-31", "2026-06-04", "2026-06-15"],
        "special": {"2026-06-20": ["10:00-12:00"]},
    }


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (MONDAY, MONDAY + HOUR, ("2026-06-15T10:00:00+02:00", "2026-06-15T11:00:00+02:00")),
        (FIRST - DAY, FIRST + HOUR, ("2026-06-01T00:00:00+02:00", "2026-06-01T01:00:00+02:00")),
        (LAST - HOUR, LAST + DAY, ("2026-06-30T23:00:00+02:00", "2026-07-01T00:00:00+02:00")),
        (FIRST - DAY, None, ("2026-06-01T00:00:00+02:00", "2026-07-01T00:00:00+02:00")),
    ],
)
def test_facts_are_cut_to_the_month(start: datetime, end: datetime | None, kept: tuple[str, str]) -> None:
    outage, gap = down(start, HOUR), DataGap(started_at=start, ended_at=end, reason="Silence")
    outage.ended_at = end

    _, evidence = certified_month(Facts([outage], [gap], []))

    for facts in (evidence["outages"], evidence["unknown"]):
        assert [(fact["start"], fact["end"]) for fact in facts] == [kept]


@pytest.mark.parametrize(("start", "end"), [(FIRST - DAY, FIRST), (LAST, LAST + HOUR), (LAST, None)])
def test_what_only_touches_the_month_is_no_evidence(start: datetime, end: datetime | None) -> None:
    outage, gap = down(start, HOUR), DataGap(started_at=start, ended_at=end, reason="Silence")
    outage.ended_at = end

    _, evidence = certified_month(Facts([outage], [gap], []))

    assert (evidence["outages"], evidence["unknown"]) == ([], [])


@pytest.mark.parametrize(
    ("facts", "weight", "counts"),
    [
        ({}, "1", True),
        ({"effect": Effect.DEGRADED}, None, True),
        ({"responsibility": Responsibility.OUTSIDE}, "1", False),
        ({"responsibility": Responsibility.CUSTOMER}, "1", False),
    ],
)
def test_what_does_not_count_is_evidence_too(facts: dict[str, object], weight: str | None, counts: bool) -> None:
    _, evidence = certified_month(Facts([down(MONDAY, HOUR, **facts)], [], []))  # type: ignore[arg-type]  # words of a table

    assert [(one["weight"], one["counts"]) for one in evidence["outages"]] == [(weight, counts)]


def test_a_weight_stands_there_as_it_was_written() -> None:
    outage = down(MONDAY, HOUR, effect=Effect.DEGRADED)
    outage.weight = Decimal("0.250")

    assert certified_month(Facts([outage], [], []))[1]["outages"][0]["weight"] == "0.25"


def test_a_decision_about_a_proposal_changes_the_hash() -> None:
    outage = down(MONDAY, HOUR, standing=Standing.PROPOSED)
    before = fingerprint(evidence_of(judged_month(Facts([outage], [], []))))
    assert before == fingerprint(evidence_of(judged_month(Facts())))

    outage.standing = Standing.CONFIRMED

    assert fingerprint(evidence_of(judged_month(Facts([outage], [], [])))) != before


def work(start: datetime, end: datetime, *, used: Span | None) -> Facts:
    return Facts([], [], [Maintenance(Span(start, end), start - 7 * DAY, used)])


@pytest.mark.parametrize(
    ("used", "kept"),
    [
        (None, None),
        (Span(LAST - HOUR, None), ("2026-06-30T23:00:00+02:00", "2026-07-01T00:00:00+02:00")),
        (Span(LAST - HOUR, LAST + 2 * HOUR), ("2026-06-30T23:00:00+02:00", "2026-07-01T00:00:00+02:00")),
        (Span(LAST, LAST + HOUR), None),
    ],
)
def test_work_across_the_end_of_the_month_is_cut_where_it_was_used(
    used: Span | None, kept: tuple[str, str] | None
) -> None:
    _, evidence = certified_month(work(LAST - 2 * HOUR, LAST + 2 * HOUR, used=used))

    (done,) = evidence["maintenance"]
    # The window itself is not cut: its notice is counted from its planned start.
    assert done["planned"] == {"start": "2026-06-30T22:00:00+02:00", "end": "2026-07-01T02:00:00+02:00"}
    assert done["announced_at"] == "2026-06-23T22:00:00+02:00"
    assert done["used"] == (None if kept is None else {"start": kept[0], "end": kept[1]})


@pytest.mark.parametrize(("start", "end"), [(FIRST - DAY, FIRST), (LAST, LAST + HOUR)])
def test_work_of_another_month_is_no_evidence(start: datetime, end: datetime) -> None:
    assert certified_month(work(start, end, used=Span(start, end)))[1]["maintenance"] == []


def test_the_whole_and_its_one_part_say_the_same() -> None:
    figures, _ = certified_month(Facts([down(MONDAY, HOUR)], [], []))

    (part,) = figures["parts"]
    assert part == {name: figures[name] for name in part}
    assert (figures["month"], figures["zone"], figures["availability_shown"]) == ("2026-06", "Europe/Berlin", "99.861")
