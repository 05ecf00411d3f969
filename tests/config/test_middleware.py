"""A page speaks the language and shows the zone of the person who reads it, and leaves no trace for the next one."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from config.accounts import ClosedSignup
from config.middleware import PersonalMiddleware
from slas.models import User
from tests.factories import House, UserFactory

Seen = list[tuple[str | None, str]]


@pytest.fixture
def seen() -> Seen:
    """Language and zone inside each page that was answered."""
    return []


@pytest.fixture
def answered(seen: Seen) -> Callable[[object], HttpResponse]:
    """Answer a page for somebody, from the layer above it."""

    def page(request: HttpRequest) -> HttpResponse:
        seen.append((translation.get_language(), timezone.get_current_timezone_name()))
        return HttpResponse("page")

    def ask(user: object) -> HttpResponse:
        request = RequestFactory().get("/")
        request.user = user  # type: ignore[assignment]  # as the login's own layer does
        return PersonalMiddleware(page)(request)

    return ask


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Pacific/Apia"])
def test_the_person_decides(answered: Callable[[object], HttpResponse], seen: Seen, language: str, zone: str) -> None:
    answer = answered(User(username="x", language=language, zone=zone))

    assert seen == [(language, zone)]
    assert answer.headers["Content-Language"] == language


def test_nothing_of_one_reader_stays_for_the_next(answered: Callable[[object], HttpResponse], seen: Seen) -> None:
    before = (translation.get_language(), timezone.get_current_timezone_name())

    answered(User(username="x", language="de", zone="Asia/Kolkata"))
    answered(AnonymousUser())

    assert seen == [("de", "Asia/Kolkata"), before]
    assert (translation.get_language(), timezone.get_current_timezone_name()) == before


def test_nothing_stays_after_a_page_that_broke() -> None:
    before = (translation.get_language(), timezone.get_current_timezone_name())

    def broken(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    request = RequestFactory().get("/")
    request.user = User(username="x", language="de", zone="Asia/Kolkata")
    with pytest.raises(ZeroDivisionError):
        PersonalMiddleware(broken)(request)

    assert (translation.get_language(), timezone.get_current_timezone_name()) == before


@pytest.mark.parametrize("browser", ["de", "en"])
def test_strangers_keep_the_language_of_their_browser(
    answered: Callable[[object], HttpResponse], seen: Seen, browser: str
) -> None:
    with translation.override(browser):
        answer = answered(AnonymousUser())

    assert seen[0][0] == browser
    assert "Content-Language" not in answer.headers


def test_a_person_without_a_language_keeps_that_of_the_browser(
    answered: Callable[[object], HttpResponse], seen: Seen
) -> None:
    with translation.override("de"):
        answered(User(username="x", language="", zone="UTC"))

    assert seen == [("de", "UTC")]


def test_a_page_that_names_its_own_language_keeps_it() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("letter", headers={"Content-Language": "en"})

    request = RequestFactory().get("/")
    request.user = User(username="x", language="de", zone="UTC")

    assert PersonalMiddleware(page)(request).headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("language", "browser", "word"), [("de", "en", "Sprache"), ("en", "de", "Language"), ("de", "fr", "Sprache")]
)
def test_a_whole_page_is_in_the_language_of_the_person(
    client: Client, db: None, language: str, browser: str, word: str
) -> None:
    client.force_login(UserFactory(language=language))

    answer = client.get("/profile/", headers={"Accept-Language": browser})

    page = answer.content.decode()
    assert f'<html lang="{language}">' in page
    assert word in page
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize("zone", ["Nowhere/Atlantis", "", "../../etc/passwd"])
def test_a_zone_that_was_never_checked_does_not_lock_the_person_out(client: Client, db: None, zone: str) -> None:
    person = UserFactory(language="en")
    User.objects.filter(pk=person.pk).update(zone=zone)
    client.force_login(person)

    assert client.get("/profile/").status_code == 200
    assert client.get("/api/v1/products/").status_code == 200
    person.refresh_from_db()
    assert person.day_at(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == date(2026, 11, 23)


@pytest.mark.parametrize("path", ["/", "/anything"])
def test_nobody_signs_up(house: House, path: str) -> None:
    adapter = ClosedSignup()

    assert adapter.is_open_for_signup(RequestFactory().get(path)) is False


@pytest.mark.parametrize("name", ["vera", "adam"])
def test_signing_up_is_closed_for_those_who_are_signed_in_too(client: Client, house: House, name: str) -> None:
    client.force_login(getattr(house, name))
    before = User.objects.count()

    client.post(
        "/accounts/signup/",
        {"username": "new", "email": "new@example.test", "password1": "Kaffee-um-neun", "password2": "Kaffee-um-neun"},
    )

    assert User.objects.count() == before


def test_a_form_sent_to_the_closed_door_makes_no_account(client: Client, db: None) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"username": "new", "email": "new@example.test", "password1": "Kaffee-um-neun", "password2": "Kaffee-um-neun"},
    )

    assert answer.status_code == 200
    assert "There is no registration here" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/tickets/T-1/?q=secret", "GET incidents:ticket"),
        ("/reviews.ics?token=secret", "GET incidents:reviews_ics"),
        ("/nowhere/secret/", "GET -"),
    ],
)
def test_the_log_has_one_line_a_request_with_the_page_and_no_words_of_its_address(
    client: Client, db: None, caplog: pytest.LogCaptureFixture, path: str, said: str
) -> None:
    with caplog.at_level("INFO", logger="django_structlog"):
        client.get(path)

    (line,) = [record.getMessage() for record in caplog.records if record.name != "django.request"]
    assert ("request_finished" in line, f"'{said}'" in line, "secret" in line) == (True, True, False)
    # Django's own lines hold addresses; here they reach nobody but this test.
    assert not any(logging.getLogger(f"django.{name}").propagate for name in ("request", "security.csrf"))


@pytest.mark.parametrize("path", ["/tickets/%00/", "/tickets/T-1%00/", "/people/a%00/", "/tickets/T-1%00/begin/"])
def test_a_zero_byte_in_an_address_leads_nowhere(client: Client, house: House, path: str) -> None:
    client.force_login(house.adam)

    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
