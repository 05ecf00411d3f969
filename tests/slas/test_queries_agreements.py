"""Which revision counts, and what it promises."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from slas.models import Revision
from slas.queries import agreements
from tests.factories import (
    IN_FORCE_FROM,
    MEANINGS,
    AgreementFactory,
    CalendarRevisionFactory,
    House,
    ProductFactory,
    RevisionFactory,
    fill,
    publish,
)


def test_terms_hold_the_targets_ladder_and_definitions(house: House, friday_night: datetime) -> None:
    terms = agreements.terms_for(house.product, friday_night)

    assert terms is not None
    assert terms.revision == house.revision
    assert terms.priorities == ["P1", "P2", "P3"]
    assert {priority: said.means for priority, said in terms.definitions.items()} == MEANINGS
    assert list(terms.targets) == [
        ("P1", "response"),
        ("P1", "update"),
        ("P1", "resolution"),
        ("P2", "response"),
        ("P2", "resolution"),
        ("P3", "response"),
        ("P3", "resolution"),
    ]
    first = terms.targets["P1", "response"]
    assert (first.allowance, first.binding, first.attainment) == (timedelta(hours=1), "commitment", Decimal(95))
    assert (first.calendar.calendar, first.calendar.number) == (house.office, 1)
    assert [(rung.kind, rung.at_percent, rung.at_offset, rung.max_repeats) for rung in terms.rungs] == [
        ("response", 50, None, 0),
        ("response", 75, None, 0),
        ("response", 100, None, 5),
        ("resolution", 75, None, 0),
        ("resolution", 100, None, 5),
        ("resolution", None, timedelta(hours=1), 0),
    ]


def test_a_p1_of_friday_night_is_answered_on_monday_at_nine(house: House, friday_night: datetime) -> None:
    terms = agreements.terms_for(house.product, friday_night)

    assert terms is not None
    target = terms.targets["P1", "response"]
    assert target.hours.deadline(friday_night, target.allowance) == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_terms_are_remembered_but_the_revision_is_read_anew(
    house: House, friday_night: datetime, django_assert_num_queries: object
) -> None:
    assert callable(django_assert_num_queries)
    agreements.terms_for(house.product, friday_night)
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=friday_night + timedelta(days=1))

    with django_assert_num_queries(1):
        terms = agreements.terms_for(house.product, friday_night)

    assert terms is not None
    assert terms.revision.in_force_to == friday_night + timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (IN_FORCE_FROM - timedelta(microseconds=1), False),
        (IN_FORCE_FROM, True),
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 1, tzinfo=UTC), False),
    ],
)
def test_a_period_includes_its_start_and_excludes_its_end(house: House, at: datetime, found: bool) -> None:
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=datetime(2026, 7, 1, tzinfo=UTC))

    assert agreements.revision_in_force(house.product, at) == (house.revision if found else None)
    assert (agreements.terms_for(house.product, at) is not None) is found


def test_a_draft_promises_nothing_and_is_never_remembered(house: House, friday_night: datetime) -> None:
    draft = RevisionFactory(agreement=AgreementFactory(product=ProductFactory()))
    fill(draft, office=house.office, clock=house.clock)

    assert agreements.terms_for(draft.agreement.product, friday_night) is None
    assert len(agreements.terms_of(draft, friday_night).targets) == 7
    draft.targets.filter(kind="update").delete()
    assert len(agreements.terms_of(draft, friday_night).targets) == 6


def test_terms_count_in_the_calendar_revision_of_their_instant(house: House, friday_night: datetime) -> None:
    later = CalendarRevisionFactory(calendar=house.office, in_force_from=friday_night, week={"mon": ["10:00-12:00"]})

    before = agreements.terms_of(house.revision, friday_night - timedelta(seconds=1)).targets["P1", "response"]
    after = agreements.terms_of(house.revision, friday_night).targets["P1", "response"]

    assert (before.calendar.number, after.calendar) == (1, later)
    assert after.hours.deadline(friday_night, after.allowance) == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_states_of_a_revision(house: House, friday_night: datetime) -> None:
    second = RevisionFactory(agreement=house.agreement, in_force_from=friday_night)
    assert agreements.state_of(second, friday_night) == "draft"

    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=friday_night)
    publish(second, provider=house.holger, customer=house.mira)
    house.revision.refresh_from_db()
    a_second_before = friday_night - timedelta(seconds=1)

    assert agreements.state_of(house.revision, a_second_before) == "in_force"
    assert agreements.state_of(second, a_second_before) == "published"
    assert agreements.state_of(house.revision, friday_night) == "superseded"
    assert agreements.state_of(second, friday_night) == "in_force"
    second.in_force_to = friday_night + timedelta(days=1)
    assert agreements.state_of(second, friday_night + timedelta(days=1)) == "retired"


def test_lists_are_newest_first_and_only_of_visible_products(house: House) -> None:
    second = RevisionFactory(agreement=house.agreement)
    hidden = AgreementFactory(product=ProductFactory(visible_to="stakeholders"))

    assert list(agreements.revisions_of(house.agreement)) == [second, house.revision]
    assert list(agreements.visible_to(house.rita)) == [house.agreement]
    everything: QuerySet[object] = agreements.visible_to(house.anton)
    assert list(everything) == [hidden, house.agreement]
