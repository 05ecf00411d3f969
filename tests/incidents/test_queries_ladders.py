"""Where timers stand on their ladders: what fired, what was acknowledged, what a new cycle leaves out."""

from datetime import timedelta

import pytest

from incidents.actions import tickets
from incidents.ladder import Rung
from incidents.models import Breach, Escalation, Ticket, Timer
from incidents.queries.ladders import Climb, climbs, rules_of
from slas.clock import Span
from slas.models import Revision
from slas.queries import calendars
from tests.factories import AgreementFactory, House, RevisionFactory, fill
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_12, clock, opened


def climb(ticket: Ticket, kind: str = "response") -> Climb:
    """The current timer of this kind on its ladder."""
    (found,) = climbs([clock(ticket, kind)])
    return found


def fire(
    ticket: Ticket, position: int, *, repeat: int = 0, kind: str = "response", cycle: int | None = None
) -> Escalation:
    """A step that fired, written straight into the table."""
    timer = clock(ticket, kind)
    return Escalation.objects.create(
        ticket=ticket, timer=timer, cycle=cycle or timer.cycle, step=ticket.revision.steps.get(position=position),
        position=position, repeat=repeat, due_at=MONDAY_8, fired_at=MONDAY_9,
    )  # fmt: skip


def test_rules_are_the_ladder_of_the_example(house: House) -> None:
    rules = rules_of(house.revision.pk)

    assert rules.ladders == {
        "response": (
            Rung(1, "response", percent=50, audience=("assignee",)),
            Rung(2, "response", percent=75, audience=("assignee", "team_lead")),
            Rung(3, "response", percent=100, repeat=HOUR, max_repeats=5, audience=("manager", "product_owner")),
        ),
        "update": (),
        "resolution": (
            Rung(4, "resolution", percent=75, audience=("assignee", "team_lead")),
            Rung(5, "resolution", percent=100, repeat=2 * HOUR, max_repeats=5, audience=("manager", "product_owner")),
            Rung(6, "resolution", offset=HOUR, audience=("managers_manager",)),
        ),
    }
    assert sorted(rules.steps) == [1, 2, 3, 4, 5, 6]
    assert (rules.agreement, rules.number, rules.title) == ("kasse-2026", 1, "Running the till")


@pytest.mark.parametrize(
    ("flags", "kinds"),
    [
        ((False, True, True), {"update", "resolution"}),
        ((True, True, True), {"response", "update", "resolution"}),
        ((False, False, False), set()),
        ((True, False, False), {"response"}),
    ],
)
def test_flags_of_the_revision_name_what_a_pause_stops(
    house: House, flags: tuple[bool, bool, bool], kinds: set[str]
) -> None:
    response, update, resolution = flags
    revision: Revision = RevisionFactory(
        agreement=AgreementFactory(product=house.product),
        is_response_paused=response,
        is_update_paused=update,
        is_resolution_paused=resolution,
    )
    fill(revision, office=house.office, clock=house.clock)

    assert rules_of(revision.pk).paused_kinds == kinds


def test_a_fresh_timer_has_everything_before_it(house: House) -> None:
    found = climb(opened(house))

    assert (found.history.fired, found.history.silent, found.history.acknowledged) == (set(), frozenset(), set())
    assert not found.history.is_breach_recorded
    assert [found.level(position) for position in (1, 2, 3)] == [1, 2, 3]
    assert found.next_fire_at(MONDAY_8) == MONDAY_8 + 30 * MINUTE
    assert found.next_step is not None
    assert (found.next_step.rung.position, found.next_step.moment) == (1, MONDAY_8 + 30 * MINUTE)


def test_what_fired_and_was_acknowledged_is_history(house: House) -> None:
    ticket = opened(house)
    fire(ticket, 1)
    taken = fire(ticket, 2)
    Escalation.objects.filter(pk=taken.pk).update(acknowledged_at=MONDAY_10, acknowledged_by=house.jana)

    found = climb(ticket)

    assert (found.history.fired, found.history.acknowledged) == ({(1, 0), (2, 0)}, {2})
    assert found.next_step is not None
    assert (found.next_step.rung.position, found.next_step.moment) == (3, MONDAY_9)


def test_another_timer_of_the_same_ticket_has_a_history_of_its_own(house: House) -> None:
    ticket = opened(house)
    fire(ticket, 1)
    fire(ticket, 4, kind="resolution")

    assert climb(ticket).history.fired == {(1, 0)}
    assert climb(ticket, "resolution").history.fired == {(4, 0)}


