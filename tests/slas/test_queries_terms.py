"""What is remembered of a promise is never stale, and costs few questions."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from slas.models import Calendar, CalendarRevision, Kind, PriorityDefinition, Revision
from slas.queries import agreements, calendars
from slas.queries.parts import StepTerms
from slas.queries.wordings import DefinitionWording
from tests.factories import (
    IN_FORCE_FROM,
    AgreementFactory,
    CalendarFactory,
    CalendarRevisionFactory,
    House,
    ProductFactory,
    RevisionFactory,
    StepFactory,
    TargetFactory,
    fill,
    publish,
)
from tests.laws import law

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ODD_LENGTHS = [
    timedelta(microseconds=1),
    timedelta(seconds=1, microseconds=999_999),
    timedelta(minutes=30),
    timedelta(hours=25),
    timedelta(days=31, hours=3),
    timedelta(hours=999_999),
]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Nothing is remembered from another test, whose rows had the same keys."""
    agreements._published.cache_clear()
    calendars._hours.cache_clear()
    yield
    agreements._published.cache_clear()


def questions(deed: object) -> int:
    """How many statements something costs."""
    assert callable(deed)
    with CaptureQueriesContext(connection) as asked:
        deed()
    return len(asked)


def test_the_first_question_costs_three_statements_and_the_next_one(house: House) -> None:
    counts = [questions(lambda: agreements.terms_for(house.product, NOW)) for _ in range(3)]

    assert counts == [3, 1, 1]


def test_a_pinned_revision_costs_three_statements_and_then_one(house: House) -> None:
    revision = Revision.objects.get(pk=house.revision.pk)

    counts = [questions(lambda: agreements.terms_of(revision, NOW)) for _ in range(3)]

    assert counts == [3, 1, 1]


def test_a_product_without_an_agreement_costs_one_statement(house: House) -> None:
    product = ProductFactory()

    assert questions(lambda: agreements.terms_for(product, NOW)) == 1
    assert agreements.terms_for(product, NOW) is None


def test_more_targets_and_steps_cost_no_more_statements(house: House) -> None:
    draft = RevisionFactory(agreement=AgreementFactory(product=ProductFactory()))
    fill(draft, office=house.office, clock=house.clock)
    for percent in range(1, 40):
        StepFactory(revision=draft, kind="update", at_percent=percent, audience=["team"])
    publish(draft, provider=house.holger, customer=house.mira)

    assert questions(lambda: agreements.terms_for(draft.agreement.product, NOW)) == 3
    terms = agreements.terms_for(draft.agreement.product, NOW)
    assert terms is not None
    assert len(terms.rungs) == 45


def test_both_ways_of_asking_say_the_same(house: House) -> None:
    by_product = agreements.terms_for(house.product, NOW)
    agreements._published.cache_clear()
    by_revision = agreements.terms_of(house.revision, NOW)

    assert by_product == by_revision


def test_an_end_that_is_set_later_is_seen_at_once(house: House) -> None:
    before = agreements.terms_for(house.product, NOW)
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=NOW + DAY)

    after = agreements.terms_for(house.product, NOW)

    assert before is not None
    assert after is not None
    assert (before.revision.in_force_to, after.revision.in_force_to) == (None, NOW + DAY)
    assert after.targets is before.targets
    assert agreements.terms_for(house.product, NOW + DAY) is None


def test_a_successor_promises_its_own_words_from_its_start(house: House) -> None:
    agreements.terms_for(house.product, NOW)
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=NOW)
    second = RevisionFactory(agreement=house.agreement, in_force_from=NOW)
    PriorityDefinition.objects.create(revision=second, priority="P1", means="Everything stands still")
    TargetFactory(revision=second, priority="P1", kind="response", allowance=timedelta(minutes=5), calendar=house.clock)
    publish(second, provider=house.holger, customer=house.mira)

    before = agreements.terms_for(house.product, NOW - timedelta(microseconds=1))
    after = agreements.terms_for(house.product, NOW)

    assert before is not None
    assert after is not None
    assert (before.revision.number, len(before.targets), before.definitions["P1"].means) == (1, 7, "Sales stand still")
    assert (after.revision.number, list(after.targets), dict(after.definitions)) == (
        2,
        [("P1", "response")],
        {"P1": DefinitionWording("Everything stands still")},
    )
    assert after.rungs == ()


def test_a_product_that_is_renamed_is_not_remembered_by_its_old_name(house: House) -> None:
    first = agreements.terms_for(house.product, NOW)
    assert first is not None
    assert first.revision.agreement.product.name == "Kasse"
    house.product.name = "Kasse neu"
    house.product.save()

    second = agreements.terms_for(house.product, NOW)

    assert second is not None
    assert second.revision.agreement.product.name == "Kasse neu"


