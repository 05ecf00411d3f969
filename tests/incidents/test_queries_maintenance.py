"""Planned work, read: who sees which windows, what a measurement gets, and what a window means for each product."""

from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.actions import maintenance
from incidents.maintenance import Meaning, State
from incidents.models import Maintenance
from incidents.queries import maintenance as queries
from slas.availability import Maintenance as Work
from slas.clock import Span
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, WINDOW, announced, planned, promising

WEEK = Span(NOW, NOW + 7 * DAY)


@pytest.fixture
def secret(house: House) -> Maintenance:
    """A window of the till and of a product that only its own people see."""
    hidden = ProductFactory(slug="secret", team=house.outsider.leads.get(), visible_to=Visibility.STAKEHOLDERS)
    return announced(house.product, hidden, by=house.vera)


def test_products_that_somebody_may_not_see_are_not_named(house: House, secret: Maintenance) -> None:
    seen = {
        who: [product.slug for row in queries.visible_to(getattr(house, who)) for product in row.products.all()]
        for who in ("mira", "outsider", "vera", "anton")
    }

    assert seen == {
        "mira": ["kasse"], "outsider": ["kasse", "secret"], "vera": ["kasse", "secret"], "anton": ["kasse", "secret"],
    }  # fmt: skip
    assert not queries.visible_to(AnonymousUser()).exists()


def test_a_window_is_as_hidden_as_its_only_product(house: House) -> None:
    house.product.visible_to = Visibility.STAKEHOLDERS
    house.product.save()
    announced(house.product, by=house.jana)

    assert [queries.visible_to(person).count() for person in (house.stella, house.rita)] == [1, 0]


def test_whoever_does_not_see_a_product_does_not_keep_its_record(house: House, secret: Maintenance) -> None:
    seen = queries.visible_to(house.jana).get()

    assert queries.deeds_for(house.jana, seen, NOW) == []
    assert queries.deeds_for(house.vera, seen, NOW) == ["move", "begin", "cancel"]
    assert [product.slug for product in queries.products_of(seen)] == ["kasse", "secret"]


def test_times_of_what_was_never_announced_are_not_offered(house: House) -> None:
    row = planned(house.product, by=house.jana)

    assert queries.deeds_for(house.jana, row, SATURDAY + DAY) == []


class TestFacts:
    """What the measurement gets."""

    def test_announced_windows_and_emergencies_of_each_product(self, house: House) -> None:
        shop = ProductFactory(team=house.team)
        row = announced(house.product, shop, by=house.jana)
        maintenance.begin(row, by=house.jana, now=SATURDAY)
        urgent = Span(NOW - HOUR, NOW + HOUR)
        maintenance.emergency([shop], by=house.jana, now=NOW, title="Disk", reason="Full", window=urgent)
        planned(shop, by=house.jana)
        gone = announced(shop, by=house.jana, title="Gone")
        maintenance.cancel(gone, by=house.jana, now=NOW, reason="x")

        with CaptureQueriesContext(connection) as asked:
            found = queries.facts([house.product, shop], WEEK)

        used = Work(WINDOW, NOW, Span(SATURDAY))
        assert found == {house.product.pk: [used], shop.pk: [Work(urgent, NOW, None, True), used]}
        assert len(asked) == 1

    @pytest.mark.parametrize(
        ("span", "count"),
        [
            (Span(SATURDAY - DAY, SATURDAY), 0),
            (Span(SATURDAY - DAY, SATURDAY + HOUR), 1),
            (Span(SATURDAY + 3 * HOUR, SATURDAY + DAY), 0),
            (Span(SATURDAY + 2 * HOUR), 1),
        ],
    )
    def test_only_what_touches_the_span(self, house: House, span: Span, count: int) -> None:
        announced(house.product, by=house.jana)

        assert len(queries.facts([house.product], span)[house.product.pk]) == count


