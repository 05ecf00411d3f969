"""What every page does in a real browser: countdown, live answers, menus, keys; nothing of it on the console."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.factories import House, build_house
from tests.incidents import rows

PAGES = ["/", "/products/", "/products/kasse/", "/profile/", "/accounts/password/change/"]


@pytest.fixture
def till(transactional_db: None) -> House:
    """The till, for a server in another thread."""
    return build_house()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 360)])
def test_pages_are_accessible_and_fit(till: House, open_as: Opener, theme: str, width: int) -> None:
    now = timezone.now()
    rows.timer(rows.ticket(till), now + timedelta(hours=1))
    rows.breach(rows.ticket(till), now - timedelta(hours=1))
    rows.review(till, now.date())
    for path in ("/accounts/login/", *PAGES):
        page = open_as(None if "login" in path else till.holger, path, theme=theme, width=width)

        assert Axe().run(page).violations_count == 0, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_clock_answers_while_one_asks(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, "/products/kasse/", locale="en")

    page.get_by_label("A fault of priority").select_option("P3")
    page.get_by_label("reported on").fill("2026-11-27T22:00")

    expect(page.locator("#answer summary").first).to_have_text(
        "A P3, reported Friday 22:00, is answered by Monday 18:00."
    )


def test_clock_answers_without_script_too(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, "/products/kasse/?priority=P2&at=2026-11-27T22%3A00", locale="en")

    expect(page.locator("#answer summary").first).to_have_text(
        "A P2, reported Friday 22:00, is answered by Monday 12:00."
    )


def shown_in(page: Page, left: int, *, is_open: bool, turns_in: int) -> str:
    """What the countdown makes of an element that just arrived."""
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    page.evaluate(
        """([left, open, at, turns]) => {
            document.querySelector("#clock")?.remove();
            const clock = document.createElement("span");
            clock.id = "clock";
            Object.assign(clock.dataset, {left, open, at, turns});
            document.querySelector("main").append(clock);
        }""",
        [
            str(left),
            "yes" if is_open else "no",
            now.isoformat(),
            (now + timedelta(seconds=turns_in)).isoformat(),
        ],
    )
    clock = page.locator("#clock")
    expect(clock).not_to_be_empty()
    page.wait_for_timeout(3200)
    return (clock.text_content() or "").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("left", "is_open", "turns_in", "shown"),
    [
        (100, True, 3600, r"1 min 3[5-8] s"),
        (100, False, 3600, r"1 min 40 s"),
        (100, True, 2, r"1 min 38 s"),
        (1, True, 3600, r"−[1-4] s"),
        (7200, False, 9999, r"2 h"),
    ],
    ids=["open", "closed", "closes in two seconds", "runs over", "hours"],
)
def test_countdown_counts_support_time_only(
    till: House, open_as: Opener, left: int, is_open: bool, turns_in: int, shown: str
) -> None:
    page = open_as(till.mira, "/profile/")

    assert re.fullmatch(shown, shown_in(page, left, is_open=is_open, turns_in=turns_in))


def test_list_follows_the_filters_and_the_address_bar_follows_the_list(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, "/products/", locale="en")

    page.get_by_label("Agreement").select_option("without")

    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    expect(page).to_have_url(re.compile(r"agreement=without"))


def test_menus_open_by_keyboard_on_a_phone(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, "/", width=360, locale="en")

    page.get_by_role("button", name="Menu").press("Enter")
    expect(page.get_by_role("link", name="Products", exact=True)).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Products", exact=True)).to_be_hidden()


def test_skip_link_leads_past_the_navigation(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, "/", locale="en")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
