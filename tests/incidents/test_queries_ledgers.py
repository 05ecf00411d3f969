"""Why is this due then: every line of the clock, in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from incidents.actions import tickets
from incidents.models import Ticket
from incidents.queries.ledgers import ledger, length, sentence
from incidents.queries.tickets import current_timers, standing
from tests.factories import CalendarRevisionFactory, House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_11, MONDAY_12, opened

FRIDAY_22 = datetime(2026, 11, 20, 21, tzinfo=UTC)


def lines(ticket: Ticket, kind: str, now: datetime) -> list[tuple[str, datetime, datetime]]:
    """What happened from when to when in one timer's ledger."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    return [(row["what"], row["from"], row["to"]) for row in ledger(fresh, now) if row["timer"] == kind]


def test_a_friday_night_is_answered_by_monday_nine(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night)

    rows = [row for row in ledger(ticket, friday_night) if row["timer"] == "response"]

    assert rows == [
        {
            "timer": "response",
            "from": FRIDAY_22,
            "to": MONDAY_8,
            "what": "closed",
            "seconds": 58 * 3600,
            "label": "reported Fri 22:00 · closed until Mon 08:00",
        },
        {
            "timer": "response",
            "from": MONDAY_8,
            "to": MONDAY_9,
            "what": "counted",
            "seconds": 3600,
            "label": "1 h counted · due Mon 09:00",
        },
    ]
    assert sentence(rows) == "reported Fri 22:00 · closed until Mon 08:00 · 1 h counted · due Mon 09:00"


def test_moments_stand_in_the_readers_zone(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night)

    with timezone.override("Europe/London"):
        rows = [row for row in ledger(ticket, friday_night) if row["timer"] == "response"]

    assert sentence(rows) == "reported Fri 21:00 · closed until Mon 07:00 · 1 h counted · due Mon 08:00"


def test_every_timer_has_its_own_lines(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8 + 30 * MINUTE, text="Yes.")

    rows = ledger(Ticket.objects.get(pk=ticket.pk), MONDAY_9)

    assert [(row["timer"], row["label"]) for row in rows] == [
        ("response", "reported Mon 08:00 · 30 min counted · answered Mon 08:30"),
        ("update", "answered Mon 08:30 · 2 h counted · due Mon 10:30"),
        ("resolution", "reported Mon 08:00 · 4 h counted · due Mon 12:00"),
    ]


def test_waiting_ends_at_now_while_the_deadline_is_open(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")

    rows = [row for row in ledger(ticket, MONDAY_11) if row["timer"] == "resolution"]

    assert sentence(rows) == "reported Mon 08:00 · 1 h counted · waiting until Mon 11:00 · still waiting Mon 11:00"


def test_time_resolved_is_told_apart_from_waiting(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")
    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_10, text="Done.")
    ticket = tickets.reopen(ticket, by=house.rita, now=MONDAY_11, reason="No.")

    assert lines(ticket, "resolution", MONDAY_11) == [
        ("counted", MONDAY_8, MONDAY_9),
        ("paused", MONDAY_9, MONDAY_10),
        ("resolved", MONDAY_10, MONDAY_11),
        ("counted", MONDAY_11, MONDAY_11 + 3 * HOUR),
    ]


def test_a_night_between_resolution_and_reopening_is_one_line(house: House) -> None:
    # Resolved at 17:00 for a day, so that two nights touch the cut of neither span.
    ticket = tickets.resolve(opened(house, priority="P2"), by=house.jana, now=MONDAY_8 + 11 * HOUR, text="Done.")
    ticket = tickets.reopen(ticket, by=house.rita, now=MONDAY_8 + 20 * HOUR, reason="No.")

    assert lines(ticket, "resolution", MONDAY_8 + 24 * HOUR) == [
        ("counted", MONDAY_8, MONDAY_8 + 10 * HOUR),
        ("closed", MONDAY_8 + 10 * HOUR, MONDAY_8 + 24 * HOUR),
        ("counted", MONDAY_8 + 24 * HOUR, MONDAY_8 + 30 * HOUR),
    ]


def test_a_closed_date_is_a_holiday(house: House) -> None:
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8, closed=["2026-11-24"])
    ticket = opened(house, MONDAY_8 + 10 * HOUR - 30 * MINUTE)

    found = [what for what, _, _ in lines(ticket, "response", MONDAY_8)]

    assert found == ["counted", "closed", "holiday", "closed", "counted"]


def test_a_timer_that_stopped_ends_at_its_stop(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_12 + HOUR, text="Late.")

    assert lines(ticket, "resolution", MONDAY_12 + 9 * HOUR) == [("counted", MONDAY_8, MONDAY_12 + HOUR)]


def test_a_withdrawn_timer_says_so(house: House) -> None:
    ticket = tickets.reject(opened(house), by=house.jana, now=MONDAY_9, reason="duplicate", text="Known.")

    assert ledger(ticket, MONDAY_12)[-1]["label"] == "reported Mon 08:00 · 1 h counted · withdrawn Mon 09:00"


def test_lines_have_no_gap_and_count_exactly_what_elapsed(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night, priority="P3")
    ticket = tickets.pause(ticket, by=house.jana, now=MONDAY_9, reason="supplier")
    ticket = tickets.resume(ticket, by=house.jana, now=MONDAY_9 + 30 * HOUR)
    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_9 + 60 * HOUR, text="Done.")
    ticket = Ticket.objects.get(pk=ticket.pk)

    rows = ledger(ticket, MONDAY_9)

    for timer in current_timers(ticket):
        own = [row for row in rows if row["timer"] == timer.kind]
        assert [row["to"] for row in own[:-1]] == [row["from"] for row in own[1:]]
        assert (own[0]["from"], own[-1]["to"]) == (timer.started_at, timer.stopped_at)
        counted = sum(row["seconds"] for row in own if row["what"] == "counted")
        assert timedelta(seconds=counted) == standing(timer, MONDAY_9).elapsed


def test_far_away_moments_carry_their_date(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night, priority="P3")

    first = next(row for row in ledger(ticket, friday_night) if row["timer"] == "resolution")

    assert first["label"] == "reported Fri 20 Nov 2026 22:00 · closed until Mon 23 Nov 2026 08:00"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=4, seconds=5), "4 min 5 s"),
        (timedelta(minutes=5, seconds=5), "5 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=58, minutes=30), "58 h 30 min"),
    ],
)
def test_length_reads_as_people_say_it(span: timedelta, words: str) -> None:
    assert length(span) == words


def test_labels_follow_the_language(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night)

    with translation.override("de"):
        first = next(row for row in ledger(ticket, friday_night) if row["timer"] == "response")

    # The weekday is Django's own German.
    assert "Fr" in first["label"]
    assert "Fri" not in first["label"]
