"""The API's own page in a real browser: nothing inline, nothing from elsewhere, and one can try an operation."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.factories import House, build_house


@pytest.fixture
def till(transactional_db: None) -> House:
    """The till, for a server in another thread."""
    return build_house()


def test_operations_are_shown_and_can_be_tried(till: House, open_as: Opener) -> None:
    page = open_as(till.rita, "/api/v1/docs/")

    expect(page.get_by_role("heading", name="Zusage")).to_be_visible(timeout=20_000)
    operation = page.locator("#operations-products-products_retrieve")
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("slug").fill("kasse")
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table")).to_contain_text('"slug": "kasse"')
