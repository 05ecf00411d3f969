"""Two people at once, on real PostgreSQL: one of them wins, nothing happens twice, nobody gets a server error."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from incidents.actions import breaches, tickets
from incidents.models import Breach, Event, Pause, Ticket, TimeEntry, Timer
from slas.errors import Refused
from slas.models import Notice
from tests.factories import House, build_house
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, in_state, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    """A house that other connections see."""
    return build_house()


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Run the deeds in threads that start together; what became of each: done or refused."""
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            gate.wait(timeout=20)
            deed()
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


@pytest.mark.parametrize("action", ["pause", "resolve", "reject", "assign", "close", "reopen"])
def test_of_two_at_once_one_is_refused(house: House, action: str) -> None:
    ticket = in_state(house, {"close": "resolved", "reopen": "resolved"}.get(action, "open"))
    deeds: dict[str, Callable[[], Ticket]] = {
        "pause": lambda: tickets.pause(ticket, by=house.jana, now=MONDAY_9, reason="supplier"),
        "resolve": lambda: tickets.resolve(ticket, by=house.jana, now=MONDAY_9, text="Done."),
        "reject": lambda: tickets.reject(ticket, by=house.jana, now=MONDAY_9, reason="duplicate", text="Known."),
        "assign": lambda: tickets.assign(ticket, by=house.jana, now=MONDAY_9, assignee=house.jana),
        "close": lambda: tickets.close(ticket, by=house.jana, now=MONDAY_9),
        "reopen": lambda: tickets.reopen(ticket, by=house.jana, now=MONDAY_9, reason="No."),
    }
    before = Event.objects.count()

    outcome = at_once(deeds[action], deeds[action])

    assert outcome == ["done", "refused"]
    assert Event.objects.count() == before + 1


def test_two_begin_and_one_begun(house: House) -> None:
    ticket = opened(house)

    outcome = at_once(*[lambda: tickets.begin(ticket, by=house.jana, now=MONDAY_9)] * 2)

    assert outcome == ["done", "done"]
    assert Event.objects.filter(kind="begun").count() == 1
    assert Timer.objects.filter(kind="update").count() == 1


def test_two_answers_are_two_cycles_of_one_update(house: House) -> None:
    ticket = opened(house)

    at_once(
        lambda: tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="I."),
        lambda: tickets.respond(ticket, by=house.timo, now=MONDAY_9, text="I, too."),
    )

    updates = Timer.objects.filter(kind="update").order_by("cycle")
    assert list(updates.values_list("cycle", "is_current")) == [(1, False), (2, True)]
    assert Timer.objects.get(kind="response").stopped_at == MONDAY_9
    assert Notice.objects.filter(kind="answered").count() == 2


def test_resolving_while_others_pause_ends_in_one_of_both_orders(house: House) -> None:
    ticket = in_state(house, "open")

    at_once(
        lambda: tickets.resolve(ticket, by=house.jana, now=MONDAY_9, text="Done."),
        lambda: tickets.pause(ticket, by=house.timo, now=MONDAY_9, reason="supplier"),
    )

    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.waiting_since) == ("resolved", None)
    assert not Pause.objects.filter(ended_at__isnull=True).exists()
    assert not Timer.objects.filter(stopped_at__isnull=True).exists()


def test_many_log_time_at_once_and_every_minute_counts(house: House) -> None:
    ticket = opened(house)

    at_once(*[lambda: tickets.log_time(ticket, by=house.jana, now=MONDAY_9, minutes=5)] * 4)

    assert list(TimeEntry.objects.values_list("minutes", flat=True)) == [5] * 4


def test_a_late_answer_and_the_sweep_record_one_breach(house: House) -> None:
    ticket = opened(house)
    late = list(Timer.objects.filter(ticket=ticket, kind="response"))

    at_once(
        lambda: tickets.respond(ticket, by=house.jana, now=MONDAY_10, text="Sorry."),
        lambda: breaches.record(late, now=MONDAY_10 - MINUTE),
    )

    assert Breach.objects.get().due_at == MONDAY_9


def test_opening_at_once_gives_each_a_number_of_its_own(house: House) -> None:
    at_once(*[lambda: opened(house, MONDAY_8 + HOUR)] * 4)

    numbers = set(Ticket.objects.values_list("number", flat=True))
    assert len(numbers) == 4


def test_closing_by_itself_and_reopening_do_not_meet(house: House) -> None:
    ticket = in_state(house, "resolved")
    end = MONDAY_8 + 2 * MINUTE + 120 * HOUR

    outcome = at_once(
        lambda: tickets.close_settled(end + MINUTE),
        lambda: tickets.reopen(ticket, by=house.rita, now=end, reason="Just in time."),
    )

    # Whoever has the lock first decides; the reporter who comes second comes too late.
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (outcome, stored.status) in [(["done", "done"], "open"), (["done", "refused"], "closed")]
    assert (stored.closed_at is None) == (stored.status == "open")
