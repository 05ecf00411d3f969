"""A real Chromium on a real server; every page must be quiet on the console."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from slas.models import User

# Playwright's own loop runs in this thread; Django would refuse the database otherwise.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Opener = Callable[..., Page]


def chromium() -> str | None:
    """The browser that `make test` found or installed."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser, and says so when there is none."""
    for item in items:
        if "tests/browser/" not in str(item.path).replace(os.sep, "/"):
            continue
        item.add_marker(pytest.mark.browser)
        if chromium() is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium here: set CHROMIUM, or run `make test` as root"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's own Chromium, told to keep quiet."""
    return {"executable_path": chromium(), "args": FLAGS, "headless": True}


def is_noise(said: ConsoleMessage) -> bool:
    """Whether a page complains; that a page itself is missing or forbidden is for its test to see."""
    is_its_own_answer = said.page is not None and said.location["url"] == said.page.url
    return said.type == "error" and not (is_its_own_answer and said.text.startswith("Failed to load resource"))


@pytest.fixture
def open_as(live_server: LiveServer, browser: Browser) -> Iterator[Opener]:
    """`open_as(person, path, theme=, width=)` gives the page as that person sees it; console errors fail the test."""
    noise: list[str] = []
    contexts = []

    def opened(person: User | None, path: str, *, theme: str = "light", width: int = 1280, locale: str = "de") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            locale=locale,
            base_url=live_server.url,
        )
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda said: noise.append(f"{page.url}: {said.text}") if is_noise(said) else None)
        page.on("pageerror", lambda error: noise.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert noise == []
