"""Ledgers against the clock, for any waits: without a gap, and with every second where it belongs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import Pause, Ticket, Timer
from incidents.queries.ledgers import Row, ledger_of, sentence
from incidents.queries.tickets import standing_with
from slas.clock import Span
from slas.models import CalendarRevision
from slas.queries import calendars
from tests.factories import House
from tests.slas.hours import local

law = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MINUTE = timedelta(minutes=1)
# The days around both clock changes of Berlin, and an ordinary Monday.
STARTS = [
    local(text).astimezone(UTC)
    for text in ("2026-03-27 15:20", "2026-03-29 01:30", "2026-10-24 22:00", "2026-10-25 02:10", "2026-11-23 08:00")
]
# Minutes from one bound to the next: pauses never overlap, and may be empty or touch.
BOUNDS = st.lists(st.integers(0, 2000), max_size=10)
REASONS = st.lists(st.sampled_from(["reporter", "supplier", "resolved"]), min_size=5, max_size=5)
ROUND_THE_CLOCK, OFFICE = "Rund um die Uhr", "Büro Hamburg"


@pytest.fixture
def make(house: House) -> Callable[..., Timer]:
    """A timer that is nowhere stored."""
    pinned = {row.calendar.name: row for row in CalendarRevision.objects.select_related("calendar")}

    def made(kind: str, calendar: str, start: datetime, *, minutes: int, stopped_at: datetime | None) -> Timer:
        return Timer(
            ticket=Ticket(revision=house.revision, opened_at=start),
            kind=kind,
            calendar=pinned[calendar],
            allowance=minutes * MINUTE,
            started_at=start,
            stopped_at=stopped_at,
        )

    return made


def pauses(start: datetime, bounds: list[int], reasons: list[str], *, is_open: bool) -> list[Pause]:
    """Pauses between every other pair of bounds; the last may still be going."""
    moments = [start + minutes * MINUTE for minutes in accumulate(bounds)]
    found = [
        Pause(started_at=since, ended_at=until, reason=reason)
        for (since, until), reason in zip(list(pairwise(moments))[::2], reasons, strict=False)
    ]
    if found and is_open and found[-1].reason != "resolved":
        found[-1].ended_at = None
    return found


def seconds(rows: list[Row], *what: str) -> timedelta:
    """The length of all lines of these kinds."""
    return timedelta(seconds=sum(row["seconds"] for row in rows if row["what"] in what))


@law
@given(
    kind=st.sampled_from(["response", "update", "resolution"]),
    calendar=st.sampled_from([OFFICE, ROUND_THE_CLOCK]),
    start=st.sampled_from(STARTS),
    bounds=BOUNDS,
    reasons=REASONS,
    stop=st.none() | st.integers(1, 9000),
    minutes=st.integers(1, 4000),
    is_open=st.booleans(),
)
def test_lines_follow_each_other_and_add_up_to_the_standing(
    make: Callable[..., Timer],
    kind: str,
    calendar: str,
    start: datetime,
    bounds: list[int],
    reasons: list[str],
    stop: int | None,
    minutes: int,
    is_open: bool,
) -> None:
    stopped_at = None if stop is None else start + stop * MINUTE
    timer = make(kind, calendar, start, minutes=minutes, stopped_at=stopped_at)
    waits = pauses(start, bounds, reasons, is_open=is_open)
    now = start + 12_000 * MINUTE
    standing = standing_with(timer, pauses=waits, now=now)

    rows = ledger_of(timer, pauses=waits, now=now)

    end = stopped_at or standing.due_at or now
    assert (rows[0]["from"], rows[-1]["to"]) == (start, end)
    assert all(before["to"] == after["from"] for before, after in pairwise(rows))
    assert all(before["what"] != after["what"] for before, after in pairwise(rows))
    assert all(row["seconds"] == (row["to"] - row["from"]).total_seconds() > 0 for row in rows)
    assert seconds(rows, "counted") == standing_with(timer, pauses=waits, now=end).elapsed
    if stopped_at is None and standing.due_at is not None:
        assert seconds(rows, "counted") == timer.allowance


@law
@given(
    calendar=st.sampled_from([OFFICE, ROUND_THE_CLOCK]),
    start=st.sampled_from(STARTS),
    bounds=BOUNDS,
    reasons=REASONS,
    stop=st.integers(1, 9000),
)
def test_resolved_time_is_told_apart_from_waiting_to_the_second(
    make: Callable[..., Timer], calendar: str, start: datetime, bounds: list[int], reasons: list[str], stop: int
) -> None:
    end = start + stop * MINUTE
    timer = make("resolution", calendar, start, minutes=1, stopped_at=end)
    waits = pauses(start, bounds, reasons, is_open=False)
    hours = calendars.hours_by_id(timer.calendar_id)
    spans = [Span(wait.started_at, wait.ended_at) for wait in waits if wait.reason == "resolved"]

    rows = ledger_of(timer, pauses=waits, now=end)

    assert seconds(rows, "resolved") == hours.elapsed(start, end) - hours.elapsed(start, end, spans)
    assert seconds(rows, "counted", "paused", "resolved") == hours.elapsed(start, end)


@law
@given(start=st.sampled_from(STARTS), bounds=BOUNDS, reasons=REASONS, stop=st.integers(1, 9000))
def test_a_response_does_not_wait_where_the_flag_says_so(
    make: Callable[..., Timer], start: datetime, bounds: list[int], reasons: list[str], stop: int
) -> None:
    end = start + stop * MINUTE
    timer = make("response", OFFICE, start, minutes=60, stopped_at=end)

    rows = ledger_of(timer, pauses=pauses(start, bounds, reasons, is_open=False), now=end)

    assert "paused" not in {row["what"] for row in rows}


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        # 23 hours lie between the two midnights of 29 March, 25 between those of 25 October.
        ("2026-03-29 00:00", 23 * 60, "2026-03-30 00:00"),
        ("2026-10-25 00:00", 25 * 60, "2026-10-26 00:00"),
        ("2026-03-28 12:00", 24 * 60, "2026-03-29 13:00"),
        ("2026-10-24 12:00", 24 * 60, "2026-10-25 11:00"),
    ],
)
def test_a_day_of_a_clock_change_counts_its_real_hours(
    make: Callable[..., Timer], start: str, minutes: int, due: str
) -> None:
    timer = make("resolution", ROUND_THE_CLOCK, local(start), minutes=minutes, stopped_at=None)

    (row,) = ledger_of(timer, pauses=[], now=local(start))

    assert (row["to"], row["seconds"], row["what"]) == (local(due), minutes * 60, "counted")


def test_every_kind_of_line_in_one_ledger(make: Callable[..., Timer]) -> None:
    start = local("2026-11-23 08:00")
    timer = make("resolution", OFFICE, start, minutes=600, stopped_at=None)
    waits = [
        Pause(started_at=start + 60 * MINUTE, ended_at=start + 90 * MINUTE, reason="reporter"),
        Pause(started_at=start + 120 * MINUTE, ended_at=start + 150 * MINUTE, reason="resolved"),
    ]

    rows = ledger_of(timer, pauses=waits, now=start + 150 * MINUTE)

    assert sentence(rows) == (
        "reported Mon 08:00 · 1 h counted · waiting until Mon 09:30 · 30 min counted · resolved until Mon 10:30 · "
        "7 h 30 min counted · closed until Tue 08:00 · 1 h counted · due Tue 09:00"
    )


@pytest.mark.parametrize(
    ("kind", "is_withdrawn", "words"),
    [("response", False, "answered Mon 08:30"), ("update", False, "resolved Mon 08:30"),
     ("resolution", False, "resolved Mon 08:30"), ("resolution", True, "withdrawn Mon 08:30")],
)  # fmt: skip
def test_the_last_words_say_how_it_ended(make: Callable[..., Timer], kind: str, is_withdrawn: bool, words: str) -> None:
    start = local("2026-11-23 08:00")
    timer = make(kind, OFFICE, start, minutes=600, stopped_at=start + 30 * MINUTE)
    timer.is_withdrawn = is_withdrawn

    (row,) = ledger_of(timer, pauses=[], now=start)

    assert row["label"].endswith(f" · 30 min counted · {words}")


def test_a_timer_stopped_at_its_start_has_no_lines(make: Callable[..., Timer]) -> None:
    start = local("2026-11-23 08:00")

    assert ledger_of(make("response", OFFICE, start, minutes=60, stopped_at=start), pauses=[], now=start) == []