def test_the_next_windows_are_announced_or_running(house: House) -> None:
    row = announced(house.product, ProductFactory(team=house.team), by=house.jana)
    planned(house.product, by=house.jana, title="Not announced")

    def at(now: datetime) -> list[Maintenance]:
        return list(queries.upcoming([house.product, *house.team.products.all()], now))

    assert (at(NOW), at(SATURDAY + 3 * HOUR)) == ([row], [])
    maintenance.begin(row, by=house.jana, now=SATURDAY)
    assert at(SATURDAY + DAY) == [row]
    maintenance.end(row, by=house.jana, now=SATURDAY + DAY)
    assert at(SATURDAY + DAY) == []


def test_the_database_and_the_row_agree_on_the_state(house: House) -> None:
    planned(house.product, by=house.jana, title="Planned")
    for title, deeds in {"Announced": 0, "Running": 1, "Ended": 2}.items():
        row = announced(house.product, by=house.jana, title=title)
        for deed in (maintenance.begin, maintenance.end)[:deeds]:
            deed(row, by=house.jana, now=SATURDAY)
    maintenance.cancel(announced(house.product, by=house.jana, title="Off"), by=house.jana, now=NOW, reason="x")

    for now in (NOW, SATURDAY + HOUR, SATURDAY + 3 * HOUR):
        for state in State:
            asked = set(Maintenance.objects.filter(queries.in_state(state, now)))
            assert asked == {row for row in Maintenance.objects.all() if row.state_at(now) is state}, (state, now)


class TestEffects:
    """What a window means for each product."""

    def test_every_product_is_judged_by_its_own_terms(self, house: House) -> None:
        strict, lax = promising(house, "strict", notice=200 * HOUR), promising(house, "lax", monthly_cap=None)
        row = announced(house.product, strict, lax, by=house.jana)

        found = queries.of_window(row, row.products.all(), now=NOW)

        assert [(one.product.slug, one.meaning, one.shielded, one.state) for one in found] == [
            ("kasse", Meaning.NOT_PROMISED, 0 * HOUR, "no_promise"),
            ("lax", Meaning.IN_TIME, 3 * HOUR, "notice_kept"),
            ("strict", Meaning.LATE, 0 * HOUR, "notice_missed"),
        ]
        assert {one.lead for one in found} == {SATURDAY - NOW}

    @pytest.mark.parametrize(
        ("now", "state", "left"),
        [
            (NOW, "notice_open", SATURDAY - 48 * HOUR - NOW),
            (SATURDAY - 50 * HOUR, "notice_short", 2 * HOUR),
            (SATURDAY - 47 * HOUR, "notice_missed", -HOUR),
        ],
    )
    def test_the_notice_of_a_plan_runs_out(self, house: House, now: datetime, state: str, left: object) -> None:
        product = promising(house)
        row = planned(product, by=house.jana)

        (effect,) = queries.of_window(row, [product], now=now)

        assert (effect.state, effect.left, effect.announce_by) == (state, left, SATURDAY - 48 * HOUR)

    def test_other_windows_of_the_month_use_the_limit_first(self, house: House) -> None:
        product = promising(house)
        announced(product, by=house.jana, window=Span(NOW + 3 * DAY, NOW + 3 * DAY + 2 * HOUR), title="Before")
        row = announced(product, by=house.jana)

        (effect,) = queries.of_window(row, [product], now=NOW)

        (month,) = effect.months
        assert (month.left_before, month.shielded, month.left_after) == (2 * HOUR, 2 * HOUR, 0 * HOUR)

    def test_once_it_is_over_only_its_use_counts(self, house: House) -> None:
        product = promising(house)
        row = announced(product, by=house.jana)
        unused = queries.of_window(row, [product], now=SATURDAY + DAY)
        used = Span(SATURDAY + HOUR, SATURDAY + 5 * HOUR)
        row = maintenance.correct(row, by=house.jana, now=SATURDAY + DAY, used=used, reason="x")

        counted = queries.of_window(row, [product], now=SATURDAY + DAY)

        assert [(one.is_over, one.shielded) for one in (*unused, *counted)] == [(True, 0 * HOUR), (True, 2 * HOUR)]

    def test_without_windows_there_is_nothing_to_say(self, house: House) -> None:
        assert queries.of_works([], [house.product], now=NOW, is_announced=False) == []
