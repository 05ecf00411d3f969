"""Certificates as people find them: whose they are, which is the newest, and in which zone a month lies."""

from datetime import UTC, date, datetime

import pytest

from incidents.actions import outages
from incidents.figures import month_of
from incidents.models import Certificate
from incidents.queries import availability
from incidents.queries.certificates import is_newest, is_stale, missing, of_month, undecided, visible_to
from slas.models import AvailabilityPromise, Product, Revision
from slas.models.parties import Visibility
from tests.factories import AgreementFactory, House, RevisionFactory, publish
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, HOUR, JUNE, MID_JUNE, Shop, build_shop, followed_by
from tests.incidents.test_actions_certificates_signing import people

MAY = date(2026, 5, 1)


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def test_the_newest_month_comes_first_and_its_corrections_before_it(shop: Shop, house: House) -> None:
    other = build_shop(house, slug="abacus")
    may, june = shop.certified(month=MAY), shop.certified()
    shop.down()
    corrected, elsewhere = shop.certified(reason="More is known."), other.certified()

    assert list(visible_to(house.mira)) == [elsewhere, corrected, june, may]
    assert list(of_month(shop.agreement, JUNE)) == [corrected, june]
    assert set(Certificate.objects.filter(is_newest())) == {may, corrected, elsewhere}


@pytest.mark.parametrize("visibility", list(Visibility))
def test_who_sees_a_certificate(shop: Shop, visibility: Visibility) -> None:
    row = shop.certified()
    Product.objects.filter(pk=shop.product.pk).update(visible_to=visibility)

    found = {name for name, person in people(shop.house).items() if row in visible_to(person)}

    own = {"vera", "holger", "doris", "jana", "timo", "mira", "olaf", "anton", "adam"}
    assert found == (own if visibility == Visibility.STAKEHOLDERS else own | {"stella", "rita", "ida", "outsider"})


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (datetime(2026, 5, 31, 22, tzinfo=BERLIN), False),
        (datetime(2026, 5, 31, 23, 30, tzinfo=BERLIN), True),
        (datetime(2026, 6, 30, 23, 59, tzinfo=BERLIN), True),
        (datetime(2026, 7, 1, tzinfo=BERLIN), False),
    ],
)
def test_a_proposal_belongs_to_the_months_that_it_lies_in(shop: Shop, start: datetime, found: bool) -> None:
    facts = outages.Facts(title="Probe", products=(shop.product,), started_at=start, ended_at=start + HOUR)
    outages.propose(facts, now=FOURTH_OF_JULY)

    assert undecided(shop.product, month_of(JUNE, "Europe/Berlin")).exists() == found


def test_a_proposal_for_another_product_is_no_reason_to_wait(shop: Shop, house: House) -> None:
    facts = outages.Facts(title="Probe", products=(house.product,), started_at=MID_JUNE, ended_at=MID_JUNE + HOUR)
    outages.propose(facts, now=FOURTH_OF_JULY)

    assert shop.certified().number == 1


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("Pacific/Auckland", "2026-06-01T00:00:00+12:00", "2026-07-01T00:00:00+12:00"),
        ("America/St_Johns", "2026-06-01T00:00:00-02:30", "2026-07-01T00:00:00-02:30"),
        ("UTC", "2026-06-01T00:00:00+00:00", "2026-07-01T00:00:00+00:00"),
    ],
)
def test_a_month_is_that_of_the_agreements_zone(house: House, zone: str, start: str, end: str) -> None:
    row = build_shop(house, zone=zone).certified()

    assert (row.zone, row.figures["period"]) == (zone, {"start": start, "end": end})


def test_a_change_of_the_zone_makes_no_gap_and_no_second_month(shop: Shop) -> None:
    """Berlin until mid-June, Lisbon from then on: June is that of Lisbon, an hour of it Berlin's first of July."""
    Revision.objects.filter(pk=shop.revision.pk).update(in_force_to=MID_JUNE)
    row = RevisionFactory(agreement=shop.agreement, in_force_from=MID_JUNE, zone="Europe/Lisbon")
    AvailabilityPromise.objects.create(revision=row, target=99)
    publish(row, provider=shop.house.holger, customer=shop.house.mira)

    june, july = shop.certified(), shop.certified(datetime(2026, 8, 4, tzinfo=UTC), month=date(2026, 7, 1))

    assert (june.zone, june.figures["period"]["end"]) == ("Europe/Lisbon", "2026-07-01T00:00:00+01:00")
    assert july.figures["period"]["start"] == "2026-07-01T00:00:00+01:00"
    assert not is_stale(june)


def test_each_agreement_of_a_product_has_its_own_part(shop: Shop) -> None:
    """The old agreement ends in mid-June, a new one begins: two certificates that share the month."""
    Revision.objects.filter(pk=shop.revision.pk).update(in_force_to=MID_JUNE)
    agreement = AgreementFactory(product=shop.product, slug="shop-2027")
    row = RevisionFactory(agreement=agreement, in_force_from=MID_JUNE)
    AvailabilityPromise.objects.create(revision=row, target=99)
    publish(row, provider=shop.house.holger, customer=shop.house.mira)

    june = availability.of_month(shop.product, JUNE, now=FOURTH_OF_JULY)
    old = availability.of_month(shop.product, JUNE, now=FOURTH_OF_JULY, agreement=shop.agreement)

    assert june is not None
    assert old is not None
    assert [len(month.parts) for month in (june, old)] == [2, 1]
    assert {(one.agreement.slug, one.month) for one in missing(FOURTH_OF_JULY, months=1)} == {
        ("shop-2026", JUNE),
        ("shop-2027", JUNE),
    }
    assert shop.certified().figures["period"]["end"] == "2026-06-15T10:00:00+02:00"


def test_months_are_measured_together_in_a_fixed_number_of_queries(shop: Shop) -> None:
    followed_by(shop, MID_JUNE)
    firsts = [date(2025, 12, 1), MAY, JUNE, date(2026, 7, 1), date(2026, 8, 1)]

    found = availability.of_months(shop.product, firsts, now=FOURTH_OF_JULY)

    # Nothing was promised in December; August is promised and still to come.
    assert list(found) == firsts[1:]
    assert [month.is_over for month in found.values()] == [True, True, False, False]
    assert found[JUNE] == availability.of_month(shop.product, JUNE, now=FOURTH_OF_JULY + DAY)
