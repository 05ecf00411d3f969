"""The database itself refuses to change what was published or written as evidence, whoever asks."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from incidents.actions import credits
from incidents.actions.certificates import sign
from incidents.models import (
    Breach,
    Certificate,
    Credit,
    CreditEvent,
    Escalation,
    Event,
    Maintenance,
    MaintenanceEvent,
    Pause,
    Ticket,
    TimeEntry,
    Timer,
)
from slas.clock import Span
from slas.models import (
    Attempt,
    AvailabilityPromise,
    CalendarRevision,
    CreditBand,
    CreditPromise,
    Notice,
    PriorityDefinition,
    ReviewParticipant,
    Revision,
    Target,
)
from tests.factories import (
    IN_FORCE_FROM,
    AgreementFactory,
    House,
    ProductFactory,
    RevisionFactory,
    fill,
    publish,
)
from tests.incidents.shop import build_shop
from tests.incidents.windows import announced

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
JULY = datetime(2026, 7, 10, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def records(house: House) -> dict[str, Model]:
    """One row of every kind of evidence."""
    ticket = Ticket.objects.create(
        product=house.product,
        revision=house.revision,
        title="Till stands still",
        priority="P1",
        reporter=house.rita,
        team=house.team,
        opened_at=NOW,
        updated_at=NOW,
    )
    hours = CalendarRevision.objects.get(calendar=house.office)
    timer = Timer.objects.create(
        ticket=ticket,
        kind="response",
        calendar=hours,
        allowance=HOUR,
        started_at=NOW,
        reckoned_at=NOW,
        cycle_started_at=NOW,
    )
    step = house.revision.steps.order_by("position")[0]
    work = announced(house.product, by=house.jana, now=NOW, window=Span(NOW + HOUR, NOW + 2 * HOUR))
    notice = Notice.objects.create(
        key="T-1:response:1", message_id="<1@zusage>", kind="new", recipient=house.jana, context={}, created_at=NOW
    )
    return {
        "ticket": ticket,
        "timer": timer,
        "event": Event.objects.create(ticket=ticket, at=NOW, kind="opened", actor=house.rita),
        "pause": Pause.objects.create(ticket=ticket, reason="supplier", started_at=NOW, ended_at=NOW + HOUR),
        "time entry": TimeEntry.objects.create(ticket=ticket, person=house.jana, minutes=5, at=NOW),
        "escalation": Escalation.objects.create(
            ticket=ticket, timer=timer, cycle=1, step=step, position=1, due_at=NOW, fired_at=NOW
        ),
        "breach": Breach.objects.create(
            ticket=ticket, timer=timer, kind="response", cycle=1, due_at=NOW, recorded_at=NOW
        ),
        "notice": notice,
        "attempt": Attempt.objects.create(
            notice=notice, at=NOW, address="jana@example.test", code=250, is_accepted=True
        ),
        "revision": house.revision,
        "calendar revision": hours,
        "target": Target.objects.filter(revision=house.revision)[0],
        "step": step,
        "definition": PriorityDefinition.objects.filter(revision=house.revision)[0],
        "participant": ReviewParticipant.objects.get(revision=house.revision),
        **_published_month(house),
        "maintenance": work,
        "maintenance event": MaintenanceEvent.objects.latest("pk"),
        "maintenance product": Maintenance.products.through.objects.get(maintenance=work),
        **_certified_month(house),
    }


def _certified_month(house: House) -> dict[str, Model]:
    shop = build_shop(house)
    shop.down()
    certificate = shop.certified()
    return {
        "certificate": sign(certificate, by=house.holger, now=NOW, side="provider"),
        "credit of a month": shop.credit(),
        "credit event": CreditEvent.objects.get(),
    }


def _published_month(house: House) -> dict[str, Model]:
    """What a published revision promises about its months."""
    revision = RevisionFactory(agreement=AgreementFactory(product=ProductFactory(team=house.team, owner=house.mira)))
    fill(revision, office=house.office, clock=house.clock)
    month: dict[str, Model] = {
        "availability": AvailabilityPromise.objects.create(revision=revision, target=Decimal("99.5")),
        "credit": CreditPromise.objects.create(revision=revision, kind="bands"),
        "band": CreditBand.objects.create(revision=revision, upper=99, percent=Decimal(10)),
    }
    publish(revision, provider=house.holger, customer=house.mira)
    return month


@pytest.fixture
def as_application(records: dict[str, Model]) -> Iterator[None]:
    """The role as which web, worker and ticker run, until the test's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ROLE zusage_app")
        yield
        cursor.execute("RESET ROLE")


def refused(sql: str) -> str:
    """The database's words about a statement it does not carry out."""
    with pytest.raises(DatabaseError) as wrong, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(wrong.value).splitlines()[0]


