"""A month is signed and its credit claimed, decided and settled: four people, a few buttons, no script needed."""

import pytest
from django.utils import timezone

from incidents.cadence import months_later
from incidents.models import Certificate, Credit
from tests.browser.conftest import Opener
from tests.browser.every_page import certify
from tests.factories import build_house


@pytest.mark.django_db(transaction=True)
def test_a_broken_month_from_the_signature_to_the_money(open_as: Opener) -> None:
    house = build_house()
    certify(house)
    last = months_later(timezone.localdate(), -1)
    row, credit = Certificate.objects.get(month=last), Credit.objects.get(month=last)

    for person, side in ((house.holger, "provider"), (house.olaf, "customer")):
        page = open_as(person, f"/certificates/{row.pk}/", locale="en")
        page.locator(f"button[name=side][value={side}]").click()
        page.wait_for_selector(".message--good")
    page = open_as(house.doris, f"/credits/{credit.pk}/", locale="en")
    page.locator("summary").click()
    page.locator("#id_reason").fill("The line was yours.")
    page.locator("form[action$='/grant/'] button").click()
    page.wait_for_selector(".message--good")
    page = open_as(house.vera, f"/credits/{credit.pk}/", locale="en")
    page.locator("form[action$='/settle/'] button").click()
    page.wait_for_selector(".message--good")

    row.refresh_from_db()
    credit.refresh_from_db()
    assert (row.provider_signed_by, row.customer_signed_by) == (house.holger, house.olaf)
    assert (credit.state, credit.decided_by, credit.decision_reason, credit.settled_by) == (
        "settled", house.doris, "", house.vera,
    )  # fmt: skip
