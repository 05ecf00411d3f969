"""Plain notices: to whom, with which facts, and when not."""

import pytest

from incidents.actions import letters, tickets
from incidents.models import Event, Ticket, Timer
from slas.models import Notice, User
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def sent(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def work(kiosk: Kiosk, ticket: Ticket) -> None:
    """Everything that plain notices tell about."""
    house, timo = kiosk.house, User.objects.get(username="timo")
    tickets.assign(ticket, by=house.holger, now=database_now(), assignee=timo)
    tickets.respond(ticket, by=house.timo, now=database_now(), text="We look into it.")
    tickets.resolve(ticket, by=house.timo, now=database_now(), text="Plugged in again.")


def test_new_assigned_answered_and_resolved_are_told(kiosk: Kiosk) -> None:
    work(kiosk, kiosk.ticket(MINUTE))

    assert {kind: sent(kind) for kind in ("new", "assigned", "answered", "resolved")} == {
        "new": ["jana", "timo"], "assigned": ["timo"], "answered": ["rita"], "resolved": ["rita"],
    }  # fmt: skip


def test_rejected_is_told_with_its_reason(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    tickets.reject(ticket, by=kiosk.house.jana, now=database_now(), reason="duplicate", text="See T-1.")

    (notice,) = Notice.objects.filter(kind="rejected")
    assert (notice.recipient.username, notice.context["reason"], notice.context["text"]) == (
        "rita", "duplicate", "See T-1.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("muted", "kinds"),
    [("new", {"new"}), ("assigned", {"assigned"}), ("answered", {"answered"}), ("settled", {"resolved"})],
)
def test_each_can_be_switched_off(kiosk: Kiosk, muted: str, kinds: set[str]) -> None:
    User.objects.update(muted_notices=[muted])

    work(kiosk, kiosk.ticket(MINUTE))

    assert {"new", "assigned", "answered", "resolved"} - set(Notice.objects.values_list("kind", flat=True)) == kinds


def test_absent_readers_are_replaced_by_their_deputies(kiosk: Kiosk) -> None:
    house = kiosk.house
    User.objects.filter(pk=house.jana.pk).update(absent_from_on="2020-01-01", deputy=house.olaf)

    kiosk.ticket(MINUTE)

    assert sent("new") == ["olaf", "timo"]
    assert Notice.objects.get(recipient=house.olaf).context["stands_in_for"] == "Jana Petersen"


def test_facts_of_a_plain_notice(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    timers = list(Timer.objects.filter(ticket=ticket, stopped_at=None).order_by("pk"))

    (notice,) = Notice.objects.filter(kind="new", recipient=kiosk.house.jana)

    assert notice.context == {
        "number": ticket.number,
        "title": "Kiosk is down",
        "priority": "P1",
        "product": "Kiosk",
        "opened_at": ticket.opened_at.isoformat(),
        "path": f"/tickets/{ticket.number}/",
        "timers": [{"kind": timer.kind, "due_at": timer.due_at and timer.due_at.isoformat()} for timer in timers],
        "stands_in_for": "",
    }
    assert (notice.key, notice.topic, notice.fallback_at) == (
        f"{ticket.number}:new:0:0:jana:mail:0", f"{ticket.number}:new", None,
    )  # fmt: skip


def test_second_answer_is_a_letter_of_its_own(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    for text in ("We look into it.", "Nearly there."):
        tickets.respond(ticket, by=kiosk.house.timo, now=database_now(), text=text)

    assert sorted(Notice.objects.filter(kind="answered").values_list("context__text", flat=True)) == [
        "Nearly there.", "We look into it.",
    ]  # fmt: skip


def test_history_and_tickets_without_a_reporter_are_told_to_nobody(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    event = Event.objects.filter(ticket=ticket).latest("pk")

    ticket.reporter = None
    assert letters.answered(ticket, event=event, now=database_now()) == []
    ticket.reporter, ticket.is_history = kiosk.house.rita, True

    assert letters.resolved(ticket, event=event, now=database_now()) == []
    assert letters.new_ticket(ticket, people=[ticket.team.lead], timers=(), now=database_now()) == []


def test_address_of_a_ticket_is_that_of_its_page(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)

    assert letters.path(ticket) == f"/tickets/{ticket.number}/"
