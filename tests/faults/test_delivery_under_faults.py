"""Processes die, Redis forgets, the mail server misbehaves: nothing is missed, nothing early, repeats recognisable."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from incidents.models import Escalation
from incidents.queries.invariants import findings
from slas.models import Attempt, Notice, User
from slas.queries.notices import database_now
from tests.factories import build_house
from tests.faults.machine import PATIENCE, Machine
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk
from tests.post_office import DROP, PostOffice, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
TICKETS, READERS = 12, 2
SOON = 30 * MINUTE - timedelta(seconds=4)  # the first step comes in four seconds


@pytest.fixture
def kiosk() -> Kiosk:
    kiosk = build_kiosk(build_house())
    # Only escalations count here.
    User.objects.update(muted_notices=["new", "assigned", "answered", "settled"])
    return kiosk


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with PostOffice() as office:
        yield office


@pytest.fixture
def machine(kiosk: Kiosk, office: PostOffice) -> Iterator[Machine]:
    with Machine(office) as machine:
        yield machine


def raise_alarm(kiosk: Kiosk, tickets: int = TICKETS, ago: timedelta = 31 * MINUTE) -> set[str]:
    """So many P1 whose first step has just come, for two readers each, and some whose moment is still ahead."""
    numbers = {kiosk.ticket(ago).number for _ in range(tickets)}
    for _ in range(3):
        kiosk.ticket(20 * MINUTE, title="Not yet")
    return numbers


def everything_was_told(kiosk: Kiosk, office: PostOffice, numbers: set[str]) -> None:
    """Every step exactly once in the books; every letter at least once at the server; nothing early; all green."""
    house = kiosk.house
    alarms = [one for one in office.received if one.subject.startswith("[P1]")]
    books = Escalation.objects.order_by("pk").values_list("ticket__number", "position", "repeat")
    assert sorted(books) == sorted((number, 1, 0) for number in numbers)
    expected = {(number, reader.email) for number in numbers for reader in (house.jana, house.timo)}
    assert {(one.subject.split(": ")[1].split()[0], one.to) for one in alarms} == expected
    ids = dict(Notice.objects.filter(kind="escalation").values_list("message_id", "state"))
    assert {one.message_id for one in alarms} == set(ids)
    assert set(ids.values()) == {"sent"}
    moments = {one.ticket.number: one.due_at.timestamp() for one in Escalation.objects.select_related("ticket")}
    assert all(one.at >= moments[one.subject.split(": ")[1].split()[0]] for one in alarms)
    assert {name: found for name, found in findings().items() if found.count} == {}


def test_worker_killed_while_sending(kiosk: Kiosk, office: PostOffice, machine: Machine) -> None:
    numbers = raise_alarm(kiosk)
    office.seconds = 0.1
    machine.beat()
    for arrived in (4, 12):
        worker = machine.worker()
        assert machine.hears(arrived)
        machine.kill(worker)
    machine.worker()

    assert machine.hears(TICKETS * READERS)
    assert machine.is_done()

    everything_was_told(kiosk, office, numbers)
    # What each killed worker had in its hands at that moment, two processes each; always under the same Message-ID.
    assert sum(office.copies.values()) - len(office.copies) <= 4


def test_redis_forgets_everything_again_and_again(kiosk: Kiosk, office: PostOffice, machine: Machine) -> None:
    office.seconds = 0.05
    numbers = raise_alarm(kiosk)
    machine.beat()
    machine.worker()

    for arrived in (1, 6, 12, 18):
        assert machine.hears(arrived)
        machine.flush()
    assert machine.hears(TICKETS * READERS)
    assert machine.is_done()

    everything_was_told(kiosk, office, numbers)
    assert set(office.copies.values()) == {1}


def test_two_beats_and_two_workers_tell_everything_once(kiosk: Kiosk, office: PostOffice, machine: Machine) -> None:
    for start in (machine.beat, machine.worker, machine.worker, machine.beat):
        start()
    numbers = raise_alarm(kiosk, 2 * TICKETS, SOON)

    assert machine.hears(2 * TICKETS * READERS)
    assert machine.is_done()

    everything_was_told(kiosk, office, numbers)
    assert set(office.copies.values()) == {1}


def test_mail_server_puts_off_and_drops(kiosk: Kiosk, office: PostOffice, machine: Machine) -> None:
    office.data = ["451 later", DROP, "421 closing", DROP, "452 full"]
    numbers = raise_alarm(kiosk)
    machine.beat()
    machine.worker()

    assert wait_for(lambda: Attempt.objects.filter(is_accepted=False).count() == 5, seconds=PATIENCE)
    # The half minute until the next try goes by.
    Notice.objects.filter(state="pending").update(next_attempt_at=database_now())
    assert machine.hears(TICKETS * READERS)
    assert machine.is_done()

    everything_was_told(kiosk, office, numbers)
    # Taken, but the answer was lost: those two arrive twice, recognisably.
    assert sorted(office.copies.values())[-3:] == [1, 2, 2]


def test_refused_reader_is_replaced_by_the_next_person(kiosk: Kiosk, office: PostOffice, machine: Machine) -> None:
    office.rcpt[kiosk.house.jana.email] = "550 no such mailbox"
    number = kiosk.ticket(31 * MINUTE).number
    machine.beat()
    machine.worker()

    assert machine.hears(2)

    told = Notice.objects.filter(topic=f"{number}:response:1").order_by("recipient__username")
    assert wait_for(
        lambda: (
            list(told.values_list("recipient__username", "state"))
            == [("holger", "sent"), ("jana", "failed"), ("timo", "sent")]
        )
    )
    assert {one.to for one in office.received} == {kiosk.house.timo.email, kiosk.house.holger.email}


def test_second_ticker_takes_over_when_beat_and_redis_are_gone(
    kiosk: Kiosk, office: PostOffice, machine: Machine
) -> None:
    machine.worker()
    beat = machine.beat()
    first = raise_alarm(kiosk, 2)
    assert machine.hears(2 * READERS)
    machine.ticker()
    machine.kill(beat)
    machine.services.stop()
    second = raise_alarm(kiosk, 2, SOON)
    assert machine.hears(4 * READERS + 1)  # and the canary
    assert machine.is_done()

    everything_was_told(kiosk, office, first | second)
    assert set(office.copies.values()) == {1}
