"""Signing in and out, a forgotten password, and the pages one sees when something is wrong."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client, override_settings

from slas.models import User
from tests.factories import PASSWORD, House, UserFactory

NEW_PASSWORD = "Ein-neues-Wort-26"
IN_MEMORY = override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")


def text(answer: object) -> str:
    """A page's text, its white space as a browser shows it."""
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]  # Django's answer in tests


@pytest.fixture
def mira(db: None) -> User:
    """Somebody with an account."""
    return UserFactory(username="mira", name="Mira Aydin", email="mira@example.test")


@pytest.mark.parametrize("login", ["mira", "mira@example.test", "MIRA@example.test"])
def test_person_signs_in_by_name_or_address_and_goes_on(client: Client, mira: User, login: str) -> None:
    answer = client.post("/accounts/login/?next=/profile/", {"login": login, "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/profile/")
    assert "Mira Aydin" in text(client.get("/profile/"))


def test_wrong_password_says_so_and_keeps_the_name(client: Client, mira: User) -> None:
    page = text(client.post("/accounts/login/", {"login": "mira", "password": "wrong"}))

    assert "That did not work yet" in page
    assert 'value="mira"' in page
    assert "wrong" not in page.replace('class="wrong"', "")


def test_signing_in_does_not_lead_to_another_site(client: Client, mira: User) -> None:
    answer = client.post("/accounts/login/?next=https://evil.test/", {"login": "mira", "password": PASSWORD})

    assert answer.headers["Location"] == "/"


def test_signing_out_takes_a_button(client: Client, mira: User) -> None:
    client.force_login(mira)

    assert "Sign out" in text(client.get("/accounts/logout/"))
    client.post("/accounts/logout/")

    assert client.get("/profile/").status_code == 302


@IN_MEMORY
def test_forgotten_password_is_replaced_by_a_link_that_works_once(client: Client, mira: User) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "mira@example.test"}, follow=True)
    assert "Look into your mailbox" in text(answer)
    [letter] = mail.outbox
    assert letter.to == ["mira@example.test"]
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(letter.body))
    assert link is not None

    page = client.get(link[1], follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert client.login(username="mira", password=NEW_PASSWORD)
    assert "This link does not work any more" in text(Client().get(link[1], follow=True))


@IN_MEMORY
def test_unknown_address_is_not_betrayed(client: Client, mira: User) -> None:
    answer = client.post("/accounts/password/reset/", {"email": "nobody@example.test"}, follow=True)

    assert "Look into your mailbox" in text(answer)
    assert all("mira" not in str(letter.body) for letter in mail.outbox)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PASSWORD, "kurz", "too short"),
        (PASSWORD, "password123", "too common"),
        ("not it", NEW_PASSWORD, "current password"),
    ],
)
def test_bad_new_password_is_refused(client: Client, mira: User, old: str, new: str, said: str) -> None:
    client.force_login(mira)

    page = text(client.post("/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new}))

    assert said in page
    mira.refresh_from_db()
    assert mira.check_password(PASSWORD)


def test_nobody_registers_alone(client: Client, db: None) -> None:
    assert "There is no registration here" in text(client.get("/accounts/signup/"))


@pytest.mark.parametrize(
    ("browser", "language"), [("de", "de"), ("de-AT,en;q=0.5", "de"), ("en-GB,en;q=0.9", "en"), ("fr", "en")]
)
def test_sign_in_speaks_the_language_of_the_browser(client: Client, db: None, browser: str, language: str) -> None:
    page = client.get("/accounts/login/", headers={"Accept-Language": browser}).content.decode()

    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("person", [None, "mira", "vera"])
def test_unknown_address_has_a_page_that_leads_back(house: House, client: Client, person: str | None) -> None:
    if person:
        client.force_login(getattr(house, person))

    answer = client.get("/nothing/here/")

    assert answer.status_code == 404
    assert "There is nothing here for you" in text(answer)


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_a_broken_request_need_nothing_but_themselves(name: str) -> None:
    page = render_to_string(name)

    assert "<h1>" in page
    assert "<script" not in page


def test_form_that_was_open_too_long_says_what_to_do(mira: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/accounts/login/", {"login": "mira", "password": PASSWORD})

    assert answer.status_code == 403
    assert "This page was open for too long" in text(answer)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"])
def test_pages_forbid_everything_inline(client: Client, db: None, path: str) -> None:
    answer = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert "unsafe-inline" not in policy
    assert "style-src 'self'" in policy
    assert " style=" not in page
    assert re.findall(r"<script(?![^>]*src=)", page) == []
