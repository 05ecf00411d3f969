"""The forms of people, teams and products: what they start from, what they refuse beside which field."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from slas.forms.calendars import CalendarForm
from slas.forms.parties import FallbackForm, PersonForm, ProductForm, TeamForm
from slas.forms.profile import ProfileForm, zones
from slas.models import CalendarRevision, Team, User
from slas.queries.schedules import Schedule, schedule_of
from tests.factories import OFFICE_WEEK, CalendarRevisionFactory, House, UserFactory

NORA = {
    "username": "nora",
    "name": "Nora Neu",
    "email": "nora@example.test",
    "language": "de",
    "zone": "Europe/Berlin",
    "is_active": "on",
}
TILL = {"slug": "kiosk", "name": "Kiosk", "tier": "2", "visible_to": "everyone"}
WEEK = dict.fromkeys(OFFICE_WEEK, "08:00-18:00")
HOURS = {**WEEK, "name": "Lager", "zone": "Europe/Berlin", "holidays": "DE-HH"}


def entered(**values: object) -> QueryDict:
    """What a browser sends."""
    found = QueryDict(mutable=True)
    for name, value in values.items():
        found.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return found


def errors(form: forms.Form) -> dict[str, list[str]]:
    """What stands beside which field."""
    with translation.override("en"):
        form.is_valid()
        return {name: list(said) for name, said in form.errors.items()}


def shown(form: forms.Form) -> dict[str, object]:
    """What stands in the fields of a form."""
    return {name: form[name].value() for name in form.fields}


def test_a_new_person_is_read_whole(house: House) -> None:
    form = PersonForm(
        entered(
            **NORA,
            manager=house.holger.pk,
            deputy=house.jana.pk,
            roles=["auditor", "importer"],
            absent_from_on="2026-12-01",
            absent_to_on="2026-12-08",
        )
    )

    assert errors(form) == {}
    assert form.cleaned_data == {
        "username": "nora",
        "name": "Nora Neu",
        "email": "nora@example.test",
        "language": "de",
        "zone": "Europe/Berlin",
        "manager": house.holger,
        "roles": ["auditor", "importer"],
        "deputy": house.jana,
        "absent_from_on": date(2026, 12, 1),
        "absent_to_on": date(2026, 12, 8),
        "is_active": True,
    }


def test_a_stored_person_is_shown_whole_and_keeps_the_username(house: House) -> None:
    house.jana.roles, house.jana.deputy = ["auditor"], house.timo
    house.jana.absent_from_on = date(2026, 12, 1)
    house.jana.save()

    assert shown(PersonForm(row=house.jana)) == {
        "name": "Jana Petersen",
        "email": "jana@example.test",
        "language": "en",
        "zone": "Europe/Berlin",
        "manager": house.holger.pk,
        "roles": ["auditor"],
        "deputy": house.timo.pk,
        "absent_from_on": date(2026, 12, 1),
        "absent_to_on": None,
        "is_active": True,
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"username": ""}, {"username": ["This field is required."]}),
        (
            {"username": "nora neu"},
            {"username": ["Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]},
        ),
        ({"username": "x" * 151}, {"username": ["Ensure this value has at most 150 characters (it has 151)."]}),
        ({"name": ""}, {"name": ["This field is required."]}),
        ({"name": "x" * 201}, {"name": ["Ensure this value has at most 200 characters (it has 201)."]}),
        ({"email": ""}, {"email": ["This field is required."]}),
        ({"email": "nora"}, {"email": ["Enter a valid email address."]}),
        ({"email": "a@b.c\nBcc: x@y.z"}, {"email": ["Enter a valid email address."]}),
        ({"language": "fr"}, {"language": ["Select a valid choice. fr is not one of the available choices."]}),
        ({"zone": "Berlin"}, {"zone": ["“Berlin” is no time zone, such as Europe/Berlin."]}),
        ({"zone": ""}, {"zone": ["This field is required."]}),
        ({"roles": ["king"]}, {"roles": ["Select a valid choice. king is not one of the available choices."]}),
        (
            {"manager": "999999"},
            {"manager": ["Select a valid choice. That choice is not one of the available choices."]},
        ),
        ({"deputy": "x"}, {"deputy": ["Select a valid choice. That choice is not one of the available choices."]}),
        ({"absent_from_on": "soon"}, {"absent_from_on": ["Enter a valid date."]}),
        (
            {"absent_to_on": "2026-12-08"},
            {"absent_from_on": ["Say from which day the person is away, too."]},
        ),
        (
            {"absent_from_on": "2026-12-08", "absent_to_on": "2026-12-08"},
            {"absent_to_on": ["The first day back comes after the first day away."]},
        ),
        (
            {"absent_from_on": "soon", "absent_to_on": "2026-12-08"},
            {"absent_from_on": ["Enter a valid date."]},
        ),
    ],
)
def test_what_is_wrong_with_a_person(house: House, changes: dict[str, object], found: dict[str, list[str]]) -> None:
    assert errors(PersonForm(entered(**{**NORA, **changes}))) == found


def test_people_who_left_are_not_offered(house: House) -> None:
    gone = UserFactory(name="Gone Girl", is_active=False)
    for form, field in ((PersonForm(), "manager"), (TeamForm(), "members"), (ProductForm(), "owner")):
        offered = form.fields[field]
        assert isinstance(offered, forms.ModelChoiceField)
        assert gone not in offered.queryset
        assert house.jana in offered.queryset


def test_a_team_is_read_and_shown(house: House) -> None:
    form = TeamForm(entered(slug="neu", name="Neu", lead=house.doris.pk, members=[house.jana.pk, house.timo.pk]))

    assert errors(form) == {}
    assert {**form.cleaned_data, "members": set(form.cleaned_data["members"])} == {
        "slug": "neu",
        "name": "Neu",
        "lead": house.doris,
        "members": {house.jana, house.timo},
    }
    stored = shown(TeamForm(row=house.team))
    assert (stored["name"], stored["lead"], set(stored["members"])) == (  # type: ignore[call-overload]  # a list of keys
        "Kassenteam",
        house.holger.pk,
        {house.jana.pk, house.timo.pk},
    )
    assert "slug" not in stored


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "mit Leerzeichen"}, "slug"),
        ({"name": ""}, "name"),
        ({"lead": ""}, "lead"),
        ({"members": "x"}, "members"),
    ],
)
def test_what_is_wrong_with_a_team(house: House, changes: dict[str, object], field: str) -> None:
    form = TeamForm(entered(**{"slug": "neu", "name": "Neu", "lead": house.doris.pk, **changes}))

    assert list(errors(form)) == [field]
    assert Team.objects.count() == 2


def test_a_product_is_read_and_shown(house: House) -> None:
    form = ProductForm(
        entered(
            **TILL,
            team=house.team.pk,
            owner=house.mira.pk,
            deputies=[house.olaf.pk],
            stakeholders=[house.stella.pk, house.rita.pk],
            public_promise="Immer da",
        )
    )

    assert errors(form) == {}
    said = form.cleaned_data
    assert (said["team"], said["owner"], list(said["deputies"]), set(said["stakeholders"]), said["tier"]) == (
        house.team,
        house.mira,
        [house.olaf],
        {house.stella, house.rita},
        2,
    )
    assert shown(ProductForm(row=house.product)) == {
        "name": "Kasse",
        "team": house.team.pk,
        "owner": house.mira.pk,
        "deputies": [house.olaf.pk],
        "stakeholders": [house.stella.pk],
        "tier": 3,
        "visible_to": "everyone",
        "public_promise": "",
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"tier": "0"}, {"tier": ["Ensure this value is greater than or equal to 1."]}),
        ({"tier": "5"}, {"tier": ["Ensure this value is less than or equal to 4."]}),
        ({"tier": "gold"}, {"tier": ["Enter a whole number."]}),
        (
            {"visible_to": "nobody"},
            {"visible_to": ["Select a valid choice. nobody is not one of the available choices."]},
        ),
        ({"team": ""}, {"team": ["This field is required."]}),
        ({"owner": ""}, {"owner": ["This field is required."]}),
        (
            {"public_promise": "x" * 501},
            {"public_promise": ["Ensure this value has at most 500 characters (it has 501)."]},
        ),
    ],
)
def test_what_is_wrong_with_a_product(house: House, changes: dict[str, object], found: dict[str, list[str]]) -> None:
    sent = {**TILL, "team": house.team.pk, "owner": house.mira.pk, **changes}

    assert errors(ProductForm(entered(**sent))) == found


def test_the_fallback_starts_from_the_order_that_counts(house: House) -> None:
    form = FallbackForm(None, people=[house.vera, house.jana])

    assert shown(form) == {"first": house.vera.pk, "second": house.jana.pk, "third": None}


@pytest.mark.parametrize(
    ("chosen", "order"),
    [(["vera"], ["vera"]), (["jana", "vera"], ["jana", "vera"]), (["jana", "", "vera"], ["jana", "vera"])],
)
def test_the_fallback_is_the_people_chosen_in_their_order(house: House, chosen: list[str], order: list[str]) -> None:
    keys = [User.objects.get(username=name).pk if name else "" for name in chosen]
    form = FallbackForm(entered(**dict(zip(("first", "second", "third"), keys, strict=False))), people=[])

    assert errors(form) == {}
    assert [person.username for person in form.order()] == order


def test_the_fallback_needs_somebody(house: House) -> None:
    assert errors(FallbackForm(entered(second=house.vera.pk), people=[])) == {"first": ["This field is required."]}


def test_a_calendar_survives_being_shown_and_sent_back(db: None) -> None:
    row: CalendarRevision = CalendarRevisionFactory(
        week={"mon": ["08:00-12:00", "13:00-17:00"], "sun": ["00:00-24:00"]},
        holidays="DE-BY+catholic",
        closed=["2026-12-24", "2026-12-31"],
        special={"2026-12-30": ["08:00-12:00"], "2026-12-29": []},
    )
    fields = shown(CalendarForm(stored=row))

    form = CalendarForm(entered(**{**fields, "in_force_from": "", "reason": "why"}), stored=row)

    assert errors(form) == {}
    assert form.schedule() == schedule_of(row)
    assert form.start() is None


def test_a_new_calendar_asks_for_its_name_and_an_old_one_for_the_reason(db: None) -> None:
    new, old = CalendarForm(), CalendarForm(stored=CalendarRevisionFactory())

    assert {"name"} == set(new.fields) - set(old.fields)
    assert {"in_force_from", "reason"} == set(old.fields) - set(new.fields)
    with translation.override("en"):
        assert [str(bound.label) for bound in new.week] == [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ]


def test_a_calendar_says_what_was_entered(db: None) -> None:
    form = CalendarForm(entered(**HOURS, sat="9:00 - 12:00", closed="2026-12-24", special="2026-12-31: 08:00-12:00"))

    assert errors(form) == {}
    assert form.schedule() == Schedule(
        zone="Europe/Berlin",
        week={**dict.fromkeys(WEEK, ("08:00-18:00",)), "sat": ("9:00-12:00",)},
        holidays="DE-HH",
        closed=(date(2026, 12, 24),),
        special={date(2026, 12, 31): ("08:00-12:00",)},
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"holidays": ""}, "holidays"),
        ({"holidays": "x" * 21}, "holidays"),
        ({"closed": "Heiligabend"}, "closed"),
        ({"special": "Silvester: 08:00-12:00"}, "special"),
    ],
)
def test_what_is_wrong_with_a_calendar(db: None, changes: dict[str, object], field: str) -> None:
    assert list(errors(CalendarForm(entered(**{**HOURS, **changes})))) == [field]


def test_the_zones_on_offer_are_places_and_no_aliases() -> None:
    found = zones()

    assert found == sorted(set(found))
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(found)
    assert [zone for zone in found if "/" not in zone or zone.startswith("Etc/")] == []


def test_a_profile_starts_from_the_person_and_is_read_back(house: House) -> None:
    house.mira.muted_notices = ["new"]
    form = ProfileForm(person=house.mira)
    fields = {name: value for name, value in shown(form).items() if value is not None}

    again = ProfileForm(entered(**fields), person=house.mira)

    assert errors(again) == {}
    said = again.profile()
    assert (said.language, said.zone, said.deputy, said.absent_from_on, said.muted_notices) == (
        "en",
        "Europe/Berlin",
        None,
        None,
        ("new",),
    )