def test_another_calendar_revision_is_another_promise_from_its_start(house: House) -> None:
    first = agreements.terms_for(house.product, NOW)
    start = NOW + DAY
    second = CalendarRevisionFactory(calendar=house.office, in_force_from=start, week={"sun": ["10:00-11:00"]})

    until = agreements.terms_for(house.product, start - timedelta(microseconds=1))
    since = agreements.terms_for(house.product, start)

    assert first is not None
    assert until is not None
    assert since is not None
    assert until.targets is first.targets
    calendars_used = {target.calendar for target in since.targets.values()}
    assert calendars_used == {second, CalendarRevision.objects.get(calendar=house.clock)}
    assert since.targets["P1", "response"].hours is calendars.hours_of(second)


def test_a_calendar_revised_for_the_past_never_happens_but_the_newest_of_one_instant_wins(house: House) -> None:
    agreements.terms_for(house.product, NOW)
    newer = CalendarRevisionFactory(calendar=house.office, week={"mon": ["01:00-02:00"]})

    terms = agreements.terms_for(house.product, NOW)

    assert terms is not None
    assert terms.targets["P1", "response"].calendar == newer


def test_a_ticket_keeps_the_calendar_of_its_opening(house: House) -> None:
    opened = agreements.terms_of(house.revision, NOW)
    CalendarRevisionFactory(calendar=house.office, in_force_from=NOW + DAY, week={"sun": ["10:00-11:00"]})

    again = agreements.terms_of(house.revision, NOW)

    assert again == opened


def test_a_draft_is_read_anew_each_time(house: House) -> None:
    draft = RevisionFactory(agreement=AgreementFactory(product=ProductFactory()))
    fill(draft, office=house.office, clock=house.clock)
    first = agreements.terms_of(draft, NOW)
    draft.definitions.filter(priority="P3").update(means="Anything else")
    draft.steps.all().delete()

    second = agreements.terms_of(draft, NOW)

    assert (first.definitions["P3"].means, len(first.rungs)) == ("A small fault or a question", 6)
    assert (second.definitions["P3"].means, second.rungs) == ("Anything else", ())
    assert questions(lambda: agreements.terms_of(draft, NOW)) == 3


def test_a_draft_that_is_published_is_remembered_as_it_was_published(house: House) -> None:
    draft = RevisionFactory(agreement=AgreementFactory(product=ProductFactory()))
    fill(draft, office=house.office, clock=house.clock)
    agreements.terms_of(draft, NOW)
    draft.definitions.filter(priority="P1").update(means="Said last")
    publish(draft, provider=house.holger, customer=house.mira)

    assert agreements.terms_of(draft, NOW).definitions["P1"].means == "Said last"


def test_an_empty_draft_promises_nothing(house: House) -> None:
    terms = agreements.terms_of(RevisionFactory(), NOW)

    assert (dict(terms.targets), terms.rungs, dict(terms.definitions), terms.priorities) == ({}, (), {}, [])


def test_a_priority_that_is_only_defined_or_only_targeted_stands_in_the_list(house: House) -> None:
    draft = RevisionFactory()
    PriorityDefinition.objects.create(revision=draft, priority="P4", means="A wish")
    TargetFactory(revision=draft, priority="P2", kind="update", allowance=DAY, calendar=house.office)

    assert agreements.terms_of(draft, NOW).priorities == ["P2", "P4"]


@pytest.mark.parametrize("length", ODD_LENGTHS, ids=str)
def test_lengths_are_read_to_the_microsecond(house: House, length: timedelta) -> None:
    draft = RevisionFactory()
    TargetFactory(revision=draft, priority="P1", kind="response", allowance=length, calendar=house.office)
    StepFactory(revision=draft, kind="response", at_offset=-length, audience=["team"], repeat=length, max_repeats=2)

    terms = agreements.terms_of(draft, NOW)

    assert terms.targets["P1", "response"].allowance == length
    assert (terms.rungs[0].at_offset, terms.rungs[0].repeat) == (-length, length)


