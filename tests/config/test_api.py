"""The whole API: who gets in, how errors look, and where it is described."""

import io
import json
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelError
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import AuthToken

from config.api import answer_error
from slas.errors import Refused
from tests.callers import API, Caller
from tests.factories import House

REPORT = {"product": "kasse", "priority": "P1", "title": "Till stands still"}
PLACES = ["products", "calendars", "agreements", "tickets", "escalations", "breaches", "reviews"]


@pytest.fixture
def signed_in(house: House) -> Client:
    """The reporter's browser, which has to prove that a form is its own."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.rita, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


class TestGettingIn:
    """A token or a session, and nothing else."""

    @pytest.mark.parametrize("place", [*PLACES, "products/kasse", "products/kasse/terms", "tickets/T-1"])
    def test_strangers_are_a_401(self, house: House, client: Client, place: str) -> None:
        response = client.get(f"{API}/{place}/")

        assert (response.status_code, list(response.json())) == (401, ["detail"])
        assert response.headers["WWW-Authenticate"] == "Token"

    def test_strangers_read_no_description(self, client: Client) -> None:
        assert client.get(f"{API}/schema/").status_code == 401

    @pytest.mark.parametrize("said", ["Token", "Token x", "Token x y", "Bearer x", "Token " + "0" * 64, "Basic eDp4"])
    def test_a_wrong_token_is_a_401(self, house: House, client: Client, said: str) -> None:
        assert client.get(f"{API}/tickets/", headers={"Authorization": said}).status_code == 401

    def test_strangers_do_not_learn_what_is_malformed(self, house: House, client: Client) -> None:
        assert client.post(f"{API}/tickets/", "{", content_type="application/json").status_code == 401

    def test_printed_token_opens_the_door(self, house: House, client: Client) -> None:
        printed = io.StringIO()
        call_command("create_token", "rita", stdout=printed)

        response = client.post(
            f"{API}/tickets/",
            REPORT,
            content_type="application/json",
            headers={"Authorization": f"Token {printed.getvalue().strip()}"},
        )

        assert (response.status_code, response.json()["reporter"]) == (201, "rita")

    def test_tokens_of_closed_accounts_open_nothing(self, house: House) -> None:
        caller = Caller(house.rita)
        house.rita.is_active = False
        house.rita.save()

        assert caller.get("/tickets/")[0] == 401
        with pytest.raises(CommandError, match="Nobody active is known as “rita”"):
            call_command("create_token", "rita")
        with pytest.raises(CommandError, match="Nobody active is known as “nobody”"):
            call_command("create_token", "nobody")
        assert AuthToken.objects.count() == 1

    def test_session_reads(self, signed_in: Client) -> None:
        response = signed_in.get(f"{API}/products/")

        assert [row["slug"] for row in response.json()["results"]] == ["kasse"]

    def test_session_writes_with_the_token_of_its_page_only(self, signed_in: Client) -> None:
        refused = signed_in.post(f"{API}/tickets/", REPORT, content_type="application/json")
        signed_in.get("/profile/")
        proof = signed_in.cookies["csrftoken"].value
        opened = signed_in.post(
            f"{API}/tickets/", REPORT, content_type="application/json", headers={"X-CSRFToken": proof}
        )

        assert (refused.status_code, refused.json()["detail"][:11]) == (403, "CSRF Failed")
        assert (opened.status_code, opened.json()["reporter"]) == (201, "rita")


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (Refused("Not now."), 409, {"detail": "Not now."}),
        (PermissionDenied("Not you."), 403, {"detail": "Not you."}),
        (PermissionDenied(), 403, {"detail": "You do not have permission to perform this action."}),
        (ModelError({"title": ["Too long."]}), 400, {"title": ["Too long."]}),
        (ModelError("Nonsense."), 400, {"non_field_errors": ["Nonsense."]}),
        (RequestDataTooBig("x"), 413, {"detail": "The body is too large."}),
    ],
)
def test_errors_have_one_form(error: Exception, status: int, body: dict[str, Any]) -> None:
    response = answer_error(error, {})

    assert response is not None
    assert (response.status_code, json.loads(json.dumps(response.data))) == (status, body)


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_addresses_that_mean_nothing_are_answered_as_json(house: House, client: Client, method: str) -> None:
    signed_in = Caller(house.rita).client
    for path in ("/nowhere/", "/tickets/0/", "/tickets/T-1/unknown/", "/products/Ünknown/x/y/"):
        missing, stranger = (getattr(who, method)(API + path) for who in (signed_in, client))

        assert (missing.status_code, missing.json()) == (404, {"detail": "Not found."}), path
        assert (stranger.status_code, list(stranger.json())) == (401, ["detail"]), path


def test_an_address_without_its_slash_is_shown_the_way(house: House) -> None:
    response = Caller(house.rita).client.get(f"{API}/tickets")

    assert (response.status_code, response.headers["Location"]) == (301, f"{API}/tickets/")


def test_mistakes_of_ours_are_not_dressed_up() -> None:
    assert answer_error(ValueError("ours"), {}) is None


class TestDescription:
    """OpenAPI, for people and machines."""

    def test_description_is_valid_and_has_nothing_to_warn_about(self) -> None:
        written = io.StringIO()

        call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=written)

        paths = json.loads(written.getvalue())["paths"]
        for place in PLACES:
            assert f"/api/v1/{place}/" in paths
        actions = {path.split("/")[-2] for path in paths if path.startswith("/api/v1/tickets/{number}/")}
        assert actions == {
            "{number}", "ledger", "comments", "begin", "respond", "comment", "assign", "pause", "resume",
            "reprioritise", "resolve", "reopen", "close", "reject", "log-time",
        }  # fmt: skip

    @pytest.mark.parametrize("name", ["rita", "anton"])
    def test_description_is_read_with_a_token(self, house: House, name: str) -> None:
        response = Caller(getattr(house, name)).client.get(f"{API}/schema/?format=json")

        assert (response.status_code, response.json()["openapi"][:2]) == (200, "3.")

    def test_page_of_the_description_asks_strangers_to_sign_in(self, house: House, client: Client) -> None:
        response = client.get(f"{API}/docs/")

        assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/api/v1/docs/")

    def test_page_of_the_description_keeps_the_policy_of_all_pages(self, signed_in: Client) -> None:
        page, other = signed_in.get(f"{API}/docs/"), signed_in.get("/profile/")

        policy = {part.split()[0]: part for part in page.headers["Content-Security-Policy"].split("; ")}
        usual = {part.split()[0]: part for part in other.headers["Content-Security-Policy"].split("; ")}
        assert {**policy, "script-src": ""} == {**usual, "script-src": ""}
        assert "<style" not in page.content.decode()
        assert "http" not in page.content.decode().replace("http-equiv", "")
