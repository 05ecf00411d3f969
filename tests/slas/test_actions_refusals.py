"""Every refusal of an action in its whole sentence, and that it left nothing behind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from slas.actions import agreements, calendars, parties, products, profile, rows
from slas.actions.profile import Profile
from slas.errors import Refused
from slas.models import Agreement, FallbackPerson, Product, Revision, Team, User
from slas.queries.schedules import Schedule, schedule_of
from slas.queries.wordings import DefinitionWording, StepWording, TargetWording, Wording, wording_of
from tests.factories import (
    IN_FORCE_FROM,
    OFFICE_WEEK,
    CalendarFactory,
    House,
    ProductFactory,
    TeamFactory,
    UserFactory,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OFFICE = Schedule("Europe/Berlin", {day: tuple(hours) for day, hours in OFFICE_WEEK.items()})
PLAIN = Profile("en", "Europe/Berlin", None, absent_from_on=None, absent_to_on=None, muted_notices=())


@pytest.fixture(autouse=True)
def english_in_berlin() -> Iterator[None]:
    """A reader of English who lives in Berlin."""
    with translation.override("en"), timezone.override("Europe/Berlin"):
        yield


def sentence(deed: Callable[[], object]) -> str:
    """What the person is told; every row is as it was."""
    before = everything()
    with pytest.raises(Refused) as refusal:
        deed()
    assert everything() == before
    return str(refusal.value)


def everything() -> list[object]:
    """Every row that these actions write."""
    tables = (User, Team, Product, Agreement, Revision, FallbackPerson)
    return [
        *(list(table._default_manager.order_by("pk").values()) for table in tables),
        list(Team.members.through.objects.order_by("pk").values()),
        list(Product.deputies.through.objects.order_by("pk").values()),
    ]


def words(house: House, **changes: object) -> Wording:
    """The words of the house with changes."""
    return replace(wording_of(house.revision), **changes)  # type: ignore[arg-type]  # each field has its own type


def drafted(house: House, *, start: datetime = NOW, **changes: object) -> Revision:
    """The next revision of the house, as a draft."""
    return agreements.draft(
        house.agreement, wording=words(house, **changes), in_force_from=start, by=house.vera, now=NOW
    )


def published(house: House, start: datetime) -> Revision:
    """The next revision of the house, signed by both sides."""
    draft = drafted(house, start=start)
    agreements.sign_as_provider(draft, by=house.holger, now=NOW)
    return agreements.sign_as_customer(draft, by=house.mira, now=NOW)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "x" * 201}, "title: Ensure this value has at most 200 characters (it has 201)."),
        ({"provider": ""}, "provider: This field cannot be blank."),
        ({"customer": ""}, "customer: This field cannot be blank."),
        ({"relation": "friends"}, "relation: Value 'friends' is not a valid choice."),
        ({"language": "fr"}, "language: Value 'fr' is not a valid choice."),
        ({"zone": ""}, "time zone: This field cannot be blank."),
        ({"review_every_weeks": 53}, "Constraint “revision_review_weeks_1_to_52” is violated."),
        ({"review_every_weeks": -1}, "review every … weeks: Ensure this value is greater than or equal to 0."),
        ({"targets": ()}, "An agreement without a target promises nothing. Add at least one."),
        (
            {"targets": (TargetWording("P1", "response", HOUR, "Büro Hamburg", attainment=Decimal("100.5")),)},
            "attainment: Ensure this value is less than or equal to 100.",
        ),
        (
            {"targets": (TargetWording("P1", "response", HOUR, "Büro Hamburg", attainment=Decimal("0.5")),)},
            "attainment: Ensure this value is greater than or equal to 1.",
        ),
        (
            {"targets": (TargetWording("P1", "answer", HOUR, "Büro Hamburg"),)},
            "timer: Value 'answer' is not a valid choice.",
        ),
        (
            {"targets": (TargetWording("P9", "response", HOUR, "Büro Hamburg"),)},
            "priority: Value 'P9' is not a valid choice.",
        ),
        (
            {"targets": (TargetWording("P1", "response", HOUR, "Büro Hamburg", "hope"),)},
            "kind: Value 'hope' is not a valid choice.",
        ),
        (
            {"targets": (TargetWording("P1", "response", -HOUR, "Büro Hamburg"),)},
            "allowance: The time must be longer than nothing.",
        ),
        ({"targets": (TargetWording("P1", "response", HOUR, "Leer"),)}, "There is no calendar named “Leer”."),
        (
            {"definitions": {"P1": DefinitionWording("x" * 501)}},
            "means: Ensure this value has at most 500 characters (it has 501).",
        ),
        ({"definitions": {"P1": DefinitionWording("")}}, "means: This field cannot be blank."),
        (
            {"definitions": {"P1": DefinitionWording("x", ("y" * 501,))}},
            "examples: Item 1 in the array did not validate: "
            "Ensure this value has at most 500 characters (it has 501).",
        ),
        (
            {"definitions": {"P1": DefinitionWording("x", (), "y" * 201)}},
            "may be set by: Ensure this value has at most 200 characters (it has 201).",
        ),
        (
            {"steps": (StepWording("answer", ("team",), at_percent=50),)},
            "timer: Value 'answer' is not a valid choice.",
        ),
        (
            {"steps": (StepWording("response", ("team",), at_percent=50, at_offset=HOUR),)},
            "A step comes at a percentage of the time, or at minutes before or after the deadline.",
        ),
        (
            {"steps": (StepWording("response", ("team",), at_percent=1001),)},
            "A step comes between 1 and 1000 percent of the time.",
        ),
        (
            {"steps": (StepWording("response", ("team",), at_percent=50, repeat=HOUR),)},
            "A step that repeats needs both: the time between repeats and how many there are at most.",
        ),
        (
            {"steps": (StepWording("response", ("team", "king"), at_percent=50),)},
            "“king” is no role of the ladder.",
        ),
        ({"steps": (StepWording("response", ("person:",), at_percent=50),)}, "Nobody is known as “”."),
        ({"participants": ("ghost", "mira")}, "Nobody is known as “ghost”."),
        ({"reopen_within": -HOUR}, "The time in which a ticket can be reopened cannot be negative."),
    ],
)
def test_words_that_cannot_be_promised(house: House, changes: dict[str, object], said: str) -> None:
    CalendarFactory(name="Leer")

    assert sentence(lambda: drafted(house, **changes)) == said


def test_a_draft_that_is_changed_badly_keeps_its_words_and_its_signature(house: House) -> None:
    draft = drafted(house)
    agreements.sign_as_provider(draft, by=house.holger, now=NOW)

    said = sentence(
        lambda: agreements.change(draft, wording=words(house, title=""), in_force_from=NOW, by=house.vera, now=NOW)
    )

    assert said == "title: This field cannot be blank."
    found = Revision.objects.get(pk=draft.pk)
    assert (found.title, found.provider_signed_by, found.targets.count()) == ("Running the till", house.holger, 7)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Revision 1 was agreed until 1 Dec 2026, 10:00. Let the new one start then, or later."),
        ("de", None),
    ],
)
def test_a_start_before_an_agreed_end_is_refused_with_that_end(house: House, language: str, said: str | None) -> None:
    agreements.retire(house.revision, by=house.vera, now=NOW, at=NOW + 9 * DAY)
    draft = drafted(house, start=NOW + DAY)
    agreements.sign_as_provider(draft, by=house.holger, now=NOW)

    with translation.override(language):
        found = sentence(lambda: agreements.sign_as_customer(draft, by=house.mira, now=NOW))

    assert "1" in found
    assert "10:00" in found or "10 a.m." in found
    assert found.startswith("Revision 1 was agreed until" if language == "en" else "Fassung 1")


def test_a_start_at_an_agreed_end_is_in_order(house: House) -> None:
    agreements.retire(house.revision, by=house.vera, now=NOW, at=NOW + 9 * DAY)

    second = published(house, NOW + 9 * DAY)

    assert (second.in_force_from, second.in_force_to) == (NOW + 9 * DAY, None)


@pytest.mark.parametrize(
    ("starts", "periods"),
    [
        ([1], [(None, 1), (1, None)]),
        ([1, 1], [(None, 1), (1, 1), (1, None)]),
        ([0, 0, 0], [(None, 0), (0, 0), (0, 0), (0, None)]),
        ([2, 5], [(None, 2), (2, 5), (5, None)]),
        ([-300], [(None, 0), (0, None)]),
    ],
)
def test_each_successor_ends_the_one_before_and_never_reaches_back(
    house: House, starts: list[int], periods: list[tuple[int | None, int | None]]
) -> None:
    for start in starts:
        published(house, NOW + start * DAY)

    found = Revision.objects.filter(agreement=house.agreement).order_by("number")
    days = {IN_FORCE_FROM: None, None: None, **{NOW + day * DAY: day for day in range(9)}}
    assert [(days[row.in_force_from], days[row.in_force_to]) for row in found] == periods


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (
            lambda h: parties.create_person(username="JANA", name="x", email="x@example.test", by=h.vera, now=NOW),
            "There is already somebody known as “JANA”.",
        ),
        (
            lambda h: parties.create_person(username="a b", name="x", email="x@example.test", by=h.vera, now=NOW),
            "username: Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
        ),
        (
            lambda h: parties.create_person(username="x", name="", email="x@example.test", by=h.vera, now=NOW),
            "name: This field cannot be blank.",
        ),
        (
            lambda h: parties.create_person(username="x", name="x", email="x", by=h.vera, now=NOW),
            "e-mail: Enter a valid email address.",
        ),
        (
            lambda h: parties.create_person(username="x", name="x", email="Vera@EXAMPLE.test", by=h.vera, now=NOW),
            "Another person already has the address Vera@EXAMPLE.test.",
        ),
        (
            lambda h: parties.change_person(h.jana, by=h.vera, now=NOW, zone="Mars/Base"),
            "time zone: “Mars/Base” is no time zone, such as Europe/Berlin.",
        ),
        (
            lambda h: parties.change_person(h.jana, by=h.vera, now=NOW, roles=["king"]),
            "roles: Item 1 in the array did not validate: Value 'king' is not a valid choice.",
        ),
        (
            lambda h: parties.change_person(h.jana, by=h.vera, now=NOW, absent_to_on=date(2026, 12, 1)),
            "Constraint “user_absence_in_order” is violated.",
        ),
        (
            lambda h: parties.change_person(h.doris, by=h.vera, now=NOW, manager=h.jana),
            "Jana Petersen reports to Doris Lang already; a reporting line cannot run in a circle.",
        ),
        (
            lambda h: parties.change_person(h.vera, by=h.vera, now=NOW, is_active=False),
            "Vera Blum is told when nobody else can be. Name somebody else first.",
        ),
        (
            lambda h: parties.change_person(h.holger, by=h.vera, now=NOW, is_active=False),
            "Holger Brandt leads a team. Give it another lead first.",
        ),
        (
            lambda h: parties.change_person(h.mira, by=h.vera, now=NOW, is_active=False),
            "Mira Aydin owns a product. Give it another owner first.",
        ),
        (
            lambda h: parties.set_fallback([], by=h.vera, now=NOW),
            "Somebody must be told when nobody else can be. Name at least one person.",
        ),
        (
            lambda h: products.create_team(slug="kassenteam", name="x", lead=h.jana, by=h.vera, now=NOW),
            "There is already a team named “kassenteam”. Choose another name.",
        ),
        (
            lambda h: products.create_team(slug="a b", name="x", lead=h.jana, by=h.vera, now=NOW),
            "short name: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        (
            lambda h: products.change_team(h.team, by=h.vera, now=NOW, name=""),
            "name: This field cannot be blank.",
        ),
        (
            lambda h: products.create_product(slug="kasse", name="x", team=h.team, owner=h.mira, by=h.vera, now=NOW),
            "There is already a product named “kasse”. Choose another name.",
        ),
        (
            lambda h: products.change_product(h.product, by=h.vera, now=NOW, public_promise="x" * 501),
            "what we tell customers: Ensure this value has at most 500 characters (it has 501).",
        ),
        (
            lambda h: products.change_product(h.product, by=h.vera, now=NOW, tier=7),
            "Constraint “product_tier_1_to_4” is violated.",
        ),
        (
            lambda h: calendars.create(name="", schedule=OFFICE, by=h.vera, now=NOW),
            "name: This field cannot be blank.",
        ),
        (
            lambda h: calendars.revise(h.office, schedule=replace(OFFICE, week={}), by=h.vera, now=NOW),
            "This calendar never opens. Give at least one weekday its hours.",
        ),
        (
            lambda h: profile.change(h.mira, by=h.mira, profile=replace(PLAIN, absent_to_on=date(2026, 12, 1))),
            "Say from which day you are away, too.",
        ),
    ],
)
def test_a_refusal_is_one_whole_sentence(house: House, deed: Callable[[House], object], said: str) -> None:
    assert sentence(lambda: deed(house)) == said


@pytest.mark.parametrize("roles", [["administrator"], ["administrator", "auditor"]])
def test_a_service_level_manager_makes_no_administrator_and_unmakes_none(house: House, roles: list[str]) -> None:
    with pytest.raises(PermissionDenied):
        parties.change_person(house.vera, by=house.vera, now=NOW, roles=roles)
    with pytest.raises(PermissionDenied):
        parties.change_person(house.adam, by=house.vera, now=NOW, roles=[])

    parties.change_person(house.jana, by=house.adam, now=NOW, roles=roles)
    parties.change_person(house.adam, by=house.adam, now=NOW, roles=[])

    assert User.objects.get(pk=house.jana.pk).is_staff
    assert not User.objects.get(pk=house.adam.pk).is_staff


@pytest.mark.parametrize(
    "deed",
    [
        lambda h: parties.change_person(h.jana, by=h.vera, now=NOW, name="Jana Lang", roles=["auditor", "auditor"]),
        lambda h: parties.set_fallback([h.jana, h.vera, h.jana], by=h.vera, now=NOW),
        lambda h: products.change_team(h.team, by=h.vera, now=NOW, members=[h.rita, h.rita]),
        lambda h: products.change_product(h.product, by=h.vera, now=NOW, deputies=[], stakeholders=[h.rita]),
        lambda h: calendars.rename(h.office, name="Büro Altona", by=h.vera, now=NOW),
        lambda h: profile.change(h.mira, by=h.mira, profile=replace(PLAIN, muted_notices=("new",))),
    ],
)
def test_a_second_run_leaves_the_same_rows(house: House, deed: Callable[[House], object]) -> None:
    deed(house)
    once = everything()

    deed(house)

    assert everything() == once


def test_a_calendar_revised_to_what_it_says_already_stays_as_it_is(house: House) -> None:
    first = house.office.revisions.get()

    again = calendars.revise(house.office, schedule=schedule_of(first), by=house.vera, now=NOW, reason="nothing")

    assert (again, house.office.revisions.count()) == (first, 1)


def test_somebody_else_being_faster_is_a_sentence_and_the_rest_goes_on(house: House) -> None:
    team = TeamFactory()
    team.slug = "kassenteam"

    said = sentence(lambda: rows.save(team))

    assert said == "short name: Team with this Short name already exists."
    assert ProductFactory(team=house.team, owner=UserFactory()).pk