@pytest.mark.parametrize("style", ["postgres", "postgres_verbose", "sql_standard", "iso_8601"])
def test_lengths_do_not_depend_on_how_the_server_writes_them(house: House, style: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL intervalstyle = {style}")

    terms = agreements.terms_of(house.revision, NOW)

    assert terms.targets["P3", "resolution"].allowance == timedelta(hours=50)
    assert terms.rungs[-1].at_offset == timedelta(hours=1)


@pytest.mark.parametrize("share", [None, "1", "95", "99.95", "100", "33.33", "0.01"])
def test_attainment_is_read_exactly(house: House, share: str | None) -> None:
    wanted = None if share is None else Decimal(share)
    draft = RevisionFactory()
    TargetFactory(
        revision=draft, priority="P1", kind="response", allowance=DAY, calendar=house.office, attainment=wanted
    )

    assert agreements.terms_of(draft, NOW).targets["P1", "response"].attainment == wanted


@pytest.mark.parametrize(
    "word", ["", "Umlaut ÄÖÜß", "‮right to left", 'quote " and \\ and {', "two\nlines", "漢字", "\N{SNOWMAN}"]
)
def test_words_are_read_as_they_were_written(house: House, word: str) -> None:
    draft = RevisionFactory()
    PriorityDefinition.objects.create(revision=draft, priority="P1", means=word, examples=[word, "x"], set_by=word)
    StepFactory(revision=draft, kind="response", at_percent=50, audience=[f"person:{word}", "team"])

    terms = agreements.terms_of(draft, NOW)

    assert dict(terms.definitions) == {"P1": DefinitionWording(word, (word, "x"), word)}
    assert terms.rungs[0].audience == (f"person:{word}", "team")


def test_rungs_stand_in_the_order_of_their_positions_and_hold_every_column(house: House) -> None:
    draft = RevisionFactory()
    last = StepFactory(revision=draft, position=9, kind="update", at_percent=75, audience=["manager"])
    first = StepFactory(
        revision=draft,
        position=2,
        kind="response",
        at_offset=-timedelta(minutes=15),
        audience=["assignee", "team_lead"],
        repeat=timedelta(minutes=20),
        max_repeats=3,
    )

    rungs = agreements.terms_of(draft, NOW).rungs

    assert rungs == (
        StepTerms(
            first.pk, 2, "response", None, -timedelta(minutes=15), ("assignee", "team_lead"), timedelta(minutes=20), 3
        ),
        StepTerms(last.pk, 9, "update", 75, None, ("manager",), None, 0),
    )
    assert [one.name for one in fields(StepTerms)] == [
        "pk",
        "position",
        "kind",
        "at_percent",
        "at_offset",
        "audience",
        "repeat",
        "max_repeats",
    ]


class CalendarsInForce(TestCase):
    """The database's choice among calendar revisions against the rule in plain words."""

    @law
    @given(st.lists(st.lists(st.integers(-5, 5), min_size=1, max_size=5), min_size=1, max_size=3), st.integers(-6, 6))
    def test_the_latest_that_has_begun_counts_and_before_the_first_the_first(
        self, starts: list[list[int]], moment: int
    ) -> None:
        at = NOW + moment * DAY
        wanted: dict[int, int] = {}
        for days in starts:
            calendar = CalendarFactory()
            rows = [
                CalendarRevisionFactory(calendar=calendar, number=number, in_force_from=NOW + day * DAY)
                for number, day in enumerate(days, start=1)
            ]
            in_order = sorted(rows, key=lambda row: (row.in_force_from, row.number))
            begun = [row for row in in_order if row.in_force_from <= at]
            wanted[calendar.pk] = (begun[-1] if begun else in_order[0]).pk
            assert calendars.revision_in_force(calendar, at).pk == wanted[calendar.pk]

        assert calendars.keys_in_force(list(wanted), at) == wanted
        assert calendars.keys_in_force(Calendar.objects.order_by().values("pk"), at) == wanted


def test_in_force_by_product_agrees_with_asking_for_each(house: House) -> None:
    products = [house.product, ProductFactory(), ProductFactory()]
    later = RevisionFactory(agreement=AgreementFactory(product=products[1]), in_force_from=NOW + DAY)
    fill(later, office=house.office, clock=house.clock)
    publish(later, provider=house.holger, customer=house.mira)

    for at in (IN_FORCE_FROM - DAY, IN_FORCE_FROM, NOW, NOW + DAY, NOW + 400 * DAY):
        by_one = {one.pk: agreements.revision_in_force(one, at) for one in products}
        assert agreements.in_force_by_product(at) == {pk: row for pk, row in by_one.items() if row is not None}


@pytest.mark.parametrize("kind", Kind.values)
def test_every_timer_can_stand_alone(house: House, kind: str) -> None:
    draft = RevisionFactory()
    TargetFactory(revision=draft, priority="P1", kind=kind, allowance=DAY, calendar=house.clock)

    target = agreements.terms_of(draft, NOW).targets["P1", kind]

    assert (target.kind, target.binding, target.attainment) == (kind, "objective", None)
    assert target.hours.deadline(NOW, target.allowance) == NOW + DAY