def test_a_new_cycle_knows_what_fired_before_it(house: House) -> None:
    ticket = opened(house)
    for position in (1, 2):
        fire(ticket, position)
    # A P2 has four hours: at nine 50 and 75 percent are still ahead.
    tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P2", reason="Less")
    assert climb(ticket).history.fired == set()
    assert climb(ticket).history.silent == frozenset()

    # Back to one hour: 50 and 75 percent have passed and fired before; at 100 the moment is now.
    tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P1", reason="More")

    assert climb(ticket).history.silent == {(1, 0), (2, 0)}
    assert climb(ticket).next_fire_at(MONDAY_9) == MONDAY_9


def test_update_cycles_are_rows_and_their_steps_still_count_as_earlier(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="We look.")
    first = clock(ticket, "update")
    Escalation.objects.create(
        ticket=ticket, timer=first, cycle=1, step=ticket.revision.steps.get(position=1), position=1, repeat=0,
        due_at=MONDAY_8, fired_at=MONDAY_9,
    )  # fmt: skip

    tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="Still looking.")

    assert climb(ticket, "update").history.fired == set()


@pytest.mark.parametrize("by_cycle", [True, False])
def test_a_breach_counts_by_its_cycle_and_by_its_deadline(house: House, by_cycle: bool) -> None:
    ticket = opened(house)
    timer = clock(ticket, "response")
    Breach.objects.create(
        ticket=ticket,
        timer=timer,
        kind="response",
        cycle=timer.cycle if by_cycle else 7,
        due_at=MONDAY_12 if by_cycle else timer.due_at or MONDAY_12,
        recorded_at=MONDAY_12,
    )

    assert climb(ticket).history.is_breach_recorded


def test_pauses_are_those_that_stop_this_timer(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")
    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_10, text="Done.")
    ticket = tickets.reopen(ticket, by=house.rita, now=MONDAY_12, reason="No.")

    assert list(climb(ticket).course.pauses) == [Span(MONDAY_10, MONDAY_12)]
    assert list(climb(ticket, "resolution").course.pauses) == [Span(MONDAY_9, MONDAY_10), Span(MONDAY_10, MONDAY_12)]


def test_an_open_pause_leaves_nothing_to_look_for(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")

    assert climb(ticket, "resolution").next_fire_at(MONDAY_10) is None
    assert climb(ticket, "resolution").next_step is None
    assert climb(ticket).next_fire_at(MONDAY_10) is not None


@pytest.mark.parametrize("how", ["stopped", "withdrawn", "replaced", "history"])
def test_what_has_ended_looks_for_nothing_more(house: House, how: str) -> None:
    ticket = opened(house)
    timer = Timer.objects.select_related("ticket").get(ticket=ticket, kind="response")
    timer.stopped_at = MONDAY_9 if how == "stopped" else None
    timer.is_withdrawn = how == "withdrawn"
    timer.is_current = how != "replaced"
    timer.ticket.is_history = how == "history"

    (found,) = climbs([timer])

    assert (found.has_ended, found.next_fire_at(MONDAY_8), found.next_step) == (True, None, None)


def test_a_kind_without_rungs_still_waits_for_its_deadline(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="We look.")

    found = climb(ticket, "update")

    assert found.ladder == ()
    assert found.next_step is None
    # The silent rung: later than the deadline by the smallest step of the clock.
    assert found.next_fire_at(MONDAY_8) == MONDAY_10 + timedelta(microseconds=1)


def test_due_is_everything_that_has_come(house: House) -> None:
    found = climb(opened(house))

    assert [step.rung.position for step in found.due(MONDAY_8 + 29 * MINUTE).steps] == []
    assert [step.rung.position for step in found.due(MONDAY_8 + 45 * MINUTE).steps] == [1, 2]
    assert not found.due(MONDAY_9).is_breach_due
    assert found.due(MONDAY_9 + MINUTE).is_breach_due


@pytest.mark.parametrize("count", [1, 3])
def test_climbs_come_in_the_order_of_their_timers_each_on_its_own_clock(house: House, count: int) -> None:
    for _ in range(count):
        opened(house)
    timers = list(Timer.objects.select_related("ticket").order_by("kind", "-pk"))

    found = climbs(timers)

    assert [one.timer for one in found] == timers
    assert [one.course.hours for one in found] == [calendars.hours_by_id(timer.calendar_id) for timer in timers]
    assert [one.course.started_at for one in found] == [MONDAY_8] * 2 * count
