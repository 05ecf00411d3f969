"""The filters of the list of notices."""

from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict

from incidents.forms.notices import LETTERS, NoticeFilter
from slas.models import Notice
from tests.factories import House
from tests.incidents.shop import Shop, build_shop

EMAILS = Path(settings.BASE_DIR) / "templates" / "emails"


@pytest.fixture
def shop(house: House) -> Shop:
    """A shop with a broken June, certified."""
    shop = build_shop(house)
    shop.down()
    shop.certified()
    return shop


def test_every_letter_has_a_name() -> None:
    written = {path.name.removesuffix(".subject.txt") for path in EMAILS.glob("*.subject.txt")}

    assert written == set(LETTERS)


@pytest.mark.parametrize(
    ("asked", "readers"),
    [
        ("kind=certificate", ["mira", "holger"]),
        ("kind=credit_proposed", ["mira", "olaf"]),
        ("kind=credit_claimed", []),
        ("recipient=mira&state=pending", ["mira", "mira"]),
        ("kind=certificate&recipient=olaf", []),
    ],
)
def test_letters_of_a_month_are_found_by_kind_and_reader(shop: Shop, asked: str, readers: list[str]) -> None:
    form = NoticeFilter(QueryDict(asked))

    assert form.is_valid()
    found = form.narrow(Notice.objects.order_by("pk").select_related("recipient"))
    assert [notice.recipient.username for notice in found] == readers
