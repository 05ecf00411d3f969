"""Broken promises on pages: the list, the facts, and the explanation."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from incidents.models import Breach, Event
from tests.factories import House
from tests.incidents.acting import last_event
from tests.incidents.rows import HOUR, NOW, breach, ticket
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words

FRIDAY = NOW - HOUR


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def late(house: House) -> Breach:
    """A response that came an hour late and that nobody has explained."""
    return breach(ticket(house), FRIDAY - HOUR, cause="")


@pytest.fixture
def holger(house: House) -> Client:
    return signed_in(house.holger)


def explanation(house: House, **changes: str) -> dict[str, str]:
    return {
        "cause": "The router was full.",
        "responsible_team": str(house.team.pk),
        "corrective_action": "Buy a bigger one.",
    } | changes


def shown(client: Client, address: str) -> list[int]:
    return [row.pk for row in client.get(address).context["listing"].rows]


@pytest.mark.parametrize("address", ["/breaches/", "/breaches/1/"])
def test_nobody_reads_them_without_signing_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_the_lead_says_why_and_everybody_reads_it(house: House, late: Breach, holger: Client) -> None:
    address = f"/breaches/{late.pk}/"
    assert "Nobody has said why yet." in words(signed_in(house.rita), address)
    assert "Why did it break?" in words(holger, address)

    answer = holger.post(address, explanation(house), follow=True)

    late.refresh_from_db()
    assert (late.cause, late.responsible_team, late.corrective_action) == (
        "The router was full.", house.team, "Buy a bigger one.",
    )  # fmt: skip
    assert (late.explained_by, late.explained_at) == (house.holger, NOW)
    assert "The explanation is kept with the breach." in plain(answer.content.decode())
    assert last_event(late.ticket).kind == "breach_filled"
    page = words(signed_in(house.rita), address)
    assert "Cause The router was full. Responsible team Kassenteam Corrective action Buy a bigger one." in page


def test_it_can_be_changed_and_begins_with_what_is_known(house: House, late: Breach, holger: Client) -> None:
    holger.post(f"/breaches/{late.pk}/", explanation(house))

    page = holger.get(f"/breaches/{late.pk}/").content.decode()
    assert "The router was full.</textarea>" in page
    holger.post(f"/breaches/{late.pk}/", explanation(house, cause="The cable was cut."))

    late.refresh_from_db()
    assert late.cause == "The cable was cut."
    assert Event.objects.filter(ticket=late.ticket, kind="breach_filled").count() == 2


@pytest.mark.parametrize("name", ["holger", "doris", "vera", "adam"])
def test_leads_managers_and_service_level_managers_explain(house: House, late: Breach, name: str) -> None:
    assert signed_in(getattr(house, name)).post(f"/breaches/{late.pk}/", explanation(house)).status_code == 302


@pytest.mark.parametrize("name", ["jana", "rita", "mira", "stella", "anton"])
def test_others_read_and_get_403_also_for_nonsense(house: House, late: Breach, name: str) -> None:
    reader = signed_in(getattr(house, name))

    assert "<textarea" not in reader.get(f"/breaches/{late.pk}/").content.decode()
    assert reader.post(f"/breaches/{late.pk}/", explanation(house)).status_code == 403
    assert reader.post(f"/breaches/{late.pk}/", {}).status_code == 403
    late.refresh_from_db()
    assert late.explained_at is None


def test_invisible_is_404(house: House, late: Breach) -> None:
    stranger = signed_in(house.outsider)

    assert stranger.get(f"/breaches/{late.pk}/").status_code == 404
    assert stranger.post(f"/breaches/{late.pk}/", explanation(house)).status_code == 404
    assert shown(stranger, "/breaches/") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cause": ""}, "cause"),
        ({"cause": "x" * 1001}, "cause"),
        ({"responsible_team": "999999"}, "responsible_team"),
        ({"responsible_team": ""}, "responsible_team"),
        ({"corrective_action": "a\x00b"}, "corrective_action"),
    ],
)
def test_malformed_is_400_beside_the_field_and_keeps_the_rest(
    house: House, late: Breach, holger: Client, change: dict[str, str], field: str
) -> None:
    answer = holger.post(f"/breaches/{late.pk}/", explanation(house, **change))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in page
    assert ("Buy a bigger one.</textarea>" in page) is (field != "corrective_action")
    late.refresh_from_db()
    assert late.explained_at is None


def test_the_facts_beside_it(house: House, late: Breach, holger: Client) -> None:
    late.over_seconds, late.stopped_at = 3600, late.timer.stopped_at
    late.save()

    page = words(holger, f"/breaches/{late.pk}/")

    assert "Due Fri 20 Nov 2026, 11:00 Ended Fri 20 Nov 2026, 12:00 Over by 1 h support time" in page
    assert "Kasse" in page
    assert "counted" in page


def test_the_list_is_narrowed_by_its_address(house: House, late: Breach, holger: Client) -> None:
    known = breach(ticket(house, priority="P2"), FRIDAY, cause="Router")
    holger.post(f"/breaches/{known.pk}/", explanation(house, cause="Lightning"))

    assert shown(holger, "/breaches/") == [known.pk, late.pk]
    assert shown(holger, "/breaches/?show=unexplained") == [late.pk]
    assert shown(holger, "/breaches/?show=explained") == [known.pk]
    assert shown(holger, "/breaches/?priority=P2&product=kasse&kind=response") == [known.pk]
    assert shown(holger, "/breaches/?kind=update") == []
    assert shown(holger, "/breaches/?q=lightning") == [known.pk]
    assert shown(holger, "/breaches/?sort=due") == [late.pk, known.pk]
    assert shown(holger, "/breaches/?show=nonsense&sort=nonsense&page=nonsense") == [known.pk, late.pk]
    assert "Nothing matches" in words(holger, "/breaches/?q=earthquake")


def test_the_list_as_a_file_runs_no_formula(house: House, late: Breach, holger: Client) -> None:
    late.over_seconds, late.cause = 5400, "=cmd()"
    late.save()

    assert table(holger, "/breaches/?format=csv") == [
        [
            "Ticket", "Title", "Product", "Clock", "Due", "Minutes over", "Cause", "Responsible team",
            "Corrective action",
        ],
        [
            late.ticket.number, "Till stands still", "Kasse", "response", "2026-11-20T11:00:00+01:00", "90", "'=cmd()",
            "", "",
        ],
    ]  # fmt: skip


def test_three_rows_cost_no_more_than_one(house: House, late: Breach, holger: Client) -> None:
    questions(holger, "/breaches/")
    one = questions(holger, "/breaches/")
    breach(ticket(house), FRIDAY)
    breach(ticket(house), FRIDAY)

    assert questions(holger, "/breaches/") == one


def test_an_empty_list_says_when_it_fills(house: House) -> None:
    assert "No promise was broken" in words(signed_in(house.rita), "/breaches/")


def test_hostile_causes_and_titles_are_text(house: House, holger: Client) -> None:
    for minute, text in enumerate(HOSTILE[:40]):
        row = breach(ticket(house), FRIDAY - minute * HOUR, cause=text)
        row.ticket.title = text
        row.ticket.save()

    page = holger.get("/breaches/").content.decode()

    assert len(shown(holger, "/breaches/")) == len(HOSTILE[:40])
    assert "<script>alert" not in page
    assert "<img src=x" not in page
