"""Forms of planned work: which windows are listed, what is offered, and what they hand on."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from incidents.actions import maintenance
from incidents.forms.maintenance import CHANGES, CorrectForm, MaintenanceFilter, MoveForm, SeriesForm, WindowForm
from incidents.models import Maintenance
from incidents.views.maintenance import kept_by
from slas.clock import Span
from slas.models import Product
from slas.queries import parties
from tests.factories import House, ProductFactory
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, WINDOW, announced, planned


def entered(**said: str | list[str]) -> QueryDict:
    """What a browser sends."""
    query = QueryDict(mutable=True)
    for name, value in said.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def window_form(house: House, **said: str | list[str]) -> WindowForm:
    usual: dict[str, str | list[str]] = {
        "products": ["kasse"],
        "title": "New tills",
        "reason": "Version 7",
        "planned_from": "2026-11-21T22:00",
        "planned_to": "2026-11-22T01:00",
    }
    return WindowForm(entered(**(usual | said)), products=Product.objects.all())


class TestFilter:
    """Windows by state and product."""

    @pytest.fixture
    def rows(self, house: House) -> None:
        """A plan, a cancelled window, and one that has passed unused."""
        planned(house.product, by=house.jana, title="Plan")
        gone = announced(house.product, by=house.jana, title="Gone")
        maintenance.cancel(gone, by=house.jana, now=NOW, reason="x")
        early = Span(NOW + HOUR, NOW + 2 * HOUR)
        announced(house.product, by=house.jana, title="Early", window=early)

    @pytest.mark.parametrize(
        ("asked", "titles"),
        [
            ({}, ["Plan"]),
            ({"show": ""}, ["Plan"]),
            ({"show": "running"}, []),
            ({"show": "past"}, ["Early"]),
            ({"show": "cancelled"}, ["Gone"]),
            ({"show": "all"}, ["Gone", "Plan", "Early"]),
            ({"show": "all", "product": "kasse"}, ["Gone", "Plan", "Early"]),
        ],
    )
    def test_narrows_by_the_state_of_that_moment(
        self, house: House, rows: None, asked: dict[str, str], titles: list[str]
    ) -> None:
        form = MaintenanceFilter(entered(**asked), products=Product.objects.all(), now=NOW + DAY)

        assert form.is_valid()
        assert [row.title for row in form.narrow(Maintenance.objects.order_by("planned_from", "pk"))] == titles

    @pytest.mark.parametrize("asked", [{"show": "nonsense"}, {"product": "nowhere"}])
    def test_nonsense_narrows_nothing(self, house: House, asked: dict[str, str]) -> None:
        assert not MaintenanceFilter(entered(**asked), products=Product.objects.all(), now=NOW).is_valid()

    def test_offers_what_the_reader_sees(self, house: House) -> None:
        ProductFactory(slug="secret", visible_to="stakeholders")
        form = MaintenanceFilter(entered(product="secret"), products=parties.visible_to(house.mira), now=NOW)

        assert "product" in form.errors


class TestWindow:
    """A new window."""

    def test_hands_on_a_window_in_utc(self, house: House) -> None:
        form = window_form(house)

        assert form.is_valid(), form.errors
        assert form.window() == WINDOW
        assert form.window().start.tzinfo is UTC

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"products": []}, "products"),
            ({"products": ["kasse", "kasse", "nowhere"]}, "products"),
            ({"title": " "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"reason": "x" * 1001}, "reason"),
            ({"planned_from": "soon"}, "planned_from"),
            ({"planned_from": "9999-12-31T23:59"}, "planned_from"),
            ({"planned_to": "2026-11-21T22:00"}, "planned_to"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(
        self, house: House, said: dict[str, str | list[str]], field: str
    ) -> None:
        form = window_form(house, **said)

        assert (form.is_valid(), list(form.errors)) == (False, [field])

    def test_an_end_that_only_the_wall_puts_before_the_beginning_is_none(self, house: House) -> None:
        # 01:30 before and 03:15 after the clock was put back: two hours and three quarters.
        form = window_form(house, planned_from="2026-10-25T01:30", planned_to="2026-10-25T03:15")

        assert form.is_valid(), form.errors
        window = form.window()
        assert window.end is not None
        assert window.end - window.start == 2.75 * HOUR

    @pytest.mark.parametrize(
        ("who", "slugs"),
        [
            ("jana", ["kasse"]),
            ("holger", ["kasse"]),
            ("doris", ["kasse"]),
            ("vera", ["kasse", "lager"]),
            ("adam", ["kasse", "lager"]),
            ("outsider", ["lager"]),
            ("mira", []),
            ("stella", []),
            ("rita", []),
            ("anton", []),
        ],
    )
    def test_everybody_is_offered_the_products_whose_record_they_keep(
        self, house: House, who: str, slugs: list[str]
    ) -> None:
        ProductFactory(slug="lager", name="Lager", team=house.outsider.leads.get())

        assert [product.slug for product in kept_by(getattr(house, who))] == slugs


class TestSeries:
    """Windows of every week."""

    SAID = {
        "products": ["kasse"],
        "title": "Updates",
        "reason": "Security",
        "mon": "02:00–04:00; 22:00-23:00",
        "zone": "Europe/Berlin",
        "starts_on": "2026-11-17",
    }

    def form(self, **said: str) -> SeriesForm:
        return SeriesForm(entered(**(self.SAID | said)), products=Product.objects.all())

    def test_hands_on_what_the_action_takes(self, house: House) -> None:
        form = self.form(ends_on="2027-01-01")

        assert form.is_valid(), form.errors
        assert form.said() == {
            "title": "Updates",
            "reason": "Security",
            "zone": "Europe/Berlin",
            "starts_on": date(2026, 11, 17),
            "ends_on": date(2027, 1, 1),
            "week": {"mon": ["02:00-04:00", "22:00-23:00"]},
        }

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"zone": "Mars"}, "zone"), ({"starts_on": ""}, "starts_on"), ({"ends_on": "never"}, "ends_on")],
    )
    def test_says_beside_the_field_what_is_wrong(self, house: House, said: dict[str, str], field: str) -> None:
        assert list(self.form(**said).errors) == [field]

    def test_the_week_has_seven_fields_in_order(self, house: House) -> None:
        assert [field.name for field in self.form().week] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class TestChanges:
    """Changes of one window."""

    @pytest.fixture
    def row(self, house: House) -> Maintenance:
        """Announced to the second, as a program may do it."""
        start = SATURDAY.replace(second=7)
        return announced(house.product, by=house.jana, window=Span(start, start + 3 * HOUR))

    def test_begin_with_what_is_stored_to_the_minute(self, row: Maintenance) -> None:
        form = MoveForm(row=row)

        local = timezone.localtime(SATURDAY)
        assert form.initial == {"planned_from": local, "planned_to": local + 3 * HOUR}
        assert CorrectForm(row=row).initial == {"used_from": None, "used_to": None}

    def test_what_nobody_touched_keeps_its_seconds(self, row: Maintenance) -> None:
        form = MoveForm(entered(planned_from="2026-11-21T22:00", planned_to="2026-11-22T00:00", reason="x"), row=row)

        assert form.is_valid(), form.errors
        assert form.said() == {
            "reason": "x",
            "window": Span(row.planned_from, datetime(2026, 11, 21, 23, tzinfo=UTC)),
        }

    @pytest.mark.parametrize(
        ("used_from", "used_to", "used"),
        [
            ("", "", None),
            ("2026-11-21T22:00", "2026-11-22T01:00", WINDOW),
        ],
    )
    def test_a_correction_is_a_span_or_nothing(
        self, row: Maintenance, used_from: str, used_to: str, used: Span | None
    ) -> None:
        form = CorrectForm(entered(used_from=used_from, used_to=used_to, reason="x"), row=row)

        assert form.is_valid(), form.errors
        assert form.said() == {"reason": "x", "used": used}

    @pytest.mark.parametrize(
        ("used_from", "used_to", "fields"),
        [
            ("2026-11-21T22:00", "", ["used_to"]),
            ("", "2026-11-21T22:00", ["used_from"]),
            ("2026-11-21T22:00", "2026-11-21T21:00", ["used_to"]),
            ("soon", "2026-11-21T21:00", ["used_from"]),
        ],
    )
    def test_half_a_correction_is_none(self, row: Maintenance, used_from: str, used_to: str, fields: list[str]) -> None:
        form = CorrectForm(entered(used_from=used_from, used_to=used_to, reason="x"), row=row)

        assert list(form.errors) == fields

    @pytest.mark.parametrize("name", CHANGES)
    def test_every_change_needs_a_reason(self, row: Maintenance, name: str) -> None:
        form = CHANGES[name](entered(planned_from="2026-11-21T22:00", planned_to="2026-11-22T00:00"), row=row)

        assert list(form.errors) == ["reason"]
