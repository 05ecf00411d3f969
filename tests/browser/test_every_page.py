"""Every page of the portal: accessible in both themes, whole on a phone and on a desk, and in one language."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from config.urls import urlpatterns
from incidents.urls import urlpatterns as incidents_patterns
from reporting.urls import urlpatterns as reporting_patterns
from slas.models import User
from slas.urls import urlpatterns as slas_patterns
from tests.browser.conftest import Opener
from tests.browser.every_page import NOT_PAGES, Place, furnish, places
from tests.browser.languages import foreign_words
from tests.incidents.kiosk import Kiosk

PARTS = 3  # so that several workers share them
PHONE, DESK, PAPER = 360, 1440, 720


@pytest.fixture
def kiosk(transactional_db: None, tmp_path: Path, settings: Settings) -> Kiosk:
    """A furnished house, for a server in another thread."""
    settings.MAIL_DIR = str(tmp_path)
    return furnish(tmp_path)


def visit(page: Page, path: str) -> None:
    answer = page.goto(path)

    assert answer is not None
    assert (answer.status, page.url.endswith(path)) == (200, True), (answer.status, page.url)


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def sideways(page: Page) -> list[str]:
    """What is wider than the window; what scrolls by itself may be."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
            .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest(".scroll"))
            .map(one => one.outerHTML.slice(0, 90))"""
    )
    return found


def violations(page: Page, *, only: str = "") -> list[tuple[str, str]]:
    """What axe finds, or what one of its rules finds."""
    found = Axe().run(page, options={"runOnly": [only]} if only else {}).response["violations"]
    return [(one["id"], node["html"][:120]) for one in found for node in one["nodes"]]


def opened(open_as: Opener, found: list[Place], *, locale: str) -> list[tuple[Place, Page]]:
    """One page for each person, with everything they are to look at."""
    pages: dict[int | None, Page] = {}
    for place in found:
        key = place.person.pk if place.person else None
        if key not in pages:
            pages[key] = open_as(place.person, "/accounts/login/", width=DESK, locale=locale)
    return [(place, pages[place.person.pk if place.person else None]) for place in found]


def test_no_page_is_forgotten(kiosk: Kiosk) -> None:
    ours = [*incidents_patterns, *reporting_patterns, *slas_patterns]
    named = {str(getattr(one, "name", "")) for one in ours}

    assert len(urlpatterns) == 6, "a new app brings new pages"
    assert named - NOT_PAGES - {place.name for place in places(kiosk)} == set()


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_are_accessible_in_both_themes_and_fit_phone_and_desk(kiosk: Kiosk, open_as: Opener, part: int) -> None:
    User.objects.update(language="de")
    for place, page in opened(open_as, places(kiosk)[part::PARTS], locale="de"):
        page.emulate_media(color_scheme="light")
        resize(page, DESK)
        visit(page, place.path)
        wide, at_the_desk = sideways(page), violations(page)
        page.emulate_media(color_scheme="dark")
        dark = violations(page, only="color-contrast")  # a theme changes nothing else
        resize(page, PHONE)
        narrow, on_the_phone = sideways(page), violations(page)

        assert (wide, narrow, at_the_desk, dark, on_the_phone) == ([], [], [], [], []), place


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_page_mixes_languages(kiosk: Kiosk, open_as: Opener, language: str) -> None:
    User.objects.update(language=language)
    for place, page in opened(open_as, places(kiosk), locale=language):
        resize(page, DESK)
        visit(page, place.path)

        assert page.locator("html").get_attribute("lang") == language, place
        assert foreign_words(page, language) == [], place
        if language == "en":  # German on a phone is measured with axe
            resize(page, PHONE)
            assert sideways(page) == [], place


@pytest.mark.parametrize("name", ["product", "review"])
def test_pages_that_people_print_are_whole_on_paper(kiosk: Kiosk, open_as: Opener, name: str) -> None:
    place = next(one for one in places(kiosk) if one.name == name)
    page = open_as(place.person, place.path, theme="dark", width=PAPER)
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert sideways(page) == []
    for aside in (".masthead", ".page-foot", "main button"):
        assert [one for one in page.locator(aside).all() if one.is_visible()] == []
    assert page.locator("main h2").first.is_visible()


def test_missing_and_forbidden_pages_are_accessible_and_say_what_to_do(kiosk: Kiosk, open_as: Opener) -> None:
    for path, heading in (("/products/nowhere/", "There is nothing here"), (reverse("incidents:engine"), "not yours")):
        page = open_as(kiosk.house.rita, "/profile/", theme="dark", width=PHONE, locale="en")
        answer = page.goto(path)

        assert answer is not None
        assert answer.status in {403, 404}
        assert heading in (page.locator("h1").text_content() or "")
        assert page.get_by_role("link", name="To the overview").is_visible()
        assert (violations(page), sideways(page)) == ([], [])
