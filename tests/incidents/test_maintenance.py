"""States and moves of planned work, the windows of a series, and what windows do to a month."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from incidents.maintenance import (
    MOVES,
    Meaning,
    Month,
    State,
    as_written,
    is_endless,
    is_noticed_anew,
    late,
    meaning,
    months,
    permitted,
    state_at,
    window,
    windows,
)
from slas.availability import AvailabilityTerms, Maintenance
from slas.clock import ServiceHours, Span
from tests.factories import OFFICE_WEEK, WHOLE_WEEK
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, WINDOW

TERMS = AvailabilityTerms(target=Decimal("99.5"), zone="Europe/Berlin", notice=48 * HOUR, monthly_cap=4 * HOUR)
OFFICE = ServiceHours.parse(zone="Europe/Berlin", week=OFFICE_WEEK)
NIGHTS = ServiceHours.parse(zone="Europe/Berlin", week={"sat": ["22:00-24:00"], "sun": ["00:00-04:00"]})
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def work(
    start: datetime = SATURDAY, hours: int = 3, *, announced_at: datetime = NOW, used: Span | None = None
) -> Maintenance:
    planned = Span(start, start + hours * HOUR)
    return Maintenance(planned, announced_at, used or planned)


@pytest.mark.parametrize(
    ("moments", "state"),
    [
        ({}, State.PLANNED),
        ({"announced_at": NOW}, State.ANNOUNCED),
        ({"announced_at": NOW, "used_from": NOW}, State.RUNNING),
        ({"announced_at": NOW, "used_from": NOW, "planned_to": NOW}, State.RUNNING),
        ({"announced_at": NOW, "used_from": NOW, "used_to": NOW}, State.ENDED),
        ({"announced_at": NOW, "planned_to": NOW}, State.ENDED),
        ({"planned_to": NOW}, State.ENDED),
        ({"announced_at": NOW, "planned_to": NOW, "cancelled_at": NOW}, State.CANCELLED),
    ],
)
def test_the_state_follows_from_the_moments(moments: dict[str, datetime], state: State) -> None:
    nothing: dict[str, datetime | None] = dict.fromkeys(("announced_at", "used_from", "used_to", "cancelled_at"))

    assert state_at(NOW, **(nothing | {"planned_to": NOW + HOUR} | moments)) is state  # type: ignore[arg-type]  # by name


def test_every_state_has_its_moves_and_nothing_leads_out_of_a_cancellation() -> None:
    assert {state: permitted(state) for state in State} == {
        State.PLANNED: ["announce", "move", "cancel"],
        State.ANNOUNCED: ["move", "begin", "cancel"],
        State.RUNNING: ["end", "correct"],
        State.ENDED: ["correct"],
        State.CANCELLED: [],
    }
    assert set(MOVES) == {"announce", "move", "begin", "end", "cancel", "correct"}


@pytest.mark.parametrize(
    ("start", "end", "is_anew"),
    [(0, 0, False), (1, 0, False), (0, -1, False), (-1, 0, True), (0, 1, True), (5, 5, True)],
)
def test_only_what_lies_inside_the_old_window_was_announced_with_it(start: int, end: int, is_anew: bool) -> None:
    moved = Span(WINDOW.start + start * HOUR, SATURDAY + (3 + end) * HOUR)

    assert is_noticed_anew(WINDOW, moved) is is_anew


def test_a_window_is_counted_in_utc_also_across_a_clock_change() -> None:
    berlin = OFFICE.zone
    night = window(datetime(2026, 10, 25, 1, tzinfo=berlin), datetime(2026, 10, 25, 4, tzinfo=berlin))

    assert night.end is not None
    assert night.end - night.start == 4 * HOUR


class TestSeries:
    """The windows of every week."""

    def found(self, since: datetime, days: int = 8, *, ends: datetime | None = None) -> list[tuple[str, timedelta]]:
        spans = windows(NIGHTS, begins=BEGINNING, ends=ends, since=since, until=since + days * DAY)
        return [(f"{span.start:%m-%d %H}", (span.end or span.start) - span.start) for span in spans]

    def test_a_night_is_one_window(self) -> None:
        assert self.found(NOW) == [("11-21 21", 6 * HOUR)]

    @pytest.mark.parametrize(
        ("since", "night"),
        [
            (datetime(2026, 3, 27, tzinfo=UTC), ("03-28 21", 5 * HOUR)),
            (datetime(2026, 10, 23, tzinfo=UTC), ("10-24 20", 7 * HOUR)),
        ],
    )
    def test_both_clock_changes_keep_the_hours_on_the_wall(self, since: datetime, night: tuple[str, timedelta]) -> None:
        assert self.found(since) == [night]

    def test_a_window_that_has_begun_is_not_cut_into_a_new_one(self) -> None:
        assert self.found(SATURDAY + HOUR) == [("11-28 21", 6 * HOUR)]
        assert self.found(SATURDAY, days=1) == [("11-21 21", 6 * HOUR)]

    def test_the_last_day_cuts_the_last_window(self) -> None:
        assert self.found(NOW, days=30, ends=SATURDAY + 2 * HOUR) == [("11-21 21", 2 * HOUR)]
        assert self.found(NOW, ends=BEGINNING) == []

    def test_only_a_week_without_a_gap_never_ends(self) -> None:
        halves = {day: ["00:00-12:00", "12:00-24:00"] for day in WHOLE_WEEK}
        found = [ServiceHours.parse(zone="UTC", week=week) for week in (WHOLE_WEEK, halves, OFFICE_WEEK)]

        assert [is_endless(hours) for hours in found] == [True, True, False]

    def test_a_window_is_announced_when_it_is_written(self) -> None:
        near, far = Span(NOW + DAY, NOW + 2 * DAY), Span(NOW + 50 * DAY, NOW + 51 * DAY)

        assert [one.announced_at for one in as_written([near, far], NOW)] == [NOW, NOW + 15 * DAY]


class TestMeaning:
    """What windows mean for a promise."""

    @pytest.mark.parametrize(
        ("announced_at", "meant"),
        [
            (SATURDAY - 49 * HOUR, Meaning.IN_TIME),
            (SATURDAY - 48 * HOUR, Meaning.IN_TIME),
            (SATURDAY - 48 * HOUR + timedelta(seconds=1), Meaning.LATE),
            (SATURDAY + HOUR, Meaning.LATE),
        ],
    )
    def test_notice_is_kept_up_to_the_last_second(self, announced_at: datetime, meant: Meaning) -> None:
        assert meaning([work(announced_at=announced_at)], TERMS) is meant

    def test_what_no_notice_helps(self) -> None:
        never = AvailabilityTerms(target=Decimal(99), zone="UTC", maintenance="count_as_down")
        capped = AvailabilityTerms(target=Decimal(99), zone="UTC", monthly_cap=timedelta(0))
        emergency = Maintenance(WINDOW, NOW, None, True)

        assert [meaning([work()], terms) for terms in (None, never, capped)] == [
            Meaning.NOT_PROMISED, Meaning.NEVER, Meaning.NEVER,
        ]  # fmt: skip
        assert meaning([emergency], TERMS) is Meaning.EMERGENCY

    def test_of_several_the_late_ones_are_counted(self) -> None:
        some = [work(NOW + DAY), work(NOW + 8 * DAY)]

        assert (meaning(some, TERMS), late(some, TERMS)) == (Meaning.IN_TIME, 1)


class TestMonths:
    """What windows do to the month."""

    def month(self, **told: timedelta | None) -> Month:
        usual: dict[str, timedelta | None] = {
            "agreed": 3 * HOUR, "shielded": 3 * HOUR, "cap": 4 * HOUR, "left_before": 4 * HOUR, "left_after": HOUR,
        }  # fmt: skip
        return Month(first_on=SATURDAY.date().replace(day=1), **(usual | told))  # type: ignore[arg-type]  # by name

    def test_a_window_in_notice_uses_the_limit(self) -> None:
        assert months([work()], [], TERMS) == [self.month()]

    def test_the_limit_cuts_what_comes_last(self) -> None:
        before = work(NOW + 3 * DAY)

        assert months([work()], [before], TERMS) == [
            self.month(shielded=HOUR, left_before=HOUR, left_after=timedelta(0)),
        ]

    def test_what_is_late_uses_nothing(self) -> None:
        assert months([work(announced_at=SATURDAY)], [], TERMS) == [
            self.month(shielded=timedelta(0), left_after=4 * HOUR)
        ]

    def test_only_agreed_time_counts(self) -> None:
        office = AvailabilityTerms(target=Decimal(99), zone="Europe/Berlin", service_hours=OFFICE, notice=HOUR)
        evening = work(NOW.replace(day=17, hour=16), 3)  # 17:00 to 20:00 on the wall, open until 18:00

        assert months([evening], [], office) == [
            self.month(agreed=HOUR, shielded=HOUR, cap=None, left_before=None, left_after=None)
        ]

    def test_a_night_between_two_months_is_in_both(self) -> None:
        found = months([work(datetime(2026, 11, 30, 22, tzinfo=UTC))], [], TERMS)

        assert [(month.first_on.month, month.agreed) for month in found] == [(11, HOUR), (12, 2 * HOUR)]
