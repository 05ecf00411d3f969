"""Acknowledging: who may, what it ends, what goes on."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.signing import SignatureExpired

from incidents.actions import escalations, tickets
from incidents.actions.escalations import Watermark
from incidents.models import Escalation, Event, Ticket, Timer
from incidents.queries import escalations as queries
from slas.models import User
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk, fired, minutes_until, timer_of, told


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def swept(kiosk: Kiosk, ago: timedelta, position: int) -> tuple[Ticket, Escalation]:
    """A ticket opened so long ago, with what fired on its way, and one of its escalations."""
    ticket = kiosk.ticket(ago)
    escalations.sweep(watermark=Watermark())
    return ticket, Escalation.objects.get(ticket=ticket, timer__kind="response", position=position)


def test_acknowledging_ends_this_rung_and_lower_ones(kiosk: Kiosk) -> None:
    ticket, highest = swept(kiosk, 61 * MINUTE, 3)
    now = database_now()

    found = escalations.acknowledge(highest, by=kiosk.house.mira, now=now)

    assert (found.acknowledged_by, found.acknowledged_at) == (kiosk.house.mira, max(now, found.fired_at))
    assert set(Escalation.objects.values_list("position", "acknowledged_by__username")) == {
        (1, "mira"), (2, "mira"), (3, "mira"),
    }  # fmt: skip
    assert told(ticket) == [(3, "doris", "withdrawn"), (3, "mira", "withdrawn")]
    assert timer_of(ticket).next_fire_at is None
    event = Event.objects.get(ticket=ticket, kind="acknowledged")
    assert (event.actor, event.facts) == (kiosk.house.mira, {"timer": "response", "cycle": 1, "step": 3, "repeat": 0})


def test_higher_rungs_still_fire(kiosk: Kiosk) -> None:
    ticket, first = swept(kiosk, 46 * MINUTE, 1)

    escalations.acknowledge(first, by=kiosk.house.jana, now=database_now())

    assert minutes_until(timer_of(ticket).next_fire_at, ticket.opened_at) == 60
    assert Escalation.objects.get(position=2).acknowledged_at is None
    assert [state for _, _, state in told(ticket)] == ["pending"] * 3


def test_other_timers_and_other_tickets_go_on(kiosk: Kiosk) -> None:
    other = kiosk.ticket(31 * MINUTE)
    ticket, first = swept(kiosk, 31 * MINUTE, 1)

    escalations.acknowledge(first, by=kiosk.house.jana, now=database_now())

    assert {state for _, _, state in told(other)} == {"pending"}
    assert timer_of(ticket, "resolution").next_fire_at is not None


def test_acknowledging_twice_changes_nothing(kiosk: Kiosk) -> None:
    _, first = swept(kiosk, 31 * MINUTE, 1)
    before = escalations.acknowledge(first, by=kiosk.house.jana, now=database_now())

    after = escalations.acknowledge(first, by=kiosk.house.timo, now=database_now())

    assert (after.acknowledged_by, after.acknowledged_at) == (kiosk.house.jana, before.acknowledged_at)
    assert Event.objects.filter(kind="acknowledged").count() == 1


def test_escalation_of_an_earlier_cycle_leaves_the_new_one_alone(kiosk: Kiosk) -> None:
    ticket, first = swept(kiosk, 31 * MINUTE, 1)
    tickets.reprioritise(ticket, by=kiosk.house.holger, now=database_now(), priority="P2", reason="A way round.")
    planned = timer_of(ticket).next_fire_at

    escalations.acknowledge(first, by=kiosk.house.jana, now=database_now())

    assert (timer_of(ticket).cycle, timer_of(ticket).next_fire_at) == (2, planned)


@pytest.mark.parametrize(
    ("username", "may"),
    [
        ("jana", True),  # was told
        ("timo", True),
        ("holger", True),  # leads the team
        ("doris", True),  # above the lead
        ("adam", True),
        ("mira", False),  # owns the product, was not told yet
        ("rita", False),
        ("outsider", False),
        ("anton", False),
        ("vera", False),
    ],
)
def test_who_may_acknowledge_the_first_step(kiosk: Kiosk, username: str, may: bool) -> None:
    _, first = swept(kiosk, 31 * MINUTE, 1)
    by = User.objects.get(username=username)

    assert queries.may_acknowledge(by, first) is may
    if not may:
        with pytest.raises(PermissionDenied):
            escalations.acknowledge(first, by=by, now=database_now())
        first.refresh_from_db()
        assert first.acknowledged_at is None
    else:
        assert escalations.acknowledge(first, by=by, now=database_now()).acknowledged_by == by


def test_recipients_of_the_letter_that_spoke_for_a_step_may_acknowledge_it(kiosk: Kiosk) -> None:
    _, lowest = swept(kiosk, 61 * MINUTE, 1)

    assert queries.may_acknowledge(kiosk.house.mira, lowest)


def test_open_for_lists_what_waits_for_a_persons_word(kiosk: Kiosk) -> None:
    house = kiosk.house
    _, highest = swept(kiosk, 61 * MINUTE, 3)

    waiting = {name: list(queries.open_for(getattr(house, name))) for name in ("mira", "doris", "holger", "jana")}
    assert waiting == {"mira": [highest], "doris": [highest], "holger": [highest], "jana": []}
    escalations.acknowledge(highest, by=house.doris, now=database_now())

    assert list(queries.open_for(house.mira)) == []


def test_open_for_asks_once_for_each_timer_by_its_highest_step(kiosk: Kiosk) -> None:
    ticket, first = swept(kiosk, 31 * MINUTE, 1)
    moment = {"due_at": first.due_at, "fired_at": first.fired_at}
    second, resolution = (
        Escalation.objects.create(ticket=ticket, timer=timer, cycle=1, step=first.step, position=2, repeat=1, **moment)
        for timer in (first.timer, timer_of(ticket, "resolution"))
    )

    assert first.told_with is None
    assert set(queries.open_for(kiosk.house.holger)) == {second, resolution}


def test_visible_are_those_of_visible_tickets_and_those_one_was_told_about(kiosk: Kiosk) -> None:
    house = kiosk.house
    swept(kiosk, 61 * MINUTE, 3)

    counts = {name: queries.visible_to(getattr(house, name)).count() for name in ("jana", "rita", "anton", "outsider")}

    assert counts == {"jana": 3, "rita": 3, "anton": 3, "outsider": 0}


def test_address_in_the_letter_names_escalation_person_and_cycle() -> None:
    token = queries.make_token(7, 5, 2)

    assert queries.read_token(token) == queries.Claim(escalation_id=7, person_id=5, cycle=2)
    assert queries.read_token(token + "x") is None
    assert queries.read_token("") is None
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)), pytest.raises(SignatureExpired):
        queries.read_token(token)


def test_repeats_end_with_the_acknowledgement(kiosk: Kiosk) -> None:
    ticket, highest = swept(kiosk, 61 * MINUTE, 3)
    escalations.acknowledge(highest, by=kiosk.house.mira, now=database_now())

    Timer.objects.filter(ticket=ticket, kind="response").update(next_fire_at=ticket.opened_at)
    escalations.sweep(watermark=Watermark())

    assert fired(ticket) == [(1, 0), (2, 0), (3, 0)]
