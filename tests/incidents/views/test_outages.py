"""Outages and times without data on pages: the lists, one of them with what it costs, and what people do there."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from django.test import Client

from incidents.actions import outages
from incidents.models import DataGap, Outage
from slas.models import Product
from tests.factories import House
from tests.incidents.acting import opened
from tests.incidents.months import HOUR, NOVEMBER, NOW, gap, outage, promised, proposal, shop, standing
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def product(house: House) -> Product:
    found = shop(house)
    promised(house, found)
    return found


@pytest.fixture
def hidden(house: House) -> Product:
    """A product only its own people see; Rita is none of them."""
    found = shop(house, "secret")
    Product.objects.filter(pk=found.pk).update(visible_to="stakeholders")
    return found


@pytest.fixture
def jana(house: House) -> Client:
    return signed_in(house.jana)


def entered(**changes: object) -> dict[str, object]:
    return {
        "title": "Shop is down",
        "products": ["shop"],
        "started_at": "2026-11-20T10:00",
        "ended_at": "2026-11-20T10:30:15",
        "effect": "full",
        "weight": "",
        "responsibility": "provider",
        "cause": "Full disk",
        "evidence": "",
        "tickets": "",
    } | changes


def shown(client: Client, address: str) -> list[int]:
    return [row.pk for row in client.get(address).context["listing"].rows]


@pytest.mark.parametrize("address", ["/outages/", "/outages/new/", "/outages/1/", "/no-data/", "/no-data/new/"])
def test_nobody_reads_them_without_signing_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_an_agent_records_an_outage_and_sees_what_it_costs(house: House, product: Product, jana: Client) -> None:
    ticket = opened(house, NOW - HOUR)

    answer = jana.post("/outages/new/", entered(tickets=f"{ticket.number.lower()};"), follow=True)

    page = plain(answer.content.decode())
    row = Outage.objects.get()
    assert answer.redirect_chain == [(f"/outages/{row.pk}/", 302)]
    assert "Fri 20 Nov 2026, 10:00 – Fri 20 Nov 2026, 10:30 (30 min)" in page
    assert "Shop November 2026 30 min 3 h 36 min 3 h 5 min" in page
    assert (ticket.number in page, "Full disk" in page) == (True, True)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"title": ""}, 400, "This field is required."),
        ({"products": []}, 400, "This field is required."),
        ({"products": ["nowhere"]}, 400, "nowhere is not one of the available choices."),
        ({"started_at": "soon"}, 400, "Enter a valid date/time."),
        ({"started_at": "0001-01-01T00:00"}, 400, "The time must lie between the years 1970 and 2200."),
        ({"ended_at": "2026-11-20T09:00"}, 400, "The end has to lie after the start."),
        ({"ended_at": "2026-11-20T23:00"}, 409, "An outage is recorded once it has happened."),
        ({"weight": "0.5"}, 400, "What is down altogether has no weight of its own."),
        ({"weight": "2", "effect": "degraded"}, 400, "Ensure this value is less than or equal to 1."),
        ({"tickets": "T-999, x"}, 400, "There is no ticket “T-999”."),
        ({"cause": "nul \x00"}, 400, "Null characters are not allowed."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(
    product: Product, jana: Client, changes: dict[str, object], status: int, sentence: str
) -> None:
    answer = jana.post("/outages/new/", entered(evidence="seen by Rita") | changes)

    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "seen by Rita" in page) == (status, True, True)
    assert not Outage.objects.exists()


def test_who_keeps_no_record_gets_no_form(house: House, product: Product) -> None:
    client = signed_in(house.mira)

    assert [client.get(address).status_code for address in ("/outages/new/", "/no-data/new/")] == [403, 403]
    assert client.post("/outages/new/", entered()).status_code == 403
    assert "Record an outage" not in words(client, "/outages/")


def test_a_proposal_is_confirmed_with_one_press(house: House, product: Product, jana: Client) -> None:
    row = proposal(product)
    assert "What it would take of the promise" in words(jana, f"/outages/{row.pk}/")
    assert shown(jana, "/outages/?state=proposed") == [row.pk]

    answer = jana.post(f"/outages/{row.pk}/confirm/", follow=True)

    assert (standing(row), "What it takes of the promise" in plain(answer.content.decode())) == ("confirmed", True)
    assert shown(jana, "/outages/?state=proposed") == []


def test_dismissing_needs_a_reason_and_ends_it(house: House, product: Product, jana: Client) -> None:
    row = proposal(product)

    empty = jana.post(f"/outages/{row.pk}/dismiss/", {"reason": ""})
    jana.post(f"/outages/{row.pk}/dismiss/", {"reason": "A fire drill"})
    late = jana.post(f"/outages/{row.pk}/confirm/")

    assert (empty.status_code, "This field is required." in empty.content.decode()) == (400, True)
    assert (late.status_code, "This outage was dismissed." in late.content.decode()) == (409, True)
    assert "A fire drill" in words(jana, f"/outages/{row.pk}/")


def test_an_outage_ends_now_or_since_a_moment(house: House, product: Product, jana: Client) -> None:
    row = outage(house, product, start=NOW - HOUR, length=None)
    assert shown(jana, "/outages/?state=going_on") == [row.pk]

    early = jana.post(f"/outages/{row.pk}/end/", {"at": "2026-11-20T09:00"})
    jana.post(f"/outages/{row.pk}/end/", {"at": ""})

    row.refresh_from_db()
    assert (early.status_code, row.ended_at) == (409, NOW)


def test_a_correction_says_what_stood_there_before(house: House, product: Product, jana: Client) -> None:
    row = outage(house, product, start=NOW - 2 * HOUR, cause="Full disk")
    address = f"/outages/{row.pk}/change/"
    assert 'value="2026-11-20T11:00:00"' in jana.get(address).content.decode()

    unsaid = jana.post(address, entered(started_at="2026-11-20T11:00:00", ended_at="", cause="Router"))
    answer = jana.post(
        address,
        entered(started_at="2026-11-20T11:00:00", ended_at="", cause="Router", reason="Seen again"),
        follow=True,
    )

    assert unsaid.status_code == 400
    page = plain(answer.content.decode())
    assert "Until: Fri 20 Nov 2026, 12:00 → –" in page
    assert "Cause: Full disk → Router" in page
    assert "Seen again" in page


def test_a_moment_that_nobody_touched_keeps_its_fractions(house: House, product: Product, jana: Client) -> None:
    start = NOW.replace(hour=10, microsecond=250_000)
    row = outage(house, product, start=start)

    jana.post(
        f"/outages/{row.pk}/change/",
        entered(started_at="2026-11-20T11:00:00", ended_at="2026-11-20T12:00:00", cause="Router", reason="x"),
    )

    row.refresh_from_db()
    assert (row.started_at, row.cause) == (start, "Router")


@pytest.mark.parametrize(("name", "status"), [("mira", 403), ("anton", 403), ("rita", 403)])
def test_others_read_and_do_nothing(house: House, product: Product, name: str, status: int) -> None:
    row, client = proposal(product, length=None), signed_in(getattr(house, name))
    page = words(client, f"/outages/{row.pk}/")

    answers = [
        client.post(f"/outages/{row.pk}/{step}/").status_code for step in ("end", "confirm", "dismiss", "change")
    ]

    assert (answers, standing(row)) == ([status] * 4, "proposed")
    assert [word for word in ("Confirm as it stands", "It works again", "Correct it") if word in page] == []


def test_what_one_may_not_see_is_not_there_and_not_named(house: House, product: Product, hidden: Product) -> None:
    secret = outage(house, hidden, start=NOW - HOUR)
    both = outages.record(
        replace(outages.facts_of(secret), products=(product, hidden), title="Both"), by=house.jana, now=NOW
    )
    rita = signed_in(house.rita)

    assert rita.get(f"/outages/{secret.pk}/").status_code == 404
    assert rita.post(f"/outages/{secret.pk}/end/").status_code == 404
    assert rita.post("/outages/1/nonsense/").status_code == 404
    assert shown(rita, "/outages/") == [both.pk]
    page = words(rita, f"/outages/{both.pk}/")
    assert ("and 1 that you may not see" in page, "Secret" in page, "secret" in page) == (True, False, False)
    assert [row[1] for row in table(rita, "/outages/?format=csv")[1:]] == ["Shop"]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_stay_words(house: House, product: Product, jana: Client, value: str) -> None:
    jana.post("/outages/new/", entered(title=value, cause=value))

    row = Outage.objects.get()
    page = jana.get(f"/outages/{row.pk}/").content.decode()
    assert row.title == value.strip()
    assert "<script>alert" not in page


@pytest.mark.parametrize("address", ["/outages/", "/no-data/"])
def test_three_rows_cost_as_many_questions_as_one(house: House, product: Product, jana: Client, address: str) -> None:
    outage(house, product, start=NOW - HOUR)
    gap(product, start=NOW - HOUR)
    jana.get(address)
    one = questions(jana, address)
    for _ in range(2):
        outage(house, product, start=NOW - HOUR)
        gap(product, start=NOW - HOUR)

    assert questions(jana, address) == one


def test_a_gap_is_recorded_ended_and_withdrawn(house: House, product: Product, jana: Client) -> None:
    said = {"product": "shop", "started_at": "2026-11-19T10:00", "ended_at": "", "reason": "The monitor was down"}

    wrong = jana.post("/no-data/new/", said | {"ended_at": "2026-11-19T09:00"})
    jana.post("/no-data/new/", said)
    row = DataGap.objects.get()
    jana.post(f"/no-data/{row.pk}/end/")
    jana.post(f"/no-data/{row.pk}/withdraw/")

    row.refresh_from_db()
    assert (wrong.status_code, "The monitor was down" in wrong.content.decode()) == (400, True)
    assert (row.ended_at, row.withdrawn_at, row.withdrawn_by) == (NOW, NOW, house.jana)
    assert "The monitor was down" in words(jana, "/no-data/")


def test_a_gap_is_refused_with_a_sentence_on_the_list(house: House, product: Product, jana: Client) -> None:
    row = gap(product, start=NOW, length=None)

    answer = jana.post(f"/no-data/{row.pk}/end/")

    assert (answer.status_code, "The end has to lie after the start" in answer.content.decode()) == (409, True)


def test_others_leave_gaps_alone(house: House, product: Product, hidden: Product) -> None:
    seen, unseen, rita = gap(product, start=NOVEMBER), gap(hidden, start=NOVEMBER), signed_in(house.rita)

    assert [rita.post(f"/no-data/{row.pk}/withdraw/").status_code for row in (seen, unseen)] == [403, 404]
    assert shown(rita, "/no-data/") == [seen.pk]
    assert "Withdraw</button>" not in rita.get("/no-data/").content.decode()
