"""Agreement files: what they create, that twice changes nothing, and how a changed one becomes a new revision."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from slas.importers.applying import apply
from slas.importers.problems import BadFile
from slas.models import (
    Agreement,
    Calendar,
    CalendarRevision,
    FallbackPerson,
    Product,
    Revision,
    Team,
    User,
)
from slas.queries.agreements import revision_in_force, state_of, terms_for
from slas.queries.calendars import BEGINNING
from slas.queries.wordings import DefinitionWording, StepWording, TargetWording, Wording, wording_of

EXAMPLE = Path(__file__).parents[1] / "cases" / "agreement_example.yaml"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)

pytestmark = pytest.mark.django_db


def example(*changes: tuple[str, str]) -> bytes:
    """The example file with texts replaced; each must stand there once at least."""
    content = EXAMPLE.read_text()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    return content.encode()


def everything() -> dict[str, list[dict[str, object]]]:
    """Every stored row of what a file can say, to see that nothing changed."""
    tables = (User, FallbackPerson, Team, Product, Calendar, CalendarRevision, Agreement, Revision)
    found = {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
    found["members"] = list(Team.members.through.objects.order_by("pk").values())
    return found


def test_the_example_is_in_force_with_everything_it_says() -> None:
    outcome = apply(example(), now=NOW)

    assert outcome.summary() == "9 created, 1 changed, 0 unchanged."
    assert outcome.warnings == []
    revision = Revision.objects.get()
    office, clock = "Büro Hamburg", "Rund um die Uhr"
    hour = timedelta(hours=1)
    assert wording_of(revision) == Wording(
        title="Betrieb der Kasse",
        provider="IT-Betrieb",
        customer="Vertrieb",
        relation="same_entity",
        language="de",
        zone="Europe/Berlin",
        inside=("Kassen in allen Filialen, Zahlungsanbindung",),
        outside=("Hardware der Filialen", "Störungen beim Zahlungsanbieter"),
        channels=("Portal", "Hotline 4711 (nur P1)"),
        contacts=("Leitstand 4711",),
        customer_duties=("Störungen im Portal melden",),
        glossary={"Reaktion": "Die erste öffentliche Antwort oder der Beginn der Arbeit"},
        reopen_within=120 * hour,
        definitions={
            "P1": DefinitionWording("Verkauf steht oder Daten sind gefährdet"),
            "P2": DefinitionWording("Wichtige Funktion eingeschränkt, Umweg vorhanden"),
            "P3": DefinitionWording("Kleiner Fehler oder Frage"),
        },
        targets=(
            TargetWording("P1", "response", hour, office, "commitment", Decimal(95)),
            TargetWording("P1", "update", 2 * hour, office, "objective"),
            TargetWording("P1", "resolution", 4 * hour, clock, "objective", Decimal(90)),
            TargetWording("P2", "response", 4 * hour, office, "commitment", Decimal(95)),
            TargetWording("P2", "resolution", 16 * hour, office, "objective"),
            TargetWording("P3", "response", 10 * hour, office, "commitment", Decimal(90)),
            TargetWording("P3", "resolution", 50 * hour, office, "objective"),
        ),
        steps=(
            StepWording("response", ("assignee",), at_percent=50),
            StepWording("response", ("assignee", "team_lead"), at_percent=75),
            StepWording("response", ("manager", "product_owner"), at_percent=100, repeat=hour, max_repeats=5),
            StepWording("resolution", ("assignee", "team_lead"), at_percent=75),
            StepWording("resolution", ("manager", "product_owner"), at_percent=100, repeat=2 * hour, max_repeats=5),
            StepWording("resolution", ("managers_manager",), at_offset=hour),
        ),
        is_response_paused=False,
        is_update_paused=True,
        is_resolution_paused=True,
        review_rhythms=("monthly", "quarterly", "yearly"),
        participants=("holger", "mira"),
    )
    assert revision.in_force_from == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert state_of(revision, NOW) == "in_force"
    assert (revision.provider_signed_by, revision.customer_signed_by) == (
        User.objects.get(username="holger"),
        User.objects.get(username="mira"),
    )


def test_the_example_makes_people_a_team_and_a_product() -> None:
    apply(example(), now=NOW)

    people = User.objects.order_by("username").values_list("username", "name", "email", "language", "manager__username")
    assert list(people) == [
        ("holger", "Holger Brandt", "holger@example.test", "de", None),
        ("jana", "Jana Petersen", "jana@example.test", "de", "holger"),
        ("mira", "Mira Aydin", "mira@example.test", "en", "holger"),
        ("vera", "Vera Blum", "vera@example.test", "de", None),
    ]
    assert User.objects.get(username="vera").roles == ["service_level_manager"]
    assert not any(person.has_usable_password() for person in User.objects.all())
    team, product = Team.objects.get(), Product.objects.get()
    assert (team.slug, team.lead.username, [one.username for one in team.members.all()]) == (
        "kassenteam",
        "holger",
        ["jana"],
    )
    assert (product.slug, product.team, product.owner.username, product.visible_to, product.public_promise) == (
        "kasse",
        team,
        "mira",
        "everyone",
        "Support rund um die Uhr",
    )
    assert list(FallbackPerson.objects.values_list("person__username", "position")) == [("vera", 1)]


def test_the_first_hours_of_a_calendar_stand_for_all_the_time_before() -> None:
    apply(example(), now=NOW)

    office = CalendarRevision.objects.get(calendar__name="Büro Hamburg")
    assert (office.number, office.in_force_from, office.closed) == (1, BEGINNING, ["2026-12-24"])
    assert office.special == {"2026-12-31": ["08:00-12:00"]}
    days = sorted(office.holiday_dates)
    assert (days[0], days[-1]) == ("1999-01-01", "2046-12-26")
    assert office.holiday_dates["2026-10-31"] == "Reformationstag"


def test_a_friday_night_p1_is_due_on_monday_at_nine() -> None:
    apply(example(), now=NOW)
    friday = datetime(2026, 11, 20, 21, tzinfo=UTC)

    terms = terms_for(Product.objects.get(), friday)

    assert terms is not None
    target = terms.targets["P1", "response"]
    assert target.hours.deadline(friday, target.allowance) == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_twice_changes_nothing() -> None:
    apply(example(), now=NOW)
    before = everything()

    outcome = apply(example(), now=LATER)

    assert everything() == before
    assert (outcome.summary(), outcome.lines) == ("0 created, 0 changed, 9 unchanged.", [])


def test_a_changed_agreement_becomes_a_revision_from_now_on_and_says_so() -> None:
    apply(example(), now=NOW)

    outcome = apply(
        example(("allowance: 4h, calendar: Rund um die Uhr", "allowance: 8h, calendar: Rund um die Uhr")), now=LATER
    )

    first, second = Revision.objects.order_by("number")
    assert (first.in_force_to, second.in_force_from, second.in_force_to) == (LATER, LATER, None)
    assert second.targets.get(priority="P1", kind="resolution").allowance == timedelta(hours=8)
    assert outcome.lines == [
        "Agreement kasse-2026: revision 2 is in force from 2026-11-25T10:00:00+01:00, "
        "not from 2026-01-01T00:00:00+01:00: a changed agreement never reaches back."
    ]
    assert revision_in_force(Product.objects.get(), LATER - timedelta(seconds=1)) == first


def test_a_changed_agreement_may_start_later() -> None:
    apply(example(), now=NOW)

    apply(example(("title: Betrieb", "title: Neuer Betrieb"), ("2026-01-01T00", "2027-01-01T00")), now=LATER)

    first, second = Revision.objects.order_by("number")
    start = datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert (first.in_force_to, second.in_force_from) == (start, start)
    assert (state_of(first, LATER), state_of(second, LATER)) == ("in_force", "published")


def test_a_changed_calendar_gets_a_revision_from_now_on() -> None:
    apply(example(), now=NOW)

    outcome = apply(example(('fri: ["08:00-18:00"]', 'fri: ["08:00-14:00"]')), now=LATER)

    rows = CalendarRevision.objects.filter(calendar__name="Büro Hamburg").order_by("number")
    assert [(row.number, row.in_force_from, row.week["fri"]) for row in rows] == [
        (1, BEGINNING, ["08:00-18:00"]),
        (2, LATER, ["08:00-14:00"]),
    ]
    assert outcome.lines == ["Calendar Büro Hamburg: revision 2 from now on, for new tickets."]
    assert Revision.objects.count() == 1


def test_without_signatures_it_stays_a_draft_with_a_warning() -> None:
    unsigned = example(("    signed_by: [holger, mira]", "    # nobody signed yet"))

    outcome = apply(unsigned, now=NOW)
    again = apply(unsigned, now=NOW)

    assert outcome.warnings == ["Agreement kasse-2026 stays a draft: “signed_by” names nobody."]
    assert (again.warnings, again.summary()) == (outcome.warnings, "0 created, 0 changed, 9 unchanged.")
    assert list(Revision.objects.values_list("number", "published_at")) == [(1, None)]


def test_a_draft_is_changed_in_place_and_published_once_signed() -> None:
    apply(example(("    signed_by: [holger, mira]", "    # nobody signed yet")), now=NOW)

    apply(example(("title: Betrieb", "title: Neuer Betrieb")), now=LATER)

    revision = Revision.objects.get()
    assert (revision.number, revision.title, revision.published_at) == (1, "Neuer Betrieb der Kasse", LATER)
    assert revision.in_force_from == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_published_words_leave_a_draft_alone() -> None:
    apply(example(), now=NOW)
    unsigned = ("    signed_by: [holger, mira]", "    # nobody signed yet")
    apply(example(("title: Betrieb", "title: Neuer Betrieb"), unsigned), now=LATER)
    before = everything()

    apply(example(), now=LATER)

    assert everything() == before
    assert list(Revision.objects.order_by("number").values_list("title", flat=True)) == [
        "Betrieb der Kasse",
        "Neuer Betrieb der Kasse",
    ]


def test_more_keys_of_people_products_and_agreements() -> None:
    content = example(
        (
            "jana@example.test, language: de,",
            "jana@example.test, zone: Europe/London, deputy: holger, absent: {from: 2026-12-01, to: 2026-12-14},",
        ),
        ("visible_to: everyone,", "tier: 1, stakeholders: [jana], visible_to: stakeholders,"),
        ("to: [managers_manager]", "to: [person:vera, jana]"),
        ("weekly: false,", "every_weeks: 6,"),
        ("at: +60m", "at: -1h30m"),
        ("    zone: Europe/Berlin         # months and figures\n", ""),
    )

    apply(content, now=NOW)

    jana = User.objects.select_related("deputy").get(username="jana")
    assert (jana.zone, jana.deputy, jana.absent_from_on, jana.absent_to_on) == (
        "Europe/London",
        User.objects.get(username="holger"),
        date(2026, 12, 1),
        date(2026, 12, 14),
    )
    product = Product.objects.get()
    assert (product.tier, product.visible_to, list(product.stakeholders.all())) == (1, "stakeholders", [jana])
    wording = wording_of(Revision.objects.get())
    assert wording.steps[-1] == StepWording(
        "resolution", ("person:vera", "person:jana"), at_offset=timedelta(hours=-1, minutes=-30)
    )
    assert (wording.review_every_weeks, wording.zone) == (6, "Europe/Berlin")
    assert apply(content, now=LATER).summary() == "0 created, 0 changed, 9 unchanged."


def test_reporting_lines_can_be_turned_round() -> None:
    apply(example(), now=NOW)

    apply(
        example(
            ("language: de, manager: holger}", "language: de}"),
            ("holger@example.test, language: de}", "holger@example.test, language: de, manager: jana}"),
        ).replace(b"jana@example.test, language: de}", b"jana@example.test, language: de, manager: null}"),
        now=LATER,
    )

    assert User.objects.get(username="holger").manager == User.objects.get(username="jana")
    assert User.objects.get(username="jana").manager is None


def test_what_a_file_leaves_out_stays_as_it_is() -> None:
    apply(example(), now=NOW)

    outcome = apply(b"people:\n  - {username: jana, name: Jana Lang}\n", now=LATER)

    jana = User.objects.get(username="jana")
    assert (jana.name, jana.email, jana.manager) == (
        "Jana Lang",
        "jana@example.test",
        User.objects.get(username="holger"),
    )
    assert outcome.summary() == "0 created, 1 changed, 0 unchanged."


def test_a_file_that_fails_while_it_is_applied_leaves_nothing_behind() -> None:
    with pytest.raises(BadFile) as wrong:
        apply(example(("signed_by: [holger, mira]", "signed_by: [jana, mira]")), now=NOW)

    sentence = "“jana” cannot sign for the provider: the lead of Kassenteam or a manager above does."
    assert [(problem.line, problem.sentence) for problem in wrong.value.problems] == [(39, sentence)]
    assert not any(everything().values())


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    said, warned = StringIO(), StringIO()

    with time_machine.travel(NOW, tick=False):
        call_command("apply", str(EXAMPLE), stdout=said, stderr=warned)

    assert said.getvalue().splitlines()[-2:] == [
        "Agreement kasse-2026: revision 1 is in force from 2026-01-01T00:00:00+01:00.",
        "9 created, 1 changed, 0 unchanged.",
    ]
    assert warned.getvalue() == ""


def test_the_command_names_file_line_and_sentence(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "people:\n  - {username: jana, name: Jana, email: jana@example.test, manger: vera}\nfallback: [nobody]\n"
    )

    with pytest.raises(CommandError) as wrong:
        call_command("apply", str(file))

    assert str(wrong.value).splitlines() == [
        f"{file}:2: “manger” is not known here. Is “manager” meant?",
        f"{file}:3: Nobody is known as “nobody”.",
    ]
    assert not User.objects.exists()


def test_the_command_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("apply", str(tmp_path / "none.yaml"))
