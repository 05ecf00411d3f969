"""What was promised when: cut where a revision or its calendar changes, and nothing where nothing was promised."""

from datetime import datetime, timedelta

import pytest

from slas.models import Product, Revision
from slas.queries import spells
from slas.queries.spells import Spell
from tests.factories import AgreementFactory, CalendarRevisionFactory, House, RevisionFactory, publish
from tests.incidents.months import NOVEMBER, promised, shop

DAY = timedelta(days=1)
START, END = NOVEMBER, NOVEMBER + 30 * DAY


@pytest.fixture
def product(house: House) -> Product:
    return shop(house)


def found(product: Product, start: datetime = START, end: datetime = END) -> list[Spell]:
    return spells.of_products([product], start=start, end=end).get(product.pk, [])


def told(product: Product) -> list[tuple[float, float, int]]:
    """From which day of November to which, and the number of the revision."""
    return [((one.start - NOVEMBER) / DAY, (one.end - NOVEMBER) / DAY, one.revision.number) for one in found(product)]


def ended(revision: Revision, at: datetime) -> Revision:
    Revision.objects.filter(pk=revision.pk).update(in_force_to=at)
    return revision


def test_one_revision_is_one_spell_cut_to_what_was_asked(house: House, product: Product) -> None:
    revision = promised(house, product)

    (one,) = found(product)

    assert (one.start, one.end, one.revision, one.promised.calendar) == (START, END, revision, None)


def test_a_spell_begins_and_ends_with_its_revision(house: House, product: Product) -> None:
    ended(promised(house, product, since=NOVEMBER + 3 * DAY), NOVEMBER + 20 * DAY)

    assert told(product) == [(3, 20, 1)]


def test_a_revision_that_promises_none_leaves_a_gap(house: House, product: Product) -> None:
    ended(promised(house, product), NOVEMBER + 10 * DAY)
    silent = RevisionFactory(agreement=product.agreements.get(), number=2, in_force_from=NOVEMBER + 10 * DAY)
    ended(publish(silent, provider=house.holger, customer=house.mira), NOVEMBER + 12 * DAY)
    promised(house, product, since=NOVEMBER + 12 * DAY, number=3)

    assert told(product) == [(0, 10, 1), (12, 30, 3)]


def test_of_two_agreements_at_once_the_one_that_began_last_counts(house: House, product: Product) -> None:
    promised(house, product)
    other = RevisionFactory(
        agreement=AgreementFactory(product=product, slug="other"), number=7, in_force_from=NOVEMBER + 5 * DAY
    )
    ended(publish(other, provider=house.holger, customer=house.mira), NOVEMBER + 8 * DAY)

    # The other one promises no availability, and for three days it is the one that counts.
    assert told(product) == [(0, 5, 1), (8, 30, 1)]


def test_a_draft_promises_nothing(house: House, product: Product) -> None:
    RevisionFactory(agreement=AgreementFactory(product=product))

    assert spells.of_products([product], start=START, end=END) == {}


def test_new_hours_of_its_calendar_begin_a_spell(house: House, product: Product) -> None:
    promised(house, product, calendar=house.office)
    for day in (4, 9):
        CalendarRevisionFactory(calendar=house.office, in_force_from=NOVEMBER + day * DAY)

    assert told(product) == [(0, 4, 1), (4, 9, 1), (9, 30, 1)]
    calendars = [one.promised.calendar for one in found(product)]
    assert [calendar.number for calendar in calendars if calendar] == [1, 2, 3]


def test_hours_that_nobody_wrote_down_were_the_first_ones(house: House, product: Product) -> None:
    promised(house, product, calendar=house.office)

    (one,) = found(product, start=NOVEMBER - 30 * DAY, end=NOVEMBER - 29 * DAY)

    assert one.promised.calendar is not None
    assert one.promised.calendar.number == 1


def test_who_promises_now(house: House, product: Product) -> None:
    ended(promised(house, product), END)

    assert list(spells.promising(START)) == [product]
    assert list(spells.promising(END)) == []
