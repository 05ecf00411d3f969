"""Where many agreements stand at once, and what a wording is."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from slas import lifecycle
from slas.models import Revision
from slas.queries.agreements import state_of
from slas.queries.overviews import states_by_agreement
from slas.queries.wordings import LISTS, PLAIN, DefinitionWording, TargetWording, Wording, normal, wording_of
from tests.factories import AgreementFactory, House, RevisionFactory, UserFactory, publish

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)

# Name → the periods of the published revisions from the first (days from now; None is open), and whether a draft waits.
LIVES: dict[str, tuple[list[tuple[int, int | None]], bool]] = {
    "draft alone": ([], True),
    "in force": ([(-9, None)], False),
    "in force with a draft": ([(-9, None)], True),
    "agreed for later": ([(9, None)], False),
    "agreed for later with a draft": ([(9, None)], True),
    "followed today": ([(-9, 0), (0, None)], False),
    "followed tomorrow": ([(-9, 1), (1, None)], False),
    "retired": ([(-9, -1)], False),
    "retired today": ([(-9, 0)], False),
    "retired tomorrow": ([(-9, 1)], False),
    "retired with a draft": ([(-9, -1)], True),
    "never was": ([(9, 9)], False),
    "two that are over": ([(-9, -5), (-5, -1)], False),
    "gap before the next": ([(-9, -5), (5, None)], False),
}
TELLING = {
    "draft alone": "draft",
    "in force": "in_force",
    "in force with a draft": "in_force",
    "agreed for later": "published",
    "agreed for later with a draft": "published",
    "followed today": "in_force",
    "followed tomorrow": "in_force",
    "retired": "retired",
    "retired today": "retired",
    "retired tomorrow": "in_force",
    "retired with a draft": "draft",
    "never was": "retired",
    "two that are over": "superseded",
    "gap before the next": "published",
}


def lived(name: str) -> list[Revision]:
    """An agreement with this life behind it."""
    agreement = AgreementFactory()
    periods, has_draft = LIVES[name]
    found = []
    for start, end in periods:
        row = RevisionFactory(
            agreement=agreement,
            in_force_from=NOW + start * DAY,
            in_force_to=None if end is None else NOW + end * DAY,
        )
        found.append(publish(row, provider=UserFactory(), customer=UserFactory()))
    if has_draft:
        found.append(RevisionFactory(agreement=agreement))
    return found


@pytest.mark.parametrize("name", LIVES)
def test_the_state_that_says_most_comes_first(db: None, name: str) -> None:
    revisions = lived(name)
    key = revisions[0].agreement_id

    assert states_by_agreement([key], NOW) == {key: TELLING[name]}


@pytest.mark.parametrize("name", LIVES)
def test_the_overview_agrees_with_asking_for_each_revision(db: None, name: str) -> None:
    revisions = lived(name)
    key = revisions[0].agreement_id

    for days in (-10, -9, -5, -1, 0, 1, 5, 9, 10):
        at = NOW + days * DAY
        assert states_by_agreement([key], at)[key] in {state_of(one, at) for one in revisions}


def test_many_agreements_cost_one_question(db: None) -> None:
    keys = {name: lived(name)[0].agreement_id for name in LIVES}
    with CaptureQueriesContext(connection) as asked:
        found = states_by_agreement(list(keys.values()), NOW)

    assert len(asked) == 1
    assert {name: found[key] for name, key in keys.items()} == TELLING


def test_an_agreement_without_a_revision_has_no_state(db: None) -> None:
    assert states_by_agreement([AgreementFactory().pk], NOW) == {}
    assert states_by_agreement([], NOW) == {}


@pytest.mark.parametrize("state", lifecycle.MOVES)
def test_only_a_draft_is_written_and_only_what_counts_or_will_is_retired(state: lifecycle.State) -> None:
    moves: tuple[lifecycle.Move, ...] = ("change", "discard", "sign", "retire")

    permitted = {move for move in moves if lifecycle.is_permitted(move, state=state)}

    assert (
        permitted
        == {
            "draft": {"change", "discard", "sign"},
            "published": {"retire"},
            "in_force": {"retire"},
            "superseded": set(),
            "retired": set(),
        }[state]
    )


@pytest.mark.parametrize(
    ("start", "end", "has_successor", "state"),
    [
        (-1, None, False, "in_force"),
        (0, None, False, "in_force"),
        (1, None, False, "published"),
        (-1, 1, False, "in_force"),
        (-1, 0, False, "retired"),
        (-1, 0, True, "superseded"),
        (1, 2, True, "published"),
        (1, 1, True, "superseded"),
        (1, 1, False, "retired"),
    ],
)
def test_a_period_includes_its_start_and_excludes_its_end(
    start: int, end: int | None, has_successor: bool, state: str
) -> None:
    found = lifecycle.state_at(
        NOW,
        published_at=NOW - 9 * DAY,
        in_force_from=NOW + start * DAY,
        in_force_to=None if end is None else NOW + end * DAY,
        has_successor=has_successor,
    )

    assert found == state


def test_nothing_is_in_force_before_it_is_published(db: None) -> None:
    draft = RevisionFactory(in_force_from=NOW - DAY)

    assert state_of(draft, NOW) == "draft"
    assert not draft.is_in_force_at(NOW)
    assert not draft.is_published


@pytest.mark.parametrize(("days", "counts"), [(-10, False), (-9, True), (0, True), (1, False), (2, False)])
def test_a_row_knows_whether_it_counts(db: None, days: int, counts: bool) -> None:
    [revision] = lived("retired tomorrow")

    assert revision.is_in_force_at(NOW + days * DAY) is counts


def targets() -> list[TargetWording]:
    """Targets of two priorities in their normal order."""
    return [
        TargetWording("P1", "response", DAY, "x"),
        TargetWording("P1", "update", DAY, "x"),
        TargetWording("P1", "resolution", DAY, "x"),
        TargetWording("P2", "response", DAY, "x"),
    ]


def test_words_that_differ_only_in_their_order_are_equal() -> None:
    for order in permutations(targets()):
        said = Wording(
            title="x",
            provider="x",
            customer="x",
            targets=order,
            definitions={"P2": DefinitionWording("b"), "P1": DefinitionWording("a")},
        )
        found = normal(said)
        assert (found.targets, list(found.definitions)) == (tuple(targets()), ["P1", "P2"])


def test_normal_twice_is_normal_once(house: House) -> None:
    wording = wording_of(house.revision)

    assert normal(wording) == wording
    assert normal(replace(wording, participants=("mira", "mira"), review_rhythms=("yearly", "monthly", "daily"))) == (
        replace(wording, participants=("mira",), review_rhythms=("monthly", "yearly"))
    )


def test_a_ladder_is_read_from_top_to_bottom_so_its_order_matters(house: House) -> None:
    wording = wording_of(house.revision)

    assert normal(replace(wording, steps=tuple(reversed(wording.steps)))) != wording


def test_every_field_of_a_wording_comes_from_the_revision_or_its_parts() -> None:
    parts = {"targets", "definitions", "steps", "participants", "availability", "credits"}

    assert {one.name for one in fields(Wording)} == {*PLAIN, *LISTS, *parts}
    assert not set(PLAIN) & set(LISTS)


def test_a_wording_costs_the_same_number_of_questions_however_long_it_is(house: House) -> None:
    full, empty = Revision.objects.get(pk=house.revision.pk), RevisionFactory()
    with CaptureQueriesContext(connection) as long:
        wording_of(full)
    with CaptureQueriesContext(connection) as short:
        wording_of(empty)

    assert (len(long), len(short)) == (6, 6)
