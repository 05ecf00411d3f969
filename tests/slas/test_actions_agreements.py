"""Draft, change, sign, publish, retire: the rows left behind, the refusal, the second run."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import translation

from slas.actions import agreements
from slas.credits import Band, Bands, ClaimWindow, Linear
from slas.errors import Refused
from slas.models import Agreement, Product, Revision
from slas.queries.agreements import revision_in_force as in_force
from slas.queries.agreements import state_of
from slas.queries.wordings import (
    AvailabilityWording,
    CreditWording,
    DefinitionWording,
    StepWording,
    TargetWording,
    Wording,
    wording_of,
)
from tests.factories import IN_FORCE_FROM, House, ProductFactory, build_house

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOON = NOW + timedelta(days=9)
WORDING = Wording(
    title="Lager",
    provider="IT",
    customer="Logistik",
    targets=(
        TargetWording("P2", "response", timedelta(hours=4), "Büro Hamburg", "commitment", Decimal(95)),
        TargetWording("P1", "resolution", timedelta(hours=8), "Rund um die Uhr"),
        TargetWording("P1", "response", timedelta(hours=1), "Büro Hamburg"),
    ),
    definitions={"P1": DefinitionWording("steht", ("Alles aus",), "Leitstand"), "P2": DefinitionWording("hinkt")},
    steps=(
        StepWording("response", ("assignee",), at_percent=50),
        StepWording("resolution", ("person:jana", "manager"), at_offset=timedelta(minutes=-30)),
        StepWording("response", ("team_lead",), at_percent=100, repeat=timedelta(hours=1), max_repeats=3),
    ),
    inside=("Lagerhaltung",),
    glossary={"Reaktion": "Antwort"},
    review_rhythms=("quarterly", "monthly"),
    participants=("mira", "holger"),
    availability=AvailabilityWording(Decimal("99.5"), "Büro Hamburg", notice=timedelta(hours=48)),
)
NEEDS_AVAILABILITY = "Credits are for months that break the availability promise. Promise availability, too."
NO_WORKING_DAYS = "Public holidays matter to working days alone. Leave them out, or count working days."


@pytest.fixture
def bare(house: House) -> Product:
    """A product of the same people without an agreement."""
    return ProductFactory(slug="lager", name="Lager", team=house.team, owner=house.mira)


def drafted(house: House, product: Product, *, slug: str = "lager-2026", start: datetime = IN_FORCE_FROM) -> Revision:
    return agreements.create(product, slug=slug, wording=WORDING, in_force_from=start, by=house.vera, now=NOW)


def signed(house: House, revision: Revision, now: datetime = NOW) -> Revision:
    agreements.sign_as_provider(revision, by=house.holger, now=now)
    return agreements.sign_as_customer(revision, by=house.mira, now=now)


def test_a_draft_says_what_was_written_in_normal_order(house: House, bare: Product) -> None:
    revision = drafted(house, bare)

    assert (revision.number, revision.created_by, revision.published_at) == (1, house.vera, None)
    assert wording_of(Revision.objects.get(pk=revision.pk)) == replace(
        WORDING,
        targets=(WORDING.targets[2], WORDING.targets[1], WORDING.targets[0]),
        review_rhythms=("monthly", "quarterly"),
        participants=("holger", "mira"),
    )
    assert in_force(bare, NOW) is None


def test_both_signatures_publish_the_first_revision_from_its_own_past_date(house: House, bare: Product) -> None:
    revision = drafted(house, bare)

    agreements.sign_as_customer(revision, by=house.mira, now=NOW)
    assert Revision.objects.get(pk=revision.pk).published_at is None
    agreements.sign_as_provider(revision, by=house.doris, now=SOON)

    found = Revision.objects.get(pk=revision.pk)
    assert (found.in_force_from, found.in_force_to, found.published_at) == (IN_FORCE_FROM, None, SOON)
    assert (found.provider_signed_by, found.provider_signed_at) == (house.doris, SOON)
    assert (found.customer_signed_by, found.customer_signed_at) == (house.mira, NOW)
    assert in_force(bare, IN_FORCE_FROM) == found


def test_signing_twice_changes_nothing(house: House, bare: Product) -> None:
    revision = drafted(house, bare)
    agreements.sign_as_provider(revision, by=house.holger, now=NOW)
    agreements.sign_as_provider(revision, by=house.doris, now=SOON)

    found = Revision.objects.get(pk=revision.pk)
    assert (found.provider_signed_by, found.provider_signed_at) == (house.holger, NOW)


def test_nobody_signs_for_both_sides(house: House, bare: Product) -> None:
    revision = drafted(house, bare)
    agreements.sign_as_provider(revision, by=house.adam, now=NOW)

    with pytest.raises(Refused, match="Somebody else must sign"):
        agreements.sign_as_customer(revision, by=house.adam, now=NOW)


@pytest.mark.parametrize(
    ("action", "name"),
    [
        (agreements.sign_as_provider, "mira"),
        (agreements.sign_as_provider, "jana"),
        (agreements.sign_as_provider, "vera"),
        (agreements.sign_as_customer, "holger"),
        (agreements.sign_as_customer, "stella"),
        (agreements.sign_as_customer, "anton"),
    ],
)
def test_only_the_right_side_signs(house: House, bare: Product, action: Callable[..., Revision], name: str) -> None:
    revision = drafted(house, bare)

    with pytest.raises(PermissionDenied):
        action(revision, by=getattr(house, name), now=NOW)


@pytest.mark.parametrize("name", ["holger", "mira", "anton", "rita"])
def test_only_service_level_managers_edit(house: House, bare: Product, name: str) -> None:
    by = getattr(house, name)
    revision = drafted(house, bare)
    deeds: list[Callable[[], object]] = [
        lambda: agreements.create(bare, slug="x", wording=WORDING, in_force_from=NOW, by=by, now=NOW),
        lambda: agreements.draft(house.agreement, wording=WORDING, in_force_from=NOW, by=by, now=NOW),
        lambda: agreements.change(revision, wording=WORDING, in_force_from=NOW, by=by, now=NOW),
        lambda: agreements.discard(revision, by=by, now=NOW),
        lambda: agreements.retire(house.revision, by=by, now=NOW),
    ]

    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()


def test_changing_a_draft_clears_the_signature(house: House, bare: Product) -> None:
    revision = drafted(house, bare)
    agreements.sign_as_provider(revision, by=house.holger, now=NOW)
    other = replace(WORDING, title="Lager neu", targets=WORDING.targets[:1], steps=(), participants=())

    agreements.change(revision, wording=other, in_force_from=SOON, by=house.vera, now=NOW, change_reason="shorter")

    found = Revision.objects.get(pk=revision.pk)
    assert wording_of(found) == replace(other, review_rhythms=("monthly", "quarterly"))
    assert (found.provider_signed_by, found.provider_signed_at) == (None, None)
    assert (found.in_force_from, found.change_reason) == (SOON, "shorter")


def test_the_successor_starts_now_and_ends_its_predecessor(house: House) -> None:
    second = agreements.draft(
        house.agreement, wording=WORDING, in_force_from=IN_FORCE_FROM, by=house.vera, now=NOW, change_reason="faster"
    )
    assert second.number == 2
    assert house.revision == Revision.objects.get(agreement=house.agreement, in_force_to=None, published_at__lt=NOW)

    second = signed(house, second)

    first = Revision.objects.get(pk=house.revision.pk)
    assert (first.in_force_to, second.in_force_from, second.in_force_to) == (NOW, NOW, None)
    assert (state_of(first, NOW), state_of(second, NOW)) == ("superseded", "in_force")


def test_a_successor_agreed_for_later_leaves_the_predecessor_in_force_until_then(house: House) -> None:
    second = signed(
        house, agreements.draft(house.agreement, wording=WORDING, in_force_from=SOON, by=house.vera, now=NOW)
    )

    moments = (NOW, SOON - timedelta(microseconds=1), SOON)
    assert [in_force(house.product, at) for at in moments] == [house.revision, house.revision, second]
    assert state_of(second, NOW) == "published"


def test_a_third_revision_cannot_start_before_the_second_was_agreed_to(house: House) -> None:
    signed(house, agreements.draft(house.agreement, wording=WORDING, in_force_from=SOON, by=house.vera, now=NOW))
    third = agreements.draft(house.agreement, wording=WORDING, in_force_from=NOW, by=house.vera, now=NOW)

    with pytest.raises(Refused, match="Revision 1 was agreed until"):
        signed(house, third)

    agreements.change(third, wording=WORDING, in_force_from=SOON, by=house.vera, now=NOW)
    third = signed(house, third)
    periods = list(
        Revision.objects.filter(agreement=house.agreement)
        .order_by("number")
        .values_list("in_force_from", "in_force_to")
    )
    assert periods == [(IN_FORCE_FROM, SOON), (SOON, SOON), (SOON, None)]
    assert in_force(house.product, SOON) == third


def test_another_agreement_of_the_product_must_be_retired_first(house: House) -> None:
    revision = drafted(house, house.product, slug="kasse-neu")
    with pytest.raises(Refused, match="Kasse already has the agreement “Running the till” in that time"):
        signed(house, revision)

    agreements.retire(house.revision, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="already has"):  # it would still reach back into the old one's time
        signed(house, revision)
    agreements.change(revision, wording=WORDING, in_force_from=NOW, by=house.vera, now=NOW)
    signed(house, revision)

    assert in_force(house.product, NOW - timedelta(seconds=1)) == house.revision
    assert in_force(house.product, NOW) == revision


def test_retiring_sets_the_end_once(house: House) -> None:
    retired = agreements.retire(house.revision, by=house.vera, now=NOW, at=SOON)

    assert (retired.in_force_to, state_of(retired, NOW), state_of(retired, SOON)) == (SOON, "in_force", "retired")
    with pytest.raises(Refused, match="already agreed"):
        agreements.retire(house.revision, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="no longer in force"):
        agreements.retire(house.revision, by=house.vera, now=SOON)


def test_retiring_never_reaches_into_the_past(house: House) -> None:
    assert agreements.retire(house.revision, by=house.vera, now=NOW, at=IN_FORCE_FROM).in_force_to == NOW


def test_discarding_a_draft_takes_an_agreement_never_published_with_it(house: House, bare: Product) -> None:
    agreements.discard(drafted(house, bare), by=house.vera, now=NOW)
    second = agreements.draft(house.agreement, wording=WORDING, in_force_from=NOW, by=house.vera, now=NOW)
    agreements.discard(second, by=house.vera, now=NOW)

    assert list(Agreement.objects.all()) == [house.agreement]
    assert list(Revision.objects.all()) == [house.revision]
    with pytest.raises(Refused, match="discarded this draft"):
        agreements.sign_as_provider(second, by=house.holger, now=NOW)


def test_a_published_revision_takes_no_other_move(house: House) -> None:
    with pytest.raises(Refused, match="Draft a new one"):
        agreements.change(house.revision, wording=WORDING, in_force_from=NOW, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="Draft a new one"):
        agreements.discard(house.revision, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="Draft a new one"):
        agreements.sign_as_provider(house.revision, by=house.holger, now=NOW)


def test_a_draft_is_not_retired_and_there_is_one_at_a_time(house: House) -> None:
    second = agreements.draft(house.agreement, wording=WORDING, in_force_from=NOW, by=house.vera, now=NOW)

    with pytest.raises(Refused, match="still a draft"):
        agreements.retire(second, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="already a draft"):
        agreements.draft(house.agreement, wording=WORDING, in_force_from=NOW, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="already an agreement named “kasse-2026”"):
        drafted(house, house.product, slug="kasse-2026")


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        (replace(WORDING, targets=()), "An agreement without a target promises nothing. Add at least one."),
        (replace(WORDING, targets=WORDING.targets[:1] * 2), "P2 has two targets for the same timer. Keep one."),
        (
            replace(WORDING, targets=(replace(WORDING.targets[0], calendar="Mond"),)),
            "There is no calendar named “Mond”.",
        ),
        (
            replace(WORDING, targets=(replace(WORDING.targets[0], allowance=timedelta(0)),)),
            "allowance: The time must be longer than nothing.",
        ),
        (replace(WORDING, definitions={"P9": DefinitionWording("?")}), "“P9” is no priority. Use P1 to P4."),
        (replace(WORDING, title=""), "title: This field cannot be blank."),
        (replace(WORDING, zone="Mars/Base"), "time zone: “Mars/Base” is no time zone, such as Europe/Berlin."),
        (replace(WORDING, participants=("nobody",)), "Nobody is known as “nobody”."),
        (
            replace(WORDING, availability=AvailabilityWording(Decimal(99), "Nirgends")),
            "There is no calendar named “Nirgends”.",
        ),
        (
            replace(WORDING, availability=AvailabilityWording(Decimal(101))),
            "target: Ensure this value is less than or equal to 100.",
        ),
        (replace(WORDING, availability=None, credits=CreditWording(Linear())), NEEDS_AVAILABILITY),
        (
            replace(WORDING, credits=CreditWording(Linear(), claim=ClaimWindow(9, "werktage"), holidays="DE-XX")),
            "“DE-XX” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
        (replace(WORDING, credits=CreditWording(Linear(), holidays="DE-HH")), NO_WORKING_DAYS),
        (
            replace(WORDING, credits=CreditWording(Linear(), claim=ClaimWindow(9), holidays="DE-HH")),
            NO_WORKING_DAYS,
        ),
        (
            replace(WORDING, credits=CreditWording(Linear(), monthly_fee=Decimal(-1))),
            "monthly fee: Ensure this value is greater than or equal to 0.",
        ),
        (
            replace(WORDING, credits=CreditWording(Linear(), currency="euro")),
            "currency: “euro” is no currency. Use a code such as EUR, or points.",
        ),
        (
            replace(WORDING, availability=AvailabilityWording(Decimal(99), notice=timedelta(-1))),
            "time of notice: The time cannot be negative.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", ("person:nobody",), at_percent=50),)),
            "Nobody is known as “nobody”.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", ("boss",), at_percent=50),)),
            "“boss” is no role of the ladder.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", (), at_percent=50),)),
            "Every step of the ladder needs somebody to tell.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", ("team",)),)),
            "A step comes at a percentage of the time, or at minutes before or after the deadline.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", ("team",), at_percent=0),)),
            "A step comes between 1 and 1000 percent of the time.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", ("team",), at_percent=5, repeat=timedelta(0)),)),
            "The time between two repeats must be longer than nothing.",
        ),
        (
            replace(WORDING, steps=(StepWording("response", ("team",), at_percent=5, max_repeats=1),)),
            "A step that repeats needs both: the time between repeats and how many there are at most.",
        ),
        (
            replace(WORDING, reopen_within=timedelta(hours=-1)),
            "The time in which a ticket can be reopened cannot be negative.",
        ),
    ],
)
def test_what_cannot_be_promised_is_refused_whole(house: House, bare: Product, wording: Wording, sentence: str) -> None:
    with translation.override("en"), pytest.raises(Refused) as refusal:
        agreements.create(bare, slug="lager", wording=wording, in_force_from=NOW, by=house.vera, now=NOW)

    assert str(refusal.value) == sentence
    assert not bare.agreements.exists()


def test_a_draft_that_is_rewritten_keeps_nothing_of_its_old_credits(house: House, bare: Product) -> None:
    bands = (
        Band(None, False, Decimal(98), True, Decimal(25)),
        Band(Decimal(98), False, Decimal(99), False, Decimal(10)),
    )
    table = CreditWording(Bands(bands, cap=Decimal(20)), claim=ClaimWindow(30, "werktage"), holidays="DE-HH")
    revision = agreements.create(
        bare, slug="lager", wording=replace(WORDING, credits=table), in_force_from=NOW, by=house.vera, now=NOW
    )
    # From the best month to the worst, whatever the order in which they were written.
    assert wording_of(revision).credits == replace(table, rule=Bands(bands[::-1], cap=Decimal(20)))

    for said in (CreditWording(Linear()), None):
        wording = replace(WORDING, credits=said)
        agreements.change(revision, wording=wording, in_force_from=NOW, by=house.vera, now=NOW)

        assert wording_of(revision).credits == said
        assert not revision.credit_bands.exists()


@pytest.mark.django_db(transaction=True)
def test_two_agreements_signed_at_once_do_not_both_come_into_force() -> None:
    house = build_house()
    product = ProductFactory(slug="lager", name="Lager", team=house.team, owner=house.mira)
    both = [drafted(house, product, slug=slug) for slug in ("lager-a", "lager-b")]
    for revision in both:
        agreements.sign_as_customer(revision, by=house.mira, now=NOW)
    start, said = threading.Barrier(2), list[str]()

    def sign(revision: Revision) -> None:
        start.wait()
        try:
            agreements.sign_as_provider(revision, by=house.holger, now=NOW)
            said.append("in force")
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=[revision]) for revision in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["Lager already has the agreement “Lager” in that time. Retire it first.", "in force"]
