"""Journey 1: a ticket through the API, its clock runs out, the manager gets one mail, acknowledges, and it is quiet."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from knox.models import AuthToken

from incidents.actions import escalations
from incidents.models import Breach, Escalation, Ticket
from incidents.queries.invariants import findings
from slas.actions.delivery import deliver
from slas.models import Notice
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import Kiosk, build_kiosk
from tests.post_office import PostOffice

LINK = re.compile(r"http://testserver(/escalations/acknowledge/\S+?/)(?=\s|$)")


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def report(client: Client, kiosk: Kiosk) -> Ticket:
    """Rita reports through the API; the clock is turned back, so that the ladder is due."""
    _, token = AuthToken.objects.create(kiosk.house.rita)
    answer = client.post(
        "/api/v1/tickets/",
        {"product": "kiosk", "priority": "P1", "title": "Nothing sells\nBcc: evil@example.test"},
        content_type="application/json",
        headers={"Authorization": f"Token {token}"},
    )
    assert answer.status_code == 201
    return Ticket.objects.get(number=answer.json()["number"])


def tick() -> None:
    """What a ticker does in its first round: nothing is below its watermark yet."""
    escalations.sweep(watermark=escalations.Watermark())
    deliver()


@pytest.mark.django_db(transaction=True)
def test_ticket_to_acknowledged_escalation(client: Client, kiosk: Kiosk, office: PostOffice) -> None:
    house = kiosk.house
    reported = report(client, kiosk)
    tick()
    assert {one.to for one in office.received} == {house.jana.email, house.timo.email}
    assert all("\n" not in one.subject and "Bcc" not in one.message for one in office.received)

    late = kiosk.ticket(timedelta(minutes=61), title="Nobody answers")
    tick()
    to_manager = [one for one in office.of(house.doris.email) if late.number in one.subject]
    assert len(to_manager) == 1
    assert Breach.objects.get(ticket=late).due_at == late.opened_at + timedelta(hours=1)

    tick()
    assert len(office.of(house.doris.email)) == len(to_manager), "nothing is told twice"

    text = to_manager[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # a mail with a text
    link = LINK.search(text)
    assert link is not None, text
    client.force_login(house.doris)
    shown = client.get(link[1])
    assert shown.status_code == 200
    assert not Escalation.objects.filter(ticket=late, acknowledged_at__isnull=False).exists(), "looking changes nothing"

    assert client.post(link[1]).status_code == 302
    taken = Escalation.objects.filter(ticket=late, acknowledged_by=house.doris).order_by("position")
    assert list(taken.values_list("position", flat=True)) == [1, 2, 3], "the step and the lower ones rest"
    assert not Notice.objects.filter(topic__startswith=f"{late.number}:response", state="pending").exists()
    assert reported.opened_at <= database_now()
    assert {name: found.count for name, found in findings().items() if found.count} == {}
