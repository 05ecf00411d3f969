"""Rows for tests: people of every role, and a product whose agreement is in force."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory, Password

from slas.models import (
    Agreement,
    Calendar,
    CalendarRevision,
    FallbackPerson,
    PriorityDefinition,
    Product,
    ReviewParticipant,
    Revision,
    Role,
    Step,
    Target,
    Team,
    User,
)

PASSWORD = "Kaffee-um-acht"
IN_FORCE_FROM = datetime(2025, 12, 31, 23, tzinfo=UTC)
OFFICE_WEEK = {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
WHOLE_WEEK = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


class UserFactory(DjangoModelFactory[User]):
    """A person without any role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.test")
    language = "en"
    password = Password(PASSWORD)


class TeamFactory(DjangoModelFactory[Team]):
    """A team with a lead and no members."""

    class Meta:
        model = Team

    slug = factory.Sequence(lambda n: f"team{n}")
    name = factory.Sequence(lambda n: f"Team {n}")
    lead = factory.SubFactory(UserFactory)


class ProductFactory(DjangoModelFactory[Product]):
    """A product everybody sees, without an agreement."""

    class Meta:
        model = Product

    slug = factory.Sequence(lambda n: f"product{n}")
    name = factory.Sequence(lambda n: f"Product {n}")
    team = factory.SubFactory(TeamFactory)
    owner = factory.SubFactory(UserFactory)


class CalendarFactory(DjangoModelFactory[Calendar]):
    """A name without hours; give it a revision."""

    class Meta:
        model = Calendar

    name = factory.Sequence(lambda n: f"Calendar {n}")


class CalendarRevisionFactory(DjangoModelFactory[CalendarRevision]):
    """Office hours Mon-Fri 08:00-18:00 in Berlin, for all time."""

    class Meta:
        model = CalendarRevision

    calendar = factory.SubFactory(CalendarFactory)
    number = factory.LazyAttribute(lambda row: row.calendar.revisions.count() + 1)
    in_force_from = datetime(2000, 1, 1, tzinfo=UTC)
    zone = "Europe/Berlin"
    week = factory.LazyFunction(lambda: dict(OFFICE_WEEK))


class AgreementFactory(DjangoModelFactory[Agreement]):
    """An agreement without a revision."""

    class Meta:
        model = Agreement

    slug = factory.Sequence(lambda n: f"agreement{n}")
    product = factory.SubFactory(ProductFactory)


class RevisionFactory(DjangoModelFactory[Revision]):
    """A draft without targets; `publish` puts it in force."""

    class Meta:
        model = Revision

    agreement = factory.SubFactory(AgreementFactory)
    number = factory.LazyAttribute(lambda row: row.agreement.revisions.count() + 1)
    title = "Running the till"
    provider = "IT operations"
    customer = "Sales"
    in_force_from = IN_FORCE_FROM
    reopen_within = timedelta(hours=120)
    review_rhythms = ["monthly", "quarterly", "yearly"]


class TargetFactory(DjangoModelFactory[Target]):
    """One target of a draft."""

    class Meta:
        model = Target


class StepFactory(DjangoModelFactory[Step]):
    """One rung of a draft's ladder."""

    class Meta:
        model = Step

    position = factory.LazyAttribute(lambda row: row.revision.steps.count() + 1)


@dataclass(frozen=True)
class House:
    """A product in force and everybody around it; `outsider` has nothing to do with it."""

    vera: User  # service level manager, also the fallback
    holger: User  # team lead
    doris: User  # manager above the lead
    jana: User  # team member
    timo: User  # team member
    mira: User  # product owner
    olaf: User  # deputy of the owner
    stella: User  # stakeholder
    rita: User  # reporter, plain user
    anton: User  # auditor
    ida: User  # importer
    adam: User  # administrator
    outsider: User  # lead of another team
    team: Team
    product: Product
    office: Calendar
    clock: Calendar  # round the clock
    agreement: Agreement
    revision: Revision


# (timer, hours or calendar, …): the ladder and targets of agreement_example.yaml.
TARGETS = [
    ("P1", "response", 1, "office", "commitment", 95),
    ("P1", "update", 2, "office", "objective", None),
    ("P1", "resolution", 4, "clock", "objective", 90),
    ("P2", "response", 4, "office", "commitment", 95),
    ("P2", "resolution", 16, "office", "objective", None),
    ("P3", "response", 10, "office", "commitment", 90),
    ("P3", "resolution", 50, "office", "objective", None),
]
LADDER: list[tuple[str, int | None, int | None, list[str], int | None, int]] = [
    ("response", 50, None, ["assignee"], None, 0),
    ("response", 75, None, ["assignee", "team_lead"], None, 0),
    ("response", 100, None, ["manager", "product_owner"], 60, 5),
    ("resolution", 75, None, ["assignee", "team_lead"], None, 0),
    ("resolution", 100, None, ["manager", "product_owner"], 120, 5),
    ("resolution", None, 60, ["managers_manager"], None, 0),
]
MEANINGS = {"P1": "Sales stand still", "P2": "An important part is limited", "P3": "A small fault or a question"}


