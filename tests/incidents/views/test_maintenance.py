"""Pages of planned work: the list, a window with what it means, forms with a preview, and a series."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from incidents.actions import maintenance
from incidents.models import Maintenance, MaintenanceSeries
from slas.clock import Span
from slas.models import Product
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, WINDOW, announced, planned, promising, story

FROM, UNTIL = "2026-11-21T22:00", "2026-11-22T01:00"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A Monday, 10:00 in Berlin."""
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def shop(house: House) -> Product:
    """Promised round the clock, with two days of notice and four hours a month."""
    return promising(house)


@pytest.fixture
def jana(house: House) -> Client:
    """A member of the team."""
    return signed_in(house.jana)


def form(**said: object) -> dict[str, object]:
    usual = {
        "products": ["shop"], "title": "New tills", "reason": "Version 7", "planned_from": FROM, "planned_to": UNTIL,
    }  # fmt: skip
    return usual | said


@pytest.mark.parametrize(
    "path",
    ["/maintenance/", "/maintenance/1/", "/maintenance/new/", "/maintenance/series/new/", "/maintenance/series/1/"],
)
def test_pages_ask_to_sign_in_first(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"


class TestList:
    """Every window somebody sees."""

    @pytest.fixture
    def windows(self, house: House, shop: Product) -> None:
        """One in every state, a day apart."""
        for day, title in enumerate(("Planned", "Running", "Over", "Cancelled")):
            window = Span(SATURDAY + day * DAY, SATURDAY + day * DAY + HOUR)
            planned(shop, by=house.jana, window=window, title=title)
        _planned, running, over, cancelled = Maintenance.objects.order_by("pk")
        for row in (running, over, cancelled):
            maintenance.announce(row, by=house.jana, now=NOW)
        maintenance.begin(running, by=house.jana, now=NOW)
        maintenance.begin(over, by=house.jana, now=NOW)
        maintenance.end(over, by=house.jana, now=NOW)
        maintenance.cancel(cancelled, by=house.jana, now=NOW, reason="x")

    @pytest.mark.parametrize(
        ("asked", "titles"),
        [
            ("", ["Planned", "Running"]),
            ("?show=running", ["Running"]),
            ("?show=past", ["Over"]),
            ("?show=cancelled", ["Cancelled"]),
            ("?show=all", ["Cancelled", "Over", "Running", "Planned"]),
            ("?product=shop", ["Planned", "Running"]),
            ("?product=kasse", []),
            ("?q=runn", ["Running"]),
            ("?show=all&sort=title", ["Cancelled", "Over", "Planned", "Running"]),
            ("?show=nonsense&product=nowhere&page=99", ["Cancelled", "Over", "Planned", "Running"]),
        ],
    )
    def test_filters_search_and_order(self, windows: None, jana: Client, asked: str, titles: list[str]) -> None:
        found = [row.title for row in jana.get(f"/maintenance/{asked}").context["listing"].rows]

        assert (found if "nonsense" not in asked else sorted(found)) == titles

    def test_the_file_holds_the_same_in_full(self, windows: None, jana: Client) -> None:
        lines = table(jana, "/maintenance/?show=running&format=csv")

        assert lines == [
            ["From", "Until", "What", "Products", "State", "Emergency", "Announced", "Begun", "Ended", "Reason"],
            ["2026-11-22T22:00:00+01:00", "2026-11-22T23:00:00+01:00", "Running", "Shop", "running", "no",
             "2026-11-16T10:00:00+01:00", "2026-11-16T10:00:00+01:00", "", "Version 7"],
        ]  # fmt: skip

    def test_three_windows_cost_no_more_questions_than_one(self, house: House, shop: Product, jana: Client) -> None:
        announced(shop, house.product, by=house.jana)
        jana.get("/maintenance/")
        one = questions(jana, "/maintenance/")

        for title in ("Two", "Three"):
            announced(shop, house.product, by=house.jana, title=title)

        assert questions(jana, "/maintenance/") == one

    def test_only_those_who_keep_a_record_are_offered_a_plan(self, house: House, jana: Client) -> None:
        assert "Plan maintenance" in words(jana, "/maintenance/")
        assert "Plan maintenance" not in words(signed_in(house.mira), "/maintenance/")

    def test_hidden_products_are_not_named_and_their_windows_not_listed(self, house: House, shop: Product) -> None:
        team = house.outsider.leads.get()
        hidden = ProductFactory(name="Secret", team=team, visible_to=Visibility.STAKEHOLDERS)
        both = announced(shop, hidden, by=house.vera, title="Both")
        alone = announced(hidden, by=house.vera, title="Alone")
        mira = signed_in(house.mira)

        page, window = words(mira, "/maintenance/"), words(mira, f"/maintenance/{both.pk}/")

        assert ("Both" in page, "Alone" in page, "Secret" in page + window) == (True, False, False)
        assert mira.get(f"/maintenance/{alone.pk}/").status_code == 404


class TestWindow:
    """One window."""

    def test_a_plan_counts_down_to_the_end_of_its_notice(self, house: House, shop: Product, jana: Client) -> None:
        row = planned(shop, by=house.jana)

        page = words(jana, f"/maintenance/{row.pk}/")

        assert "Announce by Thursday 22:00 (in 84 h), or it will not shield." in page
        assert "Nov 26: 4 h of 4 h left, 3 h of it used, then 1 h left" in page
        assert "still in time" in page

    def test_the_owner_reads_the_same_without_buttons(self, house: House, shop: Product) -> None:
        row = planned(shop, by=house.jana)

        page = signed_in(house.mira).get(f"/maintenance/{row.pk}/")

        assert "Announce by" in page.content.decode()
        assert page.context["deeds"] == []

    def test_buttons_take_it_through_its_life(
        self, house: House, shop: Product, jana: Client, clock: time_machine.Traveller
    ) -> None:
        row = planned(shop, by=house.jana)

        for action, at in (("announce", NOW), ("begin", SATURDAY), ("end", SATURDAY + HOUR)):
            clock.move_to(at)
            answer = jana.post(f"/maintenance/{row.pk}/{action}/")
            assert answer.headers["Location"] == f"/maintenance/{row.pk}/"

        assert [kind for kind, *_ in story(row)] == ["planned", "announced", "begun", "ended"]
        assert "It shielded 1 h." in words(jana, f"/maintenance/{row.pk}/")

    def test_a_second_press_is_a_409_that_says_why(self, house: House, shop: Product, jana: Client) -> None:
        row = announced(shop, by=house.jana)

        answer = jana.post(f"/maintenance/{row.pk}/announce/")

        assert answer.status_code == 409
        assert "This maintenance is announced and has not begun." in plain(answer.content.decode())

    @pytest.mark.parametrize("action", ["announce", "begin", "end", "move", "cancel", "correct"])
    def test_strangers_are_told_so(self, house: House, shop: Product, action: str) -> None:
        row = announced(shop, by=house.jana)

        assert signed_in(house.mira).post(f"/maintenance/{row.pk}/{action}/", form()).status_code == 403
        assert len(story(row)) == 2

    def test_its_history_tells_moves_with_both_windows(self, house: House, shop: Product, jana: Client) -> None:
        row = announced(shop, by=house.jana)
        window = Span(SATURDAY + DAY, SATURDAY + DAY + HOUR)
        maintenance.move(row, by=house.jana, now=NOW, window=window, reason="Parts are late")

        page = words(jana, f"/maintenance/{row.pk}/")

        assert "Before: Sat 21 Nov 2026, 22:00 – Sun 22 Nov 2026, 01:00" in page
        assert "Now: Sun 22 Nov 2026, 22:00 – Sun 22 Nov 2026, 23:00 The notice started again. Parts are late" in page


class TestPlanning:
    """A new window."""

    @pytest.mark.parametrize(("button", "announced_at"), [("plan", None), ("announce", NOW)])
    def test_a_window_is_planned_or_announced(
        self, shop: Product, jana: Client, button: str, announced_at: datetime | None
    ) -> None:
        answer = jana.post("/maintenance/new/", form(**{button: ""}))

        row = Maintenance.objects.get()
        assert answer.headers["Location"] == f"/maintenance/{row.pk}/"
        assert (row.planned, row.announced_at, row.title) == (WINDOW, announced_at, "New tills")

    def test_the_preview_saves_nothing(self, shop: Product, jana: Client) -> None:
        answer = jana.post("/maintenance/new/", form(preview=""))

        page = plain(answer.content.decode())
        assert "Announced now, 132 h before; the agreement asks for 48 h: the notice would be kept." in page
        assert "3 h in agreed time limit: 4 h left before, 1 h after" in page
        assert (answer.status_code, Maintenance.objects.exists()) == (200, False)

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"planned_to": FROM}, "The end comes after the beginning."),
            ({"planned_to": ""}, "This field is required."),
            ({"planned_from": "0001-01-01T00:00"}, "The time must lie between the years 1970 and 2200."),
            ({"products": []}, "This field is required."),
            ({"products": ["kasse", "nowhere"]}, "nowhere is not one of the available choices."),
            ({"title": "x" * 201}, "at most 200 characters"),
            ({"reason": "a\x00b"}, "Null characters are not allowed."),
        ],
    )
    def test_what_cannot_be_read_is_said_beside_its_field_and_kept(
        self, shop: Product, jana: Client, said: dict[str, object], sentence: str
    ) -> None:
        answer = jana.post("/maintenance/new/", form(announce="", **said))

        page = answer.content.decode()
        assert (answer.status_code, sentence in page) == (400, True), page
        assert "title" in said or "New tills" in page
        assert not Maintenance.objects.exists()

    @pytest.mark.parametrize("button", ["announce", "preview"])
    def test_a_window_of_a_year_is_refused(self, shop: Product, jana: Client, button: str) -> None:
        answer = jana.post("/maintenance/new/", form(planned_to="2027-11-21T22:00", **{button: ""}))

        assert answer.status_code == 409
        assert "A window lasts at most 31 days. Plan several." in answer.content.decode()

    def test_an_emergency_is_recorded_afterwards(self, shop: Product, jana: Client) -> None:
        said = form(planned_from="2026-11-16T08:00", planned_to="2026-11-16T09:00")

        preview = plain(jana.post("/maintenance/emergency/", {**said, "preview": ""}).content.decode())
        jana.post("/maintenance/emergency/", {**said, "emergency": ""})

        assert "An emergency does not shield: time down counts." in preview
        assert Maintenance.objects.get().is_emergency

    @pytest.mark.parametrize("path", ["/maintenance/new/", "/maintenance/emergency/", "/maintenance/series/new/"])
    def test_whoever_keeps_no_record_is_told_so(self, house: House, path: str) -> None:
        assert signed_in(house.mira).get(path).status_code == 403
        assert signed_in(house.anton).get(path).status_code == 403

    @pytest.mark.parametrize("asked", ["shop", "nowhere", "%00", "1;DROP"])
    def test_a_product_of_the_address_is_chosen_or_ignored(self, shop: Product, jana: Client, asked: str) -> None:
        page = jana.get(f"/maintenance/new/?product={asked}").content.decode()

        assert ("checked" in page) is (asked == "shop")


