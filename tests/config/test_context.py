"""What stands around every page: the navigation by role, and the banner of a sick engine."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.context import portal
from incidents.queries.engine import VITAL
from slas.models import Heartbeat, User
from tests.factories import House

EVERYBODY = ["Overview", "Products", "Tickets", "Escalations", "Availability", "Reviews", "Certificates", "Agreements"]
MANAGERS = [*EVERYBODY, "Calendars", "Teams", "People", "Engine"]


def context(user: User | AnonymousUser, path: str = "/") -> dict[str, object]:
    """What the page at this path gets."""
    request = RequestFactory().get(path)
    request.user = user
    return portal(request)


def labels(user: User) -> list[str]:
    """The navigation of this person."""
    places = context(user)["places"]
    assert isinstance(places, list)
    return [place.label for place in places]


def beat(*, ago: timedelta) -> None:
    """Every vital part of the engine worked so long ago."""
    for name in VITAL:
        Heartbeat.objects.create(name=name, at=timezone.now() - ago)


@pytest.mark.parametrize("who", ["mira", "holger", "jana", "stella", "rita", "ida"])
def test_navigation_shows_what_everybody_needs(house: House, who: str) -> None:
    assert labels(getattr(house, who)) == EVERYBODY


@pytest.mark.parametrize("who", ["vera", "anton", "adam"])
def test_navigation_of_managers_auditors_and_administrators_shows_the_rest(house: House, who: str) -> None:
    assert labels(getattr(house, who)) == MANAGERS


def test_navigation_is_empty_before_signing_in() -> None:
    assert context(AnonymousUser()) == {"places": [], "engine_banner": ""}


@pytest.mark.parametrize(
    ("path", "here"),
    [("/", ["Overview"]), ("/products/kasse/", ["Products"]), ("/profile/", []), ("/maintenance/", ["Availability"])],
)
def test_navigation_says_where_one_is(house: House, path: str, here: list[str]) -> None:
    places = context(house.mira, path)["places"]

    assert isinstance(places, list)
    assert [place.label for place in places if place.is_here] == here


@pytest.mark.parametrize("who", ["vera", "anton", "adam", "holger", "doris"])
def test_banner_tells_everybody_who_waits_for_escalations_that_the_engine_stands_still(house: House, who: str) -> None:
    beat(ago=timedelta(minutes=3))

    assert str(context(getattr(house, who))["engine_banner"]).startswith("The engine stands still")


def test_banner_does_not_worry_those_who_cannot_help(house: House) -> None:
    assert str(context(house.rita)["engine_banner"]) == ""


def test_banner_is_silent_while_the_engine_runs(house: House) -> None:
    beat(ago=timedelta(seconds=10))

    assert not context(house.vera)["engine_banner"]


def test_banner_asks_the_database_only_when_a_page_shows_it(house: House) -> None:
    with CaptureQueriesContext(connection) as asked:
        context(house.vera)

    assert len(asked) == 0