CHANGES: list[tuple[str, dict[str, object]]] = [
    ("ticket", {"number": "T-1"}),
    ("ticket", {"opened_at": NOW - HOUR}),
    ("ticket", {"is_history": True}),
    ("event", {"text": "nothing happened"}),
    ("event", {"at": NOW - HOUR}),
    ("pause", {"started_at": NOW - HOUR}),
    ("pause", {"ended_at": None}),
    ("time entry", {"minutes": 500}),
    ("escalation", {"fired_at": NOW + HOUR}),
    ("breach", {"due_at": NOW + HOUR}),
    ("breach", {"kind": "update"}),
    ("notice", {"context": {"other": "facts"}}),
    ("notice", {"key": "T-2"}),
    ("attempt", {"code": 550}),
    ("attempt", {"is_accepted": False}),
    ("revision", {"title": "Other words"}),
    ("revision", {"in_force_from": NOW}),
    ("revision", {"published_at": None}),
    ("revision", {"glossary": {"Reaktion": "never"}}),
    ("revision", {"provider_signed_by": None, "provider_signed_at": None}),
    ("calendar revision", {"week": {}}),
    ("calendar revision", {"holiday_dates": {"2026-11-23": "A feast"}}),
    ("calendar revision", {"in_force_from": NOW}),
    ("target", {"allowance": 9 * HOUR}),
    ("target", {"binding": "objective"}),
    ("step", {"audience": ["team"]}),
    ("definition", {"means": "anything"}),
    ("maintenance", {"announced_at": NOW - HOUR}),
    ("maintenance", {"announced_at": None}),
    ("maintenance", {"is_emergency": True}),
    ("maintenance", {"created_at": NOW - HOUR}),
    ("maintenance event", {"at": NOW - HOUR}),
    ("maintenance event", {"facts": {}, "kind": "ended"}),
    ("maintenance product", {"product_id": 0}),
    ("availability", {"target": Decimal(90)}),
    ("availability", {"monthly_cap": HOUR}),
    ("credit", {"monthly_fee": 1}),
    ("credit", {"cap": 50}),
    ("band", {"percent": 5}),
]
CHANGES += [
    ("certificate", {"figures": {"kept": True}}),
    ("certificate", {"evidence": {}}),
    ("certificate", {"evidence_hash": "0" * 64}),
    ("certificate", {"month": date(2026, 5, 1)}),
    ("certificate", {"number": 2, "reason": "Better."}),
    ("certificate", {"drawn_up_at": NOW}),
    ("certificate", {"provider_signed_at": NOW + HOUR}),
    ("certificate", {"provider_signed_at": None, "provider_signed_by": None}),
    ("credit of a month", {"month": date(2026, 5, 1)}),
    ("credit of a month", {"proposed_at": NOW}),
    ("credit event", {"facts": {"amount": "9999.00"}}),
    ("credit event", {"actor": None, "at": NOW}),
]
KEPT = (
    "certificate",
    "credit of a month",
    "credit event",
    "ticket",
    "timer",
    "event",
    "pause",
    "time entry",
    "escalation",
    "breach",
    "notice",
    "attempt",
    "revision",
    "calendar revision",
    "target",
    "step",
    "definition",
    "participant",
    "availability",
    "credit",
    "band",
    "maintenance",
    "maintenance event",
    "maintenance product",
)


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[f"{name} {', '.join(change)}" for name, change in CHANGES])
def test_the_orm_cannot_change_it(
    records: dict[str, Model], as_application: None, name: str, change: dict[str, object]
) -> None:
    rows = type(records[name])._default_manager.filter(pk=records[name].pk)
    before = rows.values().get()

    with pytest.raises(IntegrityError, match=r"evidence|published|keeps|stays|only be"), transaction.atomic():
        rows.update(**change)

    assert rows.values().get() == before


@pytest.mark.parametrize("name", KEPT)
def test_nothing_deletes_it(records: dict[str, Model], as_application: None, name: str) -> None:
    row = records[name]

    said = refused(f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}")

    assert re.search("evidence|published|keeps|stays|only be", said)
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", KEPT)
def test_the_application_empties_no_table_and_switches_no_trigger_off(
    records: dict[str, Model], as_application: None, name: str
) -> None:
    table = records[name]._meta.db_table

    assert refused(f"TRUNCATE {table} CASCADE") == f"permission denied for table {table}"
    assert refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL") == f"must be owner of table {table}"
    assert refused(f"DROP TABLE {table}") == f"must be owner of table {table}"
    assert refused(f"CREATE RULE silent AS ON UPDATE TO {table} DO INSTEAD NOTHING").startswith("must be owner")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SET session_replication_role = replica", "permission denied to set parameter"),
        ("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''", "permission|must be owner"),
        ("DROP FUNCTION refuse_change() CASCADE", "must be owner of function refuse_change"),
        ("CREATE TABLE elsewhere (id int)", "permission denied for schema public"),
    ],
)  # fmt: skip
def test_there_is_no_way_around(as_application: None, statement: str, words: str) -> None:
    assert re.match(words, refused(statement))