class TestChanges:
    """Changes that need a reason."""

    def test_a_move_is_shown_and_then_done(self, house: House, shop: Product, jana: Client) -> None:
        row = announced(shop, by=house.jana)
        said = {"planned_from": "2026-11-18T00:00", "planned_to": "2026-11-18T01:00", "reason": "Sooner"}

        preview = plain(jana.post(f"/maintenance/{row.pk}/move/", {**said, "preview": ""}).content.decode())
        before = Maintenance.objects.get().planned
        jana.post(f"/maintenance/{row.pk}/move/", {**said, "save": ""})

        assert "The notice would start again now." in preview
        assert "Announced now, 38 h before; the agreement asks for 48 h: it would not shield." in preview
        assert (before, Maintenance.objects.get().planned_from) == (WINDOW, SATURDAY - 94 * HOUR)

    def test_seconds_that_the_page_does_not_show_are_kept(self, house: House, shop: Product, jana: Client) -> None:
        start = SATURDAY.replace(second=30)
        row = announced(shop, by=house.jana, window=Span(start, start + 3 * HOUR))
        said = {"planned_from": FROM, "planned_to": "2026-11-22T00:30", "reason": "Less to do", "save": ""}

        jana.post(f"/maintenance/{row.pk}/move/", said)

        row.refresh_from_db()
        assert (row.planned_from, row.announced_at, story(row)[-1][0]) == (start, NOW, "moved")

    def test_a_cancellation_needs_a_reason(self, house: House, shop: Product, jana: Client) -> None:
        row = announced(shop, by=house.jana)

        assert jana.post(f"/maintenance/{row.pk}/cancel/", {"reason": " "}).status_code == 400
        jana.post(f"/maintenance/{row.pk}/cancel/", {"reason": "Frozen zone"})

        assert "Cancelled Frozen zone Jana Petersen" in words(jana, f"/maintenance/{row.pk}/")

    def test_times_are_corrected_or_emptied(
        self, house: House, shop: Product, jana: Client, clock: time_machine.Traveller
    ) -> None:
        row = announced(shop, by=house.jana)
        clock.move_to(SATURDAY + DAY)
        address, reason = f"/maintenance/{row.pk}/correct/", {"reason": "Forgotten"}

        jana.post(address, {**reason, "used_from": FROM, "used_to": UNTIL})
        used = Maintenance.objects.get().used
        half = jana.post(address, {**reason, "used_from": FROM, "used_to": ""})
        jana.post(address, {**reason, "used_from": "", "used_to": ""})

        assert (used, half.status_code, Maintenance.objects.get().used) == (WINDOW, 400, None)
        assert "The work was not done." in words(jana, f"/maintenance/{row.pk}/")

    def test_what_is_not_possible_now_leads_back(self, house: House, shop: Product, jana: Client) -> None:
        row = announced(shop, by=house.jana)

        assert jana.get(f"/maintenance/{row.pk}/correct/").headers["Location"] == f"/maintenance/{row.pk}/"
        said = {"reason": "x", "used_from": FROM, "used_to": UNTIL}
        assert jana.post(f"/maintenance/{row.pk}/correct/", said).status_code == 409


