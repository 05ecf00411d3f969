"""The sweep: every step once, never early, the highest speaks for all, and one bad row stops nobody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import escalations, tickets
from incidents.actions.escalations import Swept, Watermark
from incidents.models import Breach, Escalation, Ticket, Timer
from slas.models import Notice, User
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import (
    MINUTE,
    Kiosk,
    build_kiosk,
    fired,
    minutes_until,
    timer_of,
    told,
    unreadable_hours,
)


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def sweep() -> Swept:
    """A round that remembers nothing of the one before."""
    return escalations.sweep(watermark=Watermark())


def later(ticket: Ticket, minutes: float) -> None:
    """Move the whole ticket so far into the past, as if that time had gone by."""
    ago = timedelta(minutes=minutes)
    for timer in Timer.objects.filter(ticket=ticket):
        timer.started_at -= ago
        timer.cycle_started_at -= ago
        timer.due_at = timer.due_at and timer.due_at - ago
        timer.next_fire_at = timer.next_fire_at and timer.next_fire_at - ago
        timer.save()


def test_nothing_fires_early(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(29 * MINUTE)

    assert sweep() == Swept()

    assert minutes_until(timer_of(ticket).next_fire_at, ticket.opened_at) == 30
    assert not Escalation.objects.exists()


def test_step_fires_once_and_the_whole_team_of_an_unassigned_ticket_is_told(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(31 * MINUTE)

    assert sweep() == Swept(escalations=1)
    assert sweep() == Swept()

    (escalation,) = Escalation.objects.all()
    assert (escalation.position, escalation.repeat, escalation.cycle, escalation.step.audience) == (
        1, 0, 1, ["assignee"],
    )  # fmt: skip
    assert minutes_until(escalation.due_at, ticket.opened_at) == 30
    assert escalation.fired_at >= escalation.due_at
    assert told(ticket) == [(1, "jana", "pending"), (1, "timo", "pending")]
    assert minutes_until(timer_of(ticket).next_fire_at, ticket.opened_at) == 45


def test_letter_carries_every_fact(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(31 * MINUTE)
    timer = timer_of(ticket)
    assert timer.due_at is not None

    sweep()

    notice = Notice.objects.get(topic=f"{ticket.number}:response:1", recipient=kiosk.house.jana)
    escalation = Escalation.objects.get()
    remaining = notice.context["remaining_seconds"]
    assert 28 * 60 < remaining < 29 * 60
    assert notice.context == {
        "number": ticket.number,
        "title": "Kiosk is down",
        "priority": "P1",
        "product": "Kiosk",
        "opened_at": ticket.opened_at.isoformat(),
        "path": f"/tickets/{ticket.number}/",
        "timers": [],
        "kind": "response",
        "due_at": timer.due_at.isoformat(),
        "is_over": False,
        "remaining_seconds": remaining,
        "over_seconds": 0,
        "revision": {"agreement": "kiosk-2026", "number": 1, "title": "Running the till"},
        "position": 1,
        "repeat": 0,
        "also": [],
        "ledger": {
            "calendar": timer.calendar_id,
            "from_at": ticket.opened_at.isoformat(),
            "to_at": timer.due_at.isoformat(),
            "pauses": [],
        },
        "signed": {"path": "/escalations/acknowledge/{}/", "facts": [escalation.pk, 1]},
        "team": "Kassenteam",
        "assignee": "",
        "role": "assignee",
        "stands_in_for": "",
        "fallback_chain": [kiosk.house.holger.pk, kiosk.house.vera.pk],
    }
    assert (notice.key, notice.subject, notice.level, notice.priority, notice.is_urgent) == (
        f"{ticket.number}:response:1:1:jana:mail:0", f"escalation:{escalation.pk}", 1, "P1", True,
    )  # fmt: skip
    assert notice.fallback_at == notice.created_at + timedelta(minutes=5)


def test_tickets_of_one_storm_keep_their_own_facts_and_readers(kiosk: Kiosk) -> None:
    house = kiosk.house
    titles = ['The "till" says \\ {0}', "Kasse zwölf, Gang 3\tlinks", "Plain"]
    first, second, third = [kiosk.ticket(31 * MINUTE, title=title) for title in titles]
    tickets.assign(second, by=house.holger, now=database_now(), assignee=house.jana)
    tickets.assign(third, by=house.holger, now=database_now(), assignee=house.timo)

    assert sweep() == Swept(escalations=3)

    found = Notice.objects.filter(kind="escalation").order_by("key").select_related("recipient")
    assert [(row.context["title"], row.context["assignee"], row.recipient.username) for row in found] == [
        (titles[0], "", "jana"),
        (titles[0], "", "timo"),
        (titles[1], house.jana.name, "jana"),
        (titles[2], house.timo.name, "timo"),
    ]
    for row, ticket in zip(found, (first, first, second, third), strict=True):
        escalation = Escalation.objects.get(ticket=ticket)
        assert (row.topic, row.subject) == (f"{ticket.number}:response:1", f"escalation:{escalation.pk}")
        assert row.context["signed"]["facts"] == [escalation.pk, 1]


def test_after_an_outage_every_step_is_recorded_and_the_highest_speaks_for_all(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(70 * MINUTE)

    assert sweep() == Swept(escalations=3, breaches=1)

    assert fired(ticket) == [(1, 0), (2, 0), (3, 0)]
    highest = Escalation.objects.get(position=3)
    assert set(Escalation.objects.exclude(pk=highest.pk).values_list("told_with", flat=True)) == {highest.pk}
    assert told(ticket) == [(3, "doris", "pending"), (3, "mira", "pending")]
    also = Notice.objects.filter(subject=f"escalation:{highest.pk}").values_list("context__also", flat=True)[0]
    assert [step["position"] for step in also] == [1, 2]
    breach = Breach.objects.get()
    assert (breach.kind, minutes_until(breach.due_at, ticket.opened_at)) == ("response", 60)


def test_repeats_come_until_their_number_is_used_up(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(61 * MINUTE)
    sweep()

    for _ in range(7):
        later(ticket, 60)
        sweep()

    assert fired(ticket) == [(1, 0), (2, 0), *((3, repeat) for repeat in range(6))]
    assert timer_of(ticket).next_fire_at is None
    assert Breach.objects.filter(kind="response").count() == 1


def test_assignee_and_their_manager_are_meant_once_somebody_holds_it(kiosk: Kiosk) -> None:
    house = kiosk.house
    ticket = kiosk.ticket(46 * MINUTE)
    tickets.assign(ticket, by=house.holger, now=database_now(), assignee=house.timo)

    sweep()
    later(ticket, 15)
    sweep()

    assert told(ticket) == [
        (2, "timo", "pending"), (2, "holger", "pending"), (3, "holger", "pending"), (3, "mira", "pending"),
    ]  # fmt: skip


def test_absent_people_are_replaced_by_their_deputies(kiosk: Kiosk) -> None:
    house = kiosk.house
    User.objects.filter(pk=house.mira.pk).update(deputy=house.olaf, absent_from_on="2020-01-01")
    ticket = kiosk.ticket(61 * MINUTE)

    sweep()

    assert told(ticket) == [(3, "doris", "pending"), (3, "olaf", "pending")]
    assert Notice.objects.get(recipient=house.olaf).context["stands_in_for"] == "Mira Aydin"


def test_timer_that_does_not_stop_for_a_pause_goes_on_and_the_others_are_quiet(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(200 * MINUTE)
    opened = ticket.opened_at
    tickets.pause(ticket, by=kiosk.house.jana, now=opened + MINUTE, reason="supplier")

    sweep()

    assert fired(ticket)[:3] == [(1, 0), (2, 0), (3, 0)]
    assert fired(ticket, "resolution") == []
    assert timer_of(ticket, "resolution").next_fire_at is None


def test_resolved_in_time_fires_nothing_more(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(240 * MINUTE)
    tickets.resolve(ticket, by=kiosk.house.jana, now=ticket.opened_at + MINUTE, text="Plugged in again.")

    assert sweep() == Swept()

    assert not Breach.objects.exists()


def test_timer_without_a_ladder_still_records_its_breach(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(130 * MINUTE)
    tickets.respond(ticket, by=kiosk.house.jana, now=ticket.opened_at + MINUTE, text="We look into it.")

    assert sweep() == Swept(breaches=1)
    assert sweep() == Swept()

    assert Breach.objects.get().kind == "update"


def test_new_cycle_fires_again_only_what_is_still_to_come(kiosk: Kiosk) -> None:
    house = kiosk.house
    ticket = kiosk.ticket(50 * MINUTE)
    sweep()
    assert fired(ticket) == [(1, 0), (2, 0)]

    tickets.reprioritise(ticket, by=house.holger, now=database_now(), priority="P2", reason="There is a way round.")
    assert sweep() == Swept()
    later(ticket, 75)
    sweep()

    assert timer_of(ticket).cycle == 2
    assert list(Escalation.objects.filter(cycle=2).values_list("position", flat=True)) == [1]


def test_only_the_first_word_about_a_p1_is_urgent(kiosk: Kiosk) -> None:
    urgent, normal = kiosk.ticket(31 * MINUTE), kiosk.ticket(125 * MINUTE, priority="P2")
    sweep()
    later(urgent, 15)
    sweep()

    found = Notice.objects.filter(kind="escalation").order_by("pk").values_list("priority", "level", "is_urgent")
    assert set(found) == {("P1", 1, True), ("P1", 2, False), ("P2", 1, False)}
    assert told(normal) == [(1, "jana", "pending"), (1, "timo", "pending")]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_all_batches_of_a_round_are_swept(kiosk: Kiosk, limit: int) -> None:
    for number in range(7):
        kiosk.ticket(31 * MINUTE, title=f"Kiosk {number}")

    assert escalations.sweep(limit=limit, watermark=Watermark()) == Swept(escalations=7)


def test_row_that_raises_is_put_off_and_the_others_fire(kiosk: Kiosk) -> None:
    good, bad = kiosk.ticket(31 * MINUTE), kiosk.ticket(31 * MINUTE)
    Timer.objects.filter(ticket=bad, kind="response").update(calendar=unreadable_hours(kiosk.house))

    assert sweep() == Swept(escalations=1, failures=1)

    timer = timer_of(bad)
    assert fired(good) == [(1, 0)]
    assert (timer.attempts, timer.parked_at, fired(bad)) == (1, None, [])
    assert timer.next_fire_at is not None
    assert timedelta(seconds=25) < timer.next_fire_at - database_now() < timedelta(seconds=31)


def test_after_five_attempts_it_is_parked_and_the_service_level_managers_are_told(kiosk: Kiosk) -> None:
    bad = kiosk.ticket(31 * MINUTE)
    Timer.objects.filter(ticket=bad, kind="response").update(calendar=unreadable_hours(kiosk.house))

    for _ in range(7):
        sweep()
        Timer.objects.filter(ticket=bad, kind="response").update(next_fire_at=bad.opened_at)

    timer = timer_of(bad)
    assert timer.attempts == 5
    assert timer.parked_at is not None
    (notice,) = Notice.objects.filter(kind="parked")
    assert (notice.recipient, notice.is_urgent) == (kiosk.house.vera, True)
    assert notice.context["number"] == bad.number
    assert notice.context["fault"].startswith("BadHours: ")


def test_parked_timer_runs_again_once_it_is_mended(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(31 * MINUTE)
    Timer.objects.filter(ticket=ticket, kind="response").update(parked_at=ticket.opened_at, attempts=5)
    assert sweep() == Swept()

    with pytest.raises(PermissionDenied):
        escalations.unpark(timer_of(ticket), by=kiosk.house.jana, now=database_now())
    escalations.unpark(timer_of(ticket), by=kiosk.house.vera, now=database_now())

    assert sweep() == Swept(escalations=1)
    assert timer_of(ticket).attempts == 0


def test_timer_that_has_nothing_to_fire_is_a_fault_and_not_an_endless_loop(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(29 * MINUTE)
    Timer.objects.filter(ticket=ticket, kind="response").update(next_fire_at=ticket.opened_at)

    assert sweep() == Swept()

    assert minutes_until(timer_of(ticket).next_fire_at, ticket.opened_at) == 30


def test_what_comes_in_below_the_watermark_is_found_by_the_next_full_pass(kiosk: Kiosk) -> None:
    mark = Watermark()
    assert escalations.sweep(watermark=mark) == Swept()
    assert mark.at is not None
    assert timedelta(seconds=4) < database_now() - mark.at < timedelta(seconds=20)

    kiosk.ticket(31 * MINUTE)
    assert escalations.sweep(watermark=mark) == Swept()
    mark.full_at -= 61

    assert escalations.sweep(watermark=mark) == Swept(escalations=1)


def test_idle_round_is_one_query(
    kiosk: Kiosk,
    django_assert_num_queries: "pytest_django.DjangoAssertNumQueries",  # noqa: F821
) -> None:
    mark = Watermark()
    escalations.sweep(watermark=mark)

    with django_assert_num_queries(1):
        escalations.sweep(watermark=mark)
