"""People and the sweep at the same time: nobody waits for ever, and nothing fires that was acknowledged before."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from incidents.actions import escalations, tickets
from incidents.actions.escalations import Swept, Watermark
from incidents.models import Breach, Escalation, Ticket
from incidents.queries.invariants import findings
from slas.actions import delivery
from slas.actions.delivery import claims
from slas.models import Notice
from slas.queries.notices import database_now
from tests.factories import build_house
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk, fired
from tests.post_office import PostOffice

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kiosk() -> Kiosk:
    return build_kiosk(build_house())


def sweep() -> Swept:
    return escalations.sweep(watermark=Watermark())


def together(*runs: Callable[[], object]) -> list[object]:
    """Run everything at the same time, each with a connection of its own; what one raises is raised here."""

    def alone(run: Callable[[], object]) -> object:
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return [one.result(timeout=60) for one in [pool.submit(alone, run) for run in runs]]


def test_step_fires_once_although_four_sweep_at_once(kiosk: Kiosk) -> None:
    found = [kiosk.ticket(61 * MINUTE) for _ in range(12)]

    swept = together(*[sweep] * 4)

    assert sum(one.escalations for one in swept if isinstance(one, Swept)) == 36
    assert [fired(ticket) for ticket in found] == [[(1, 0), (2, 0), (3, 0)]] * 12
    assert Breach.objects.count() == 12
    assert Notice.objects.filter(kind="escalation").count() == 24


def test_ticket_that_somebody_is_changing_is_left_for_the_next_round(kiosk: Kiosk) -> None:
    busy, free = kiosk.ticket(31 * MINUTE), kiosk.ticket(31 * MINUTE)
    with transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=busy.pk)
        (swept,) = together(sweep)

    assert swept == Swept(escalations=1)
    assert (fired(busy), fired(free)) == ([], [(1, 0)])
    assert sweep() == Swept(escalations=1)


def test_acknowledging_while_the_sweep_runs(kiosk: Kiosk) -> None:
    found = [kiosk.ticket(61 * MINUTE) for _ in range(8)]
    sweep()
    highest = list(Escalation.objects.filter(position=3).order_by("pk"))
    # The first repeat comes due for all of them at this moment.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incidents_timer SET started_at = started_at - interval '60 minutes', "
            "cycle_started_at = cycle_started_at - interval '60 minutes', due_at = due_at - interval '60 minutes', "
            "next_fire_at = next_fire_at - interval '60 minutes' WHERE kind = 'response'"
        )
    done = threading.Event()

    def acknowledge() -> None:
        for escalation in highest:
            escalations.acknowledge(escalation, by=kiosk.house.mira, now=database_now())
        done.set()

    def keep_sweeping() -> None:
        while not done.is_set():
            sweep()
        sweep()

    together(keep_sweeping, acknowledge, keep_sweeping)

    for ticket in found:
        acknowledged = Escalation.objects.get(ticket=ticket, position=3, repeat=0).acknowledged_at
        assert acknowledged is not None
        repeats = Escalation.objects.filter(ticket=ticket, timer__kind="response", position=3, repeat__gt=0)
        # Whoever came first: a repeat before the word, or none at all.
        assert all(one.fired_at <= acknowledged + timedelta(seconds=1) for one in repeats)
        assert not Notice.objects.filter(topic=f"{ticket.number}:response:1", state="pending").exists()
    assert findings()["I7"].count == 0


def test_actions_and_sweeps_never_wait_for_each_other_for_ever(kiosk: Kiosk) -> None:
    house = kiosk.house
    found = [kiosk.ticket(61 * MINUTE) for _ in range(6)]

    def work(own: list[Ticket]) -> None:
        for ticket in own:
            tickets.assign(ticket, by=house.holger, now=database_now(), assignee=house.jana)
            tickets.pause(ticket, by=house.jana, now=database_now(), reason="supplier")
            tickets.resume(ticket, by=house.jana, now=database_now())
            tickets.resolve(ticket, by=house.jana, now=database_now(), text="Plugged in again.")

    together(lambda: work(found[:3]), sweep, lambda: work(found[3:]), sweep, sweep)
    sweep()

    assert [Ticket.objects.get(pk=ticket.pk).status for ticket in found] == ["resolved"] * 6
    assert {name: one for name, one in findings().items() if one.count} == {}


def test_acknowledged_between_claim_and_sending_is_not_sent(kiosk: Kiosk, office: PostOffice) -> None:
    kiosk.ticket(61 * MINUTE)
    sweep()
    claimed = [one for one in claims.claim(100) if one.kind == "escalation"]
    assert len(claimed) == 2

    escalations.acknowledge(Escalation.objects.get(position=3), by=kiosk.house.doris, now=database_now())

    assert [claims.is_still_ours(notice) for notice in claimed] == [False, False]
    Notice.objects.filter(state="pending").update(lease_until=None)
    delivery.deliver()
    assert [one.subject for one in office.received if "due" in one.subject] == []
