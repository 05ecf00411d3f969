"""A payment service breaks its promise: measured, certified, signed, credited, corrected, and read a year later."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from time_machine import Traveller

from incidents.actions import engine
from incidents.models import Certificate, Credit
from incidents.queries.invariants import findings
from slas import mail
from slas.models import Notice, User
from tests.callers import Caller
from tests.factories import House
from tests.incidents.shop import BERLIN, build_shop
from tests.incidents.views.reading import signed_in, text


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """Tuesday, 16 June 2026, 11:00 in Berlin; the test moves it on."""
    with time_machine.travel(datetime(2026, 6, 16, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def ticks(clock: Traveller, moment: datetime) -> None:
    """The hourly round at a moment, twice, as two machines would run it."""
    clock.move_to(moment)
    for _ in range(2):
        engine.month_round(moment)


def subjects(person: User) -> list[str]:
    """What lies in somebody's letter box, without what was withdrawn."""
    letters = Notice.objects.filter(recipient=person, state="pending").order_by("created_at", "pk")
    return [mail.words(letter, mail.Enclosure()).subject.replace("\u00a0", " ") for letter in letters]


def page(person: User, address: str) -> str:
    return text(signed_in(person).get(address)).replace("\u00a0", " ")


def recorded(client: Client, product: str, start: str, end: str) -> None:
    words = {"title": "Payment fails", "products": [product], "started_at": start, "ended_at": end, "effect": "full",
             "responsibility": "provider"}  # fmt: skip
    answer = client.post("/outages/new/", words)
    assert answer.status_code == 302, text(answer)


def test_from_an_outage_to_a_settled_credit(house: House, clock: Traveller) -> None:
    shop = build_shop(house)
    engine.month_round(datetime(2026, 6, 10, tzinfo=UTC))  # the months before, certified and kept
    assert not Credit.objects.exists()
    recorded(signed_in(house.jana), shop.product.slug, "2026-06-15T10:00", "2026-06-15T13:00")

    # While June runs, everybody sees what it will be worth if nothing else happens.
    assert "150.00 EUR provisional" in page(house.mira, "/products/shop/months/2026-06/")
    ticks(clock, datetime(2026, 7, 3, 23, 59, tzinfo=BERLIN))
    assert not Certificate.objects.filter(month__month=6).exists()

    ticks(clock, datetime(2026, 7, 4, 0, 1, tzinfo=BERLIN))
    june = Certificate.objects.get(month__month=6)
    assert subjects(house.mira)[-2:] == [
        "Shop, June 2026: the certificate can be signed",
        "Credit of Shop, June 2026: 150.00 EUR",
    ]
    address = f"/certificates/{june.pk}/"
    signed_in(house.mira).post(f"{address}sign/", {"side": "customer"})

    # Two days later the night shift remembers another hour: the same month, the next number, both sign again.
    clock.move_to(datetime(2026, 7, 6, 9, tzinfo=BERLIN))
    recorded(signed_in(house.timo), shop.product.slug, "2026-06-20T02:00", "2026-06-20T04:00")
    assert "More is known about this month now" in page(house.mira, address)
    signed_in(house.holger).post(f"{address}correct/", {"reason": "The night shift found two more hours."})
    corrected = Certificate.objects.get(number=2)
    assert subjects(house.mira)[-1] == "Corrected credit of Shop, June 2026: 250.00 EUR"
    for person, side in ((house.holger, "provider"), (house.olaf, "customer")):
        signed_in(person).post(f"/certificates/{corrected.pk}/sign/", {"side": side})
    assert "signed by both sides" in page(house.anton, f"/certificates/{corrected.pk}/")
    assert "it stays on record" in page(house.anton, address)

    # A week before the window closes Mira is reminded, and claims.
    ticks(clock, datetime(2026, 7, 23, 8, tzinfo=BERLIN))
    assert "250.00 EUR for Shop, June 2026" in subjects(house.mira)[-1]
    credit = Credit.objects.get()
    assert f"/credits/{credit.pk}/" in signed_in(house.mira).get("/").content.decode()
    signed_in(house.mira).post(f"/credits/{credit.pk}/claim/")
    assert subjects(house.holger)[-1] == "Please decide: credit of Shop, June 2026"
    assert Caller(house.doris).post(f"/credits/{credit.pk}/grant/")[1]["state"] == "granted"
    assert subjects(house.mira)[-1] == "Granted: credit of Shop, June 2026"
    assert Caller(house.vera).post(f"/credits/{credit.pk}/settle/")[1]["state"] == "settled"

    # Months later: the year in one sum, nothing asked of anybody, and every certificate still verifies.
    clock.move_to(datetime(2026, 12, 1, 12, tzinfo=BERLIN))
    year = page(house.mira, "/agreements/shop-2026/credits/2026/")
    assert "Granted and settled 250.00 EUR" in year
    assert "not above 5 % of the annual fee" in year
    assert "Settle the credit" not in page(house.vera, "/")
    assert findings()["I11"].count == 0


def test_what_nobody_claims_expires_and_says_so(house: House, clock: Traveller) -> None:
    shop = build_shop(house)
    recorded(signed_in(house.jana), shop.product.slug, "2026-06-15T10:00", "2026-06-15T13:00")

    for day in range(4, 32):
        ticks(clock, datetime(2026, 7, day, tzinfo=BERLIN) + timedelta(minutes=1))

    told = [notice.kind for notice in house.mira.notices.order_by("pk") if notice.kind.startswith("credit")]
    assert told == ["credit_proposed", "credit_reminder", "credit_reminder", "credit_expired"]
    assert "expired" in page(house.mira, f"/credits/{Credit.objects.get().pk}/")
