"""Which reviews a person sees, what comes next, and what is still to be done."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from incidents.actions import reviews as actions
from incidents.models.reviews import Decision
from incidents.queries import reviews
from slas.models import Agreement, ReviewParticipant
from tests.factories import AgreementFactory, House, ProductFactory, RevisionFactory, publish
from tests.incidents.rows import NOW, review, taken_on

TODAY = NOW.date()
DAY = timedelta(1)


@pytest.fixture
def elsewhere(house: House) -> Agreement:
    """An agreement of other people; Timo takes part in its reviews, Rita only in a draft."""
    product = ProductFactory(team__lead=house.outsider)
    revision = RevisionFactory(agreement__product=product)
    ReviewParticipant.objects.create(revision=revision, person=house.timo)
    publish(revision, provider=house.outsider, customer=product.owner)
    draft = RevisionFactory(agreement=revision.agreement)
    ReviewParticipant.objects.create(revision=draft, person=house.rita)
    return revision.agreement


@pytest.mark.parametrize(
    ("name", "till", "other"),
    [
        *((name, True, True) for name in ("vera", "anton", "adam", "timo")),
        *((name, True, False) for name in ("mira", "olaf", "stella", "holger", "jana", "doris")),
        *((name, False, False) for name in ("rita", "ida")),
        ("outsider", False, True),
    ],
)
def test_visible_to_the_people_of_the_product_and_those_who_take_part(
    house: House, elsewhere: Agreement, name: str, till: bool, other: bool
) -> None:
    of_till, of_other = review(house, TODAY), review(house, TODAY + DAY, agreement=elsewhere)

    seen = list(reviews.visible_to(getattr(house, name)))

    assert seen == [row for row, is_seen in ((of_till, till), (of_other, other)) if is_seen]


def test_nobody_signed_in_sees_nothing(house: House) -> None:
    review(house, TODAY)

    assert list(reviews.visible_to(AnonymousUser())) == []


def test_next_and_overdue(house: House, elsewhere: Agreement) -> None:
    held = review(house, TODAY, rhythm="weekly")
    actions.hold(held, by=house.mira, now=NOW, notes="", decision=Decision.KEEP)
    older, old = review(house, TODAY - 9 * DAY), review(house, TODAY - DAY)
    today = review(house, TODAY)
    review(house, TODAY, agreement=elsewhere)

    assert reviews.next_review(house.agreement, TODAY) == today
    assert list(reviews.overdue_reviews(house.agreement, TODAY)) == [older, old]
    assert reviews.next_review(AgreementFactory(), TODAY) is None


def test_next_due_by_product_is_one_query(
    house: House, elsewhere: Agreement, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    review(house, TODAY + 9 * DAY)
    review(house, TODAY - DAY)
    review(house, TODAY, agreement=elsewhere)
    products = [house.product, elsewhere.product, ProductFactory()]

    with django_assert_num_queries(1):
        due = reviews.next_due_by_product(products)

    assert due == {house.product.pk: TODAY - DAY, elsewhere.product_id: TODAY}


def test_needing_names_what_a_person_has_to_hold(house: House, elsewhere: Agreement) -> None:
    mine, other = review(house, TODAY), review(house, TODAY + DAY, agreement=elsewhere)
    review(house, TODAY + 2 * DAY)

    found = {name: list(reviews.needing(getattr(house, name), TODAY + DAY)) for name in ("mira", "holger", "timo")}

    assert found == {"mira": [mine], "holger": [mine], "timo": [other]}
    assert list(reviews.needing(house.vera, TODAY + DAY)) == []


def test_open_actions_stand_by_day(house: House, elsewhere: Agreement) -> None:
    held = review(house, date(2026, 1, 12))
    later, sooner = taken_on(held, house.jana, TODAY + DAY), taken_on(held, house.timo, TODAY)
    done = taken_on(held, house.jana, TODAY)
    actions.complete_action(done, by=house.jana, now=NOW)
    foreign = taken_on(review(house, TODAY, agreement=elsewhere), house.jana, TODAY)

    assert list(reviews.open_actions(house.agreement)) == [sooner, later]
    assert list(reviews.open_actions_of(house.jana)) == [foreign, later]
