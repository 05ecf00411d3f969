"""Months that the worked examples leave out: other zones, months that are not over, and terms that make no sense."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from slas.availability import AvailabilityTerms, Incident, Maintenance, Measurement, Outage, measure
from slas.clock import ServiceHours, Span

JUNE = date(2026, 6, 1)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SECONDS = 30 * 86_400


def terms(**changes: object) -> AvailabilityTerms:
    fields: dict[str, object] = {"target": Decimal("99.5"), "zone": "UTC", **changes}
    return AvailabilityTerms(**fields)  # type: ignore[arg-type]  # each test gives what it is about


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def down(start: datetime, end: datetime | None, weight: Fraction = Fraction(1)) -> Outage:
    return Outage(Span(start, end), weight)


def states(measured: Measurement) -> list[tuple[str, int]]:
    """What each stretch was, and how many hours long."""
    return [(one.state, (one.end - one.start) // HOUR) for one in measured.segments]


@pytest.mark.parametrize(
    ("month", "zone", "start", "end"),
    [
        (date(2026, 3, 17), "Europe/Berlin", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        (date(2026, 12, 31), "Asia/Kolkata", "2026-11-30T18:30:00Z", "2026-12-31T18:30:00Z"),
        (date(2026, 4, 1), "Australia/Lord_Howe", "2026-03-31T13:00:00Z", "2026-04-30T13:30:00Z"),
        # This midnight did not exist: the clocks went from 00:00 to 01:00.
        (date(2017, 10, 1), "America/Asuncion", "2017-10-01T04:00:00Z", "2017-11-01T03:00:00Z"),
        # A month without its 30th day.
        (date(2011, 12, 1), "Pacific/Apia", "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"),
    ],
)
def test_a_month_begins_and_ends_at_midnight_on_the_wall(month: date, zone: str, start: str, end: str) -> None:
    period = measure(month=month, terms=terms(zone=zone), outages=[]).period

    assert (period.start, period.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_nothing_happened() -> None:
    measured = measure(month=JUNE, terms=terms(), outages=[])

    assert (measured.agreed, measured.allowed, measured.down) == (SECONDS, SECONDS * Fraction(5, 1000), 0)
    assert (measured.availability, measured.kept, measured.budget_used, measured.coverage) == (100, True, 0, 100)
    assert (states(measured), measured.incidents, measured.is_final) == ([("up", 720)], (), True)


def test_a_month_that_is_not_over_is_measured_against_all_of_it() -> None:
    measured = measure(month=JUNE, terms=terms(), outages=[down(at(10), None)], now=at(10, 3))

    assert (measured.until, measured.is_final, measured.agreed) == (at(10, 3), False, SECONDS)
    assert (measured.down, measured.allowed, measured.kept) == (3 * 3600, 12_960, True)
    assert states(measured) == [("up", 216), ("down", 3), ("ahead", 501)]


@pytest.mark.parametrize(
    ("now", "until"), [(datetime(2026, 5, 1, tzinfo=UTC), at(1)), (at(30) + 9 * DAY, at(30) + DAY)]
)
def test_now_may_lie_outside_the_month(now: datetime, until: datetime) -> None:
    measured = measure(month=JUNE, terms=terms(), outages=[down(at(1) - DAY, None)], now=now)

    assert (measured.until, measured.down) == (until, (until - at(1)).total_seconds())


def test_what_nobody_knows_is_neither_up_nor_down() -> None:
    measured = measure(
        month=JUNE,
        terms=terms(),
        outages=[down(at(2), at(2, 1))],
        unknown=[Span(at(1, 23), at(11)), Span(at(20), at(21))],
    )

    # The hour that somebody reported as down is known.
    assert measured.unknown == (10 * 24 + 1 - 1) * 3600
    assert measured.coverage == Fraction(100 * (SECONDS - 240 * 3600), SECONDS)
    assert measured.allowed == (SECONDS - 240 * 3600) * Fraction(5, 1000)
    assert measured.availability == 100 - Fraction(100 * 3600, SECONDS - 240 * 3600)
    assert [state for state, _ in states(measured)] == ["up", "unknown", "down", "unknown", "up", "unknown", "up"]


def test_the_first_instant_of_2020_is_an_end_like_any_other() -> None:
    """The clock counts from it, so that it is a zero inside."""
    begin, end = datetime(2019, 12, 31, 15, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    work = Maintenance(Span(begin, end), begin - DAY, Span(begin, end))

    blind = measure(month=date(2020, 1, 1), terms=terms(zone="Asia/Tokyo"), outages=[], unknown=[Span(begin, end)])
    shielded = measure(month=date(2020, 1, 1), terms=terms(zone="Asia/Tokyo"), outages=[], maintenance=[work])

    assert (blind.unknown, shielded.excluded) == (9 * 3600, 9 * 3600)


def test_a_report_without_weight_is_knowledge_all_the_same() -> None:
    nothing = Outage(Span(at(2), at(3)), Fraction(0))

    measured = measure(month=JUNE, terms=terms(), outages=[nothing], unknown=[Span(at(1), at(4))])

    assert (measured.unknown, measured.down, measured.incidents) == (2 * 86_400, 0, ())


def test_a_month_without_any_data_has_no_verdict() -> None:
    measured = measure(month=JUNE, terms=terms(), outages=[], unknown=[Span(at(1), None)])

    assert (measured.availability, measured.kept, measured.budget_used, measured.coverage) == (None, None, None, 0)


def test_a_month_that_nothing_was_agreed_for_has_no_verdict() -> None:
    never = ServiceHours.parse(zone="UTC", week={})

    measured = measure(month=JUNE, terms=terms(service_hours=never), outages=[down(at(1), at(2))])

    assert (measured.agreed, measured.down, measured.availability, measured.kept) == (0, 0, None, None)
    assert (measured.coverage, states(measured)) == (None, [("closed", 720)])


@pytest.mark.parametrize(("boundary", "kept"), [("kept", True), ("broken", False)])
def test_exactly_at_the_target_the_agreement_decides(boundary: str, kept: bool) -> None:
    exact = [down(at(10), at(10, 3, 36))]

    assert measure(month=JUNE, terms=terms(boundary=boundary), outages=exact).kept is kept


def test_whole_minutes_are_cut_from_the_end_of_what_touches() -> None:
    half = Fraction(1, 2)
    outages = [down(at(3), at(3) + 90 * MINUTE / 60, half), down(at(3) + 90 * MINUTE / 60, at(3) + 119 * MINUTE / 60)]

    measured = measure(month=JUNE, terms=terms(whole_minutes=True), outages=outages)

    # One incident of 1 min 59 s: its first minute counts, at half its weight.
    assert measured.incidents == (Incident(at(3), at(3, 0, 1), Fraction(30)),)
    assert [one.state for one in measured.segments] == ["up", "down", "ignored", "up"]


def test_maintenance_in_use_shields_up_to_now() -> None:
    work = Maintenance(Span(at(7), at(7, 6)), at(1), Span(at(7), None))

    measured = measure(month=JUNE, terms=terms(), outages=[], maintenance=[work], now=at(7, 2))

    assert (measured.excluded, states(measured)[1]) == (2 * 3600, ("maintenance", 2))


def test_two_announced_windows_that_overlap_shield_once() -> None:
    works = [Maintenance(span, at(1), span) for span in (Span(at(7), at(7, 4)), Span(at(7, 2), at(7, 6)))]

    assert measure(month=JUNE, terms=terms(), outages=[], maintenance=works).excluded == 6 * 3600


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: terms(target=99.5),
        lambda: terms(target=Decimal(0)),
        lambda: terms(target=Decimal("NaN")),
        lambda: terms(target=Decimal(100), boundary="broken"),
        lambda: Outage(Span(datetime(2026, 6, 1))),  # noqa: DTZ001 - that is what is refused
        lambda: terms(target=Decimal("100.1")),
        lambda: terms(zone="Europe/Atlantis"),
        lambda: terms(notice=-HOUR),
        lambda: terms(monthly_cap=-HOUR),
        lambda: terms(ignore_up_to=-HOUR),
        lambda: Outage(Span(at(1), at(2)), Fraction(3, 2)),
        lambda: Outage(Span(at(1), at(2)), 0.5),  # type: ignore[arg-type]  # that is what is refused
        lambda: Outage(Span(at(2), at(1))),
        lambda: Outage(Span(datetime(2026, 6, 1), at(2))),  # noqa: DTZ001 - that is what is refused
        lambda: Maintenance(Span(at(1), None), at(1)),
        lambda: Maintenance(Span(at(2), at(1)), at(1)),
        lambda: Maintenance(Span(at(1), at(2)), at(1), Span(at(2), at(1))),
    ],
)
def test_nonsense_is_refused_with_a_sentence(nonsense: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        nonsense()
