"""The auditor's questions stay green through every ordinary state, and say exactly which row is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from incidents.actions import escalations, tickets
from incidents.actions.escalations import Watermark
from incidents.models import Breach, Escalation, Signal, Ticket, Timer
from incidents.queries import recomputation
from incidents.queries.invariants import EXAMPLES, Finding, findings
from slas.models import Notice
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk, timer_of
from tests.incidents.signals import payloads, telling

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def wrong() -> dict[str, Finding]:
    """Only what is violated."""
    return {name: found for name, found in findings().items() if found.count}


def sweep() -> None:
    escalations.sweep(watermark=Watermark())


def test_an_empty_house_is_well(db: None) -> None:
    assert findings() == {
        name: Finding(0) for name in ("I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12")
    }


@pytest.mark.parametrize("status", ["new", "open", "waiting", "resolved", "closed", "rejected", "reopened", "moved up"])
@pytest.mark.parametrize("minutes", [1, 46, 300])
def test_every_ordinary_state_is_well_at_every_age(kiosk: Kiosk, status: str, minutes: int) -> None:
    house, ticket = kiosk.house, kiosk.ticket(minutes * MINUTE)
    sweep()
    now = database_now()
    if status != "new":
        tickets.respond(ticket, by=house.jana, now=now, text="We look.")
    if status == "waiting":
        tickets.pause(ticket, by=house.jana, now=now + SECOND, reason="supplier")
    if status in ("resolved", "closed", "reopened"):
        tickets.resolve(ticket, by=house.jana, now=now + SECOND, text="Done.")
    if status == "closed":
        tickets.close(ticket, by=house.rita, now=now + 2 * SECOND)
    if status == "reopened":
        tickets.reopen(ticket, by=house.rita, now=now + 2 * SECOND, reason="No.")
    if status == "rejected":
        tickets.reject(ticket, by=house.jana, now=now + SECOND, reason="duplicate", text="Known.")
    if status == "moved up":
        tickets.reprioritise(ticket, by=house.jana, now=now + SECOND, priority="P3", reason="Less")
    sweep()

    assert wrong() == {}


def test_history_is_nobodys_business(kiosk: Kiosk) -> None:
    now = database_now()
    ticket = tickets.open_ticket(
        kiosk.product, by=kiosk.house.ida, now=now, opened_at=now - timedelta(days=3), priority="P1", title="Old"
    )
    Timer.objects.filter(ticket=ticket).update(reckoned_at=LONG_AGO)
    Breach.objects.filter(ticket=ticket).delete()

    assert wrong() == {}


def test_a_finding_names_five_and_counts_all(kiosk: Kiosk) -> None:
    found = [kiosk.ticket(MINUTE) for _ in range(EXAMPLES + 2)]
    Timer.objects.filter(kind="resolution").update(is_current=False, next_fire_at=None)

    finding = wrong()["I10"]

    assert (finding.count, len(finding.examples)) == (EXAMPLES + 2, EXAMPLES)
    assert set(finding.examples) <= {ticket.number for ticket in found}


@pytest.mark.parametrize(("kind", "is_wrong"), [("response", True), ("resolution", True), ("update", False)])
def test_i10_asks_for_every_target_but_the_update(kiosk: Kiosk, kind: str, is_wrong: bool) -> None:
    ticket = kiosk.ticket(MINUTE)
    Timer.objects.filter(ticket=ticket, kind=kind).update(is_current=False, next_fire_at=None)

    assert wrong() == ({"I10": Finding(1, (ticket.number,))} if is_wrong else {})


@pytest.mark.parametrize("status", ["resolved", "closed", "rejected"])
def test_i10_asks_nothing_of_what_is_settled(kiosk: Kiosk, status: str) -> None:
    ticket = kiosk.ticket(MINUTE)
    Timer.objects.filter(ticket=ticket).update(is_current=False, next_fire_at=None, stopped_at=database_now())
    Ticket.objects.filter(pk=ticket.pk).update(status=status)

    assert wrong() == {}


@pytest.mark.parametrize(
    ("due", "reckoned", "is_wrong"), [(200, 200, True), (170, 200, False), (200, 170, False), (170, 170, False)]
)
def test_i1_counts_from_the_later_of_due_and_reckoned(kiosk: Kiosk, due: int, reckoned: int, is_wrong: bool) -> None:
    timer = timer_of(kiosk.ticket(MINUTE))
    now = database_now()

    Timer.objects.filter(pk=timer.pk).update(next_fire_at=now - due * SECOND, reckoned_at=now - reckoned * SECOND)

    assert wrong() == ({"I1": Finding(1, (str(timer.pk),))} if is_wrong else {})


def test_i1_leaves_out_what_was_given_up_and_is_shown_elsewhere(kiosk: Kiosk) -> None:
    timer = timer_of(kiosk.ticket(MINUTE))
    Timer.objects.filter(pk=timer.pk).update(next_fire_at=LONG_AGO, reckoned_at=LONG_AGO, parked_at=database_now())

    assert wrong() == {}


def test_i2_is_content_with_a_recorded_breach_which_nobody_can_take_back(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(70 * MINUTE)
    sweep()
    assert wrong() == {}

    with pytest.raises(IntegrityError, match="stays recorded"), transaction.atomic():
        Breach.objects.filter(ticket=ticket).update(cycle=9, due_at=LONG_AGO)


def test_i3_forgives_a_step_that_another_spoke_for(kiosk: Kiosk) -> None:
    kiosk.ticket(46 * MINUTE)
    sweep()
    low, high = Escalation.objects.order_by("position")
    assert (low.told_with, high.told_with) == (high, None)
    Notice.objects.filter(subject=f"escalation:{low.pk}").update(subject="")

    assert wrong() == {}


def test_i9_is_guarded_by_the_table_itself(kiosk: Kiosk) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'slas_notice' AND indexdef LIKE '%message_id%'"
        )
        found = [definition for (definition,) in cursor.fetchall()]

    assert any("UNIQUE" in definition for definition in found)


@pytest.mark.parametrize("minutes", [-90, -1, 1, 90])
def test_i12_finds_a_deadline_that_somebody_moved(kiosk: Kiosk, minutes: int) -> None:
    timer = timer_of(kiosk.ticket(MINUTE), "resolution")
    assert timer.due_at is not None
    Timer.objects.filter(pk=timer.pk).update(due_at=timer.due_at + minutes * MINUTE)

    assert recomputation.violations() == {"I12": [str(timer.pk)]}


def test_i12_finds_a_deadline_that_a_wait_should_have_opened(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    due_at = timer_of(ticket, "resolution").due_at
    tickets.pause(ticket, by=kiosk.house.jana, now=database_now(), reason="supplier")
    timer = timer_of(ticket, "resolution")
    assert recomputation.violations() == {}

    Timer.objects.filter(pk=timer.pk).update(due_at=due_at)

    assert recomputation.violations() == {"I12": [str(timer.pk)]}


@pytest.mark.parametrize(
    ("fields", "is_wrong"),
    [({"stopped_at": LONG_AGO}, False), ({"is_withdrawn": True}, False), ({"is_current": False}, False),
     ({"parked_at": LONG_AGO}, False), ({}, True)],
)  # fmt: skip
def test_only_what_runs_is_worked_out_anew(kiosk: Kiosk, fields: dict[str, object], is_wrong: bool) -> None:
    timer = timer_of(kiosk.ticket(MINUTE))

    Timer.objects.filter(pk=timer.pk).update(due_at=LONG_AGO, next_fire_at=None, **fields)

    assert bool(recomputation.violations()) == is_wrong


@pytest.mark.parametrize(
    ("later", "attempts", "is_wrong"), [(-60, 0, False), (0, 0, False), (1, 0, True), (1, 1, False), (600, 0, True)]
)
def test_a_step_must_be_looked_for_when_it_comes(kiosk: Kiosk, later: int, attempts: int, is_wrong: bool) -> None:
    ticket = kiosk.ticket(31 * MINUTE)
    timer = timer_of(ticket)

    # Half of the hour is over since a minute; whoever tried and failed is put off on purpose.
    planned = ticket.opened_at + 30 * MINUTE + later * SECOND
    Timer.objects.filter(pk=timer.pk).update(next_fire_at=planned, attempts=attempts)

    assert recomputation.violations() == ({"I2": [str(timer.pk)]} if is_wrong else {})


@pytest.mark.parametrize(("later", "is_wrong"), [(0, False), (10, False), (11, True)])
def test_what_was_due_when_it_was_worked_out_may_be_looked_for_from_then_on(
    kiosk: Kiosk, later: int, is_wrong: bool
) -> None:
    timer, now = timer_of(kiosk.ticket(31 * MINUTE)), database_now()

    Timer.objects.filter(pk=timer.pk).update(reckoned_at=now, next_fire_at=now + later * SECOND)

    assert recomputation.violations() == ({"I2": [str(timer.pk)]} if is_wrong else {})


def test_i11_finds_evidence_that_is_not_what_came_in(house: House) -> None:
    source = telling.source(house.vera, product=house.product)
    kept = telling.tell(source, payloads.alertmanager(payloads.alert()), database_now()).signal
    assert findings()["I11"] == Finding(0)

    forged = Signal.objects.create(
        source=source, received_at=database_now(), body=b"{}", sha256=kept.sha256, outcome="ignored", alerts=0
    )

    assert findings()["I11"] == Finding(1, (str(forged.pk),))