class TestSeries:
    """Windows of every week."""

    SAID = {
        "products": ["shop"], "title": "Updates", "reason": "Security", "sun": "02:00-04:00",
        "zone": "Europe/Berlin", "starts_on": "2026-11-17",
    }  # fmt: skip

    def test_it_is_shown_and_then_started(self, shop: Product, jana: Client) -> None:
        preview = plain(jana.post("/maintenance/series/new/", {**self.SAID, "preview": ""}).content.decode())
        before = MaintenanceSeries.objects.exists()
        jana.post("/maintenance/series/new/", {**self.SAID, "save": ""})

        series = MaintenanceSeries.objects.get()
        assert "The first windows Sun 22 Nov 2026, 02:00 – Sun 22 Nov 2026, 04:00" in preview
        assert "All 5 windows keep the notice of 48 h. Together they shield 8 h of 10 h of agreed time." in preview
        assert (before, series.week, series.windows.count()) == (False, {"sun": ["02:00-04:00"]}, 5)
        assert "Sun 02:00–04:00" in words(jana, f"/maintenance/series/{series.pk}/")

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            ({"sun": ""}, 409),
            ({"sun": "2-4"}, 409),
            ({"zone": "Mars"}, 400),
            ({"starts_on": "0001-01-01"}, 409),
            ({"starts_on": "soon"}, 400),
            ({"ends_on": "2026-11-01"}, 409),
        ],
    )
    @pytest.mark.parametrize("button", ["preview", "save"])
    def test_nonsense_is_refused_beside_what_was_typed(
        self, shop: Product, jana: Client, said: dict[str, str], status: int, button: str
    ) -> None:
        answer = jana.post("/maintenance/series/new/", {**self.SAID, **said, button: ""})

        assert (answer.status_code, "Security" in answer.content.decode()) == (status, True)
        assert not MaintenanceSeries.objects.exists()

    def test_its_end_cancels_what_is_to_come(self, house: House, shop: Product, jana: Client) -> None:
        jana.post("/maintenance/series/new/", {**self.SAID, "save": ""})
        address = f"/maintenance/series/{MaintenanceSeries.objects.get().pk}/"

        assert signed_in(house.mira).post(address, {"reason": "x"}).status_code == 403
        assert jana.post(address, {}).status_code == 400
        jana.post(address, {"reason": "New tool"})

        assert Maintenance.objects.filter(cancel_reason="New tool").count() == 5
        assert "None: the series has ended." in words(jana, address) or "cancelled" in words(jana, address)
        assert jana.post(address, {"reason": "again"}).status_code == 409


def test_whatever_was_written_is_shown_as_text(house: House, jana: Client) -> None:
    for text in HOSTILE:
        row = announced(house.product, by=house.jana, title=text[:200])
        maintenance.cancel(row, by=house.jana, now=NOW, reason=text)

        page = jana.get(f"/maintenance/{row.pk}/").content.decode()

        assert escape(text.strip()) in page, text
    assert "<script>alert" not in jana.get("/maintenance/?show=all").content.decode()


def test_the_page_of_a_product_names_the_next_windows(house: House, shop: Product) -> None:
    for number in range(4):
        window = Span(SATURDAY + number * DAY, SATURDAY + number * DAY + HOUR)
        announced(shop, by=house.jana, window=window, title=f"Window {number}")
    planned(shop, by=house.jana, title="Not announced")

    page = words(signed_in(house.mira), "/products/shop/")

    assert "Next maintenance Window 0 Sat 21 Nov 2026, 22:00 – Sat 21 Nov 2026, 23:00 Window 1" in page
    assert "Window 2" in page
    assert "Window 3" not in page
    assert "Not announced" not in page
