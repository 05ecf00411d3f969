"""The pictures of the README, from a portal that `make run` has started: `python -m bench.screenshots [ADDRESS]`."""

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD = "zusage-demo"  # of every login of the demonstration
LARGEST = 200_000  # bytes


@dataclass(frozen=True)
class Picture:
    """One page as one person of the demonstration sees it."""

    name: str
    person: str
    path: str
    clicks: Sequence[str] = ()  # selectors; the first that each finds is clicked
    is_dark: bool = False
    width: int = 1280
    height: int = 900


PICTURES = (
    Picture("sla", "mira", "/products/kasse/", height=712),
    Picture("queue", "jana", "/tickets/"),
    Picture("ticket", "jana", "/tickets/?status=waiting", ("[data-open]", "#clocks summary"), is_dark=True),
    Picture("phone", "mira", "/products/kasse/", is_dark=True, width=390, height=844),
)


def take(browser: Browser, picture: Picture, *, address: str) -> Path:
    """Sign in, go there, and keep what the window shows; ValueError when it is too large for a page of text."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.is_dark else "light",
        locale="de",
        base_url=address,
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(picture.person)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("/")
    page.goto(picture.path)
    for selector in picture.clicks:
        page.locator(selector).first.click()
        page.wait_for_load_state()
    path = FOLDER / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is larger than {LARGEST} bytes. Make its window smaller.")
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__)
    parser.add_argument("address", nargs="?", default="http://localhost:8000", help="where the portal answers")
    options = parser.parse_args(arguments)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture in PICTURES:
            print(take(browser, picture, address=options.address))
        browser.close()


if __name__ == "__main__":
    main()
