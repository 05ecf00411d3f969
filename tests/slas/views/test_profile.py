"""One's own profile: what is saved, what is refused, and that nobody else's is touched."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from slas.actions import profile
from slas.errors import Refused
from slas.models import User
from tests.factories import House, UserFactory

ENTERED = {
    "language": "de",
    "zone": "Europe/London",
    "absent_from_on": "2026-12-01",
    "absent_to_on": "2026-12-08",
    "notices": ["new", "answered"],
}


@pytest.fixture
def mira(house: House, client: Client) -> User:
    """The product owner, signed in."""
    client.force_login(house.mira)
    return house.mira


def kept(person: User) -> tuple[object, ...]:
    """What the profile stores of this person."""
    person.refresh_from_db()
    return (
        person.language,
        person.zone,
        person.absent_from_on,
        person.absent_to_on,
        person.deputy,
        person.muted_notices,
    )


def test_profile_asks_to_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/profile/").headers["Location"] == "/accounts/login/?next=/profile/"


def test_profile_is_saved_as_entered(client: Client, mira: User, house: House) -> None:
    answer = client.post("/profile/", {**ENTERED, "deputy": house.olaf.pk})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/profile/")
    assert kept(mira) == (
        "de",
        "Europe/London",
        date(2026, 12, 1),
        date(2026, 12, 8),
        house.olaf,
        ["assigned", "settled", "maintenance", "outage", "credits"],
    )


def test_profile_is_shown_in_the_new_language_afterwards(client: Client, mira: User) -> None:
    client.post("/profile/", ENTERED)

    assert '<html lang="de">' in client.get("/profile/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("zone", "Europe/Atlantis", "“Europe/Atlantis” is no time zone"),
        ("zone", "../../etc/passwd", "is no time zone"),
        ("language", "fr", "Select a valid choice"),
        ("absent_to_on", "2026-12-01", "The first day back comes after the first day away."),
        ("absent_from_on", "", "Say from which day you are away, too."),
        ("absent_from_on", "soon", "Enter a valid date."),
        ("deputy", "999999", "Select a valid choice"),
        ("notices", "escalations", "Select a valid choice"),
    ],
)
def test_profile_says_beside_the_field_what_is_wrong_and_keeps_the_rest(
    client: Client, mira: User, field: str, value: str, said: str
) -> None:
    before = kept(mira)

    answer = client.post("/profile/", {**ENTERED, field: value})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert f'id="id_{field}_error"' in page
    assert kept(mira) == before


def test_person_is_not_offered_as_their_own_deputy(client: Client, mira: User) -> None:
    answer = client.post("/profile/", {**ENTERED, "deputy": mira.pk})

    assert answer.status_code == 400
    assert f'<option value="{mira.pk}"' not in answer.content.decode()


def entered(deputy: User | None = None, since: date | None = None, until: date | None = None) -> profile.Profile:
    """A profile with one thing in it."""
    return profile.Profile("en", "UTC", deputy, absent_from_on=since, absent_to_on=until, muted_notices=())


def test_nobody_changes_the_profile_of_somebody_else(house: House) -> None:
    with pytest.raises(PermissionDenied):
        profile.change(house.mira, by=house.adam, profile=entered())


def test_switched_off_account_is_no_deputy(house: House) -> None:
    gone = UserFactory(name="Gone Girl", is_active=False)

    with pytest.raises(Refused, match=r"^Gone Girl has no active account\. Choose another deputy\.$"):
        profile.change(house.mira, by=house.mira, profile=entered(deputy=gone))


def test_return_without_departure_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="from which day"):
        profile.change(house.mira, by=house.mira, profile=entered(until=date(2026, 12, 1)))


def test_saving_twice_leaves_the_same_row(house: House) -> None:
    first = profile.change(house.mira, by=house.mira, profile=entered(deputy=house.olaf))
    again = profile.change(house.mira, by=house.mira, profile=entered(deputy=house.olaf))

    assert kept(first) == kept(again) == ("en", "UTC", None, None, house.olaf, [])