def fill(revision: Revision, *, office: Calendar, clock: Calendar) -> None:
    """Give a draft the definitions, targets and ladder of the example."""
    named = {"office": office, "clock": clock}
    # Only the first has examples, so that both kinds are seen everywhere.
    examples, set_by = {"P1": ["No till takes money", "Bookings get lost"]}, {"P1": "Branch leads"}
    for priority, means in MEANINGS.items():
        PriorityDefinition.objects.create(
            revision=revision, priority=priority, means=means, examples=examples.get(priority, []),
            set_by=set_by.get(priority, ""),
        )  # fmt: skip
    for priority, kind, hours, calendar, binding, attainment in TARGETS:
        TargetFactory(
            revision=revision,
            priority=priority,
            kind=kind,
            allowance=timedelta(hours=hours),
            calendar=named[calendar],
            binding=binding,
            attainment=None if attainment is None else Decimal(attainment),
        )
    for kind, percent, minutes, audience, repeat, most in LADDER:
        StepFactory(
            revision=revision,
            kind=kind,
            at_percent=percent,
            at_offset=None if minutes is None else timedelta(minutes=minutes),
            audience=audience,
            repeat=None if repeat is None else timedelta(minutes=repeat),
            max_repeats=most,
        )


def publish(revision: Revision, *, provider: User, customer: User, at: datetime | None = None) -> Revision:
    """Sign for both sides and put the revision in force from its own date."""
    moment = at or revision.in_force_from
    revision.provider_signed_by, revision.provider_signed_at = provider, moment
    revision.customer_signed_by, revision.customer_signed_at = customer, moment
    revision.published_at = moment
    revision.save()
    return revision


def agreement_in_force(
    product: Product, *, provider: User, customer: User, office: Calendar, clock: Calendar
) -> Revision:
    """An agreement of the example's terms, in force since New Year 2026."""
    revision = RevisionFactory(agreement=AgreementFactory(product=product, slug=f"{product.slug}-2026"))
    fill(revision, office=office, clock=clock)
    ReviewParticipant.objects.create(revision=revision, person=customer)
    return publish(revision, provider=provider, customer=customer)


def person(username: str, *, name: str = "", manager: User | None = None, roles: tuple[Role, ...] = ()) -> User:
    """A person by name, as in the example file."""
    return UserFactory(username=username, name=name or username.capitalize(), manager=manager, roles=list(roles))


def build_house() -> House:
    """The whole cast with the till in force: the example file, plus one person of every role."""
    vera = person("vera", name="Vera Blum", roles=(Role.SERVICE_LEVEL_MANAGER,))
    doris = person("doris", name="Doris Lang")
    holger = person("holger", name="Holger Brandt", manager=doris)
    jana = person("jana", name="Jana Petersen", manager=holger)
    timo = person("timo", name="Timo Kern", manager=holger)
    mira = person("mira", name="Mira Aydin", manager=doris)
    olaf, stella, rita = person("olaf"), person("stella"), person("rita")
    outsider = person("outsider", name="Otto Außen")
    FallbackPerson.objects.create(person=vera, position=1)
    team = TeamFactory(slug="kassenteam", name="Kassenteam", lead=holger)
    team.members.set([jana, timo])
    TeamFactory(slug="lagerteam", name="Lagerteam", lead=outsider)
    product = ProductFactory(slug="kasse", name="Kasse", team=team, owner=mira)
    product.deputies.set([olaf])
    product.stakeholders.set([stella])
    office, clock = CalendarFactory(name="Büro Hamburg"), CalendarFactory(name="Rund um die Uhr")
    CalendarRevisionFactory(calendar=office)
    CalendarRevisionFactory(calendar=clock, week=WHOLE_WEEK)
    revision = agreement_in_force(product, provider=holger, customer=mira, office=office, clock=clock)
    return House(
        vera=vera,
        holger=holger,
        doris=doris,
        jana=jana,
        timo=timo,
        mira=mira,
        olaf=olaf,
        stella=stella,
        rita=rita,
        anton=person("anton", roles=(Role.AUDITOR,)),
        ida=person("ida", roles=(Role.IMPORTER,)),
        adam=person("adam", roles=(Role.ADMINISTRATOR,)),
        outsider=outsider,
        team=team,
        product=product,
        office=office,
        clock=clock,
        agreement=revision.agreement,
        revision=revision,
    )