@pytest.mark.parametrize("name", ["target", "step", "definition", "participant", "availability", "credit", "band"])
def test_a_published_revision_takes_no_new_part(records: dict[str, Model], as_application: None, name: str) -> None:
    row = records[name]
    row.pk = None
    row._state.adding = True

    with pytest.raises(IntegrityError, match="is published"), transaction.atomic():
        row.save()


def test_no_part_moves_into_or_out_of_a_published_revision(house: House) -> None:
    draft = RevisionFactory(agreement=house.agreement, in_force_from=NOW)
    fill(draft, office=house.office, clock=house.clock)

    for rows, elsewhere in ((draft.steps, house.revision), (house.revision.steps, draft)):
        with pytest.raises(IntegrityError, match="is published"), transaction.atomic():
            rows.filter(position=1).update(revision=elsewhere, position=99)


def test_the_end_of_a_revision_is_set_once(house: House) -> None:
    rows = Revision.objects.filter(pk=house.revision.pk)
    rows.update(in_force_to=NOW)

    for later in (NOW + HOUR, None):
        with pytest.raises(IntegrityError, match="only its end may be set, once"), transaction.atomic():
            rows.update(in_force_to=later)
    rows.update(in_force_to=NOW)

    assert rows.get().in_force_to == NOW


def test_a_published_agreement_stays_with_its_product(house: House) -> None:
    house.agreement.product = ProductFactory()

    with pytest.raises(IntegrityError, match="kasse-2026 was published for its product"), transaction.atomic():
        house.agreement.save()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOW, None),
        (IN_FORCE_FROM, None),
        (IN_FORCE_FROM - HOUR, IN_FORCE_FROM + timedelta(microseconds=1)),
        (IN_FORCE_FROM + HOUR, IN_FORCE_FROM + 2 * HOUR),
    ],
)
def test_no_two_published_revisions_overlap(house: House, start: datetime, end: datetime | None) -> None:
    second = RevisionFactory(agreement=house.agreement, in_force_from=start, in_force_to=end)

    with pytest.raises(IntegrityError, match="revision_no_overlap"), transaction.atomic():
        publish(second, provider=house.holger, customer=house.mira)


def test_revisions_that_touch_or_belong_to_another_agreement_do_not_overlap(house: House) -> None:
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=NOW)
    touching = RevisionFactory(agreement=house.agreement, in_force_from=NOW)
    other = RevisionFactory(agreement=AgreementFactory(), in_force_from=IN_FORCE_FROM)

    for revision in (touching, other):
        publish(revision, provider=house.holger, customer=house.mira)

    assert Revision.objects.filter(published_at__isnull=False).count() == 3


def test_one_person_alone_publishes_nothing(house: House) -> None:
    draft = RevisionFactory(agreement=AgreementFactory())

    with pytest.raises(IntegrityError, match="revision_published_by_two"), transaction.atomic():
        publish(draft, provider=house.holger, customer=house.holger)


@pytest.mark.parametrize(
    "change", [{"amount": Decimal(9999)}, {"percent": "100"}, {"currency": "USD"}, {"fee": Decimal(1)}]
)
def test_a_decided_credit_keeps_its_figures(records: dict[str, Model], house: House, change: dict[str, object]) -> None:
    credits.claim(Credit.objects.get(), by=house.mira, now=JULY)
    Credit.objects.update(**change)
    credits.grant(Credit.objects.get(), by=house.holger, now=JULY)

    with pytest.raises(IntegrityError, match="once it is decided"), transaction.atomic():
        Credit.objects.update(amount=1, percent="2", currency="CHF", fee=3)


def test_each_side_signs_a_certificate_once(records: dict[str, Model], house: House, as_application: None) -> None:
    Certificate.objects.update(customer_signed_at=NOW, customer_signed_by=house.mira)

    with pytest.raises(IntegrityError, match="only be signed, once by each side"), transaction.atomic():
        Certificate.objects.update(customer_signed_by=house.olaf)


def test_what_may_change_still_can(records: dict[str, Model], house: House, as_application: None) -> None:
    Ticket.objects.update(title="Till stands", status="open")
    Escalation.objects.update(acknowledged_at=NOW, acknowledged_by=house.holger)
    Breach.objects.update(cause="power", explained_at=NOW, explained_by=house.holger)
    Notice.objects.update(state="sent", sent_at=NOW)

    with pytest.raises(IntegrityError, match="only be acknowledged, once"), transaction.atomic():
        Escalation.objects.update(acknowledged_by=house.jana)
    assert Ticket.objects.get().title == "Till stands"
    assert Breach.objects.get().cause == "power"


def test_migrations_need_no_extension() -> None:
    # Core PostgreSQL only: the wheel has no contrib, and a managed server may not allow it.
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("config/*.sql")]
    words = re.compile(r"CREATE\s+EXTENSION|\w+Extension\(", re.IGNORECASE)

    assert len(files) >= 6
    assert [str(file) for file in files if words.search(file.read_text())] == []
