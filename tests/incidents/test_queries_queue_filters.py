"""Filters and cursors as values: which condition they make, and that every way into the queue is the narrowest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.queries.queue.filters import BIGGEST, OLDEST, Cursor, Filters, literal, read_cursor
from incidents.queries.queue.ways import MANY, Way, ways
from incidents.rules import Desk
from slas.models import Role, User
from tests.factories import House
from tests.laws import law

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PLACES = st.integers(min_value=-BIGGEST + 1, max_value=BIGGEST - 1)


@pytest.mark.parametrize(
    ("filters", "sql", "given_values"),
    [
        (Filters(), "TRUE", []),
        (Filters(product="kasse", assignee="jana", is_mine=True), "TRUE", []),  # these choose the way instead
        (Filters(team="kassenteam"), "TRUE AND t.team_id = (SELECT id FROM slas_team WHERE slug = %s)", ["kassenteam"]),
        (Filters(is_unassigned=True), "TRUE AND t.assignee_id IS NULL", []),
        (Filters(priorities=("P1", "P2")), "TRUE AND t.priority = ANY(%s)", [["P1", "P2"]]),
        (Filters(states=("new",)), "TRUE AND t.status = ANY(%s)", [["new"]]),
        (
            Filters(q="100%"),
            "TRUE AND (t.title ILIKE %s OR t.number ILIKE %s OR t.external_reference ILIKE %s)",
            [r"%100\%%"] * 3,
        ),
        (
            Filters(is_unassigned=True, priorities=("P1",), states=("open",)),
            "TRUE AND t.assignee_id IS NULL AND t.priority = ANY(%s) AND t.status = ANY(%s)",
            [["P1"], ["open"]],
        ),
    ],
)
def test_a_filter_is_a_condition_with_its_values(filters: Filters, sql: str, given_values: list[object]) -> None:
    assert filters.condition() == (sql, given_values)


@law
@given(st.text())
def test_nothing_typed_ever_stands_in_the_statement(words: str) -> None:
    sql, values = Filters(team=words, q=words).condition()

    assert words not in sql or words in Filters(team="x", q="x").condition()[0]
    assert len(values) == sql.count("%s")


@law
@given(st.text())
def test_literal_words_match_themselves_alone(words: str) -> None:
    escaped, plain = literal(words), words.replace("\0", "")

    # Reading the escapes back gives the words; no sign with a meaning of its own is left bare.
    assert escaped.replace(r"\%", "%").replace(r"\_", "_").replace("\\\\", "\\") == plain or "\\" in plain
    bare = escaped.replace("\\\\", "").replace(r"\%", "").replace(r"\_", "")
    assert not {"%", "_", "\\", "\0"} & set(bare)


@law
@given(st.booleans(), PLACES, st.integers(0, BIGGEST - 1), st.timedeltas(timedelta(0), OLDEST))
def test_every_cursor_survives_the_address(is_still: bool, place: int, ticket: int, age: timedelta) -> None:
    cursor = Cursor(NOW - age, is_still=is_still, place=place, ticket=ticket)

    assert read_cursor(cursor.text(), now=NOW) == cursor
    assert set(cursor.text()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@law
@given(st.text())
def test_whatever_stands_in_the_address_is_a_cursor(text: str) -> None:
    found = read_cursor(text, now=NOW)

    assert found == Cursor(NOW) or NOW - OLDEST <= found.at <= NOW


@pytest.mark.parametrize(
    ("age", "is_kept"),
    [
        (timedelta(0), True),
        (OLDEST, True),
        (OLDEST + timedelta(microseconds=1), False),
        (-timedelta(microseconds=1), False),
    ],
)
def test_a_walk_lasts_a_day(age: timedelta, is_kept: bool) -> None:
    cursor = Cursor(NOW - age, place=1, ticket=2)

    assert read_cursor(cursor.text(), now=NOW) == (cursor if is_kept else Cursor(NOW))


def desk(*, teams: int = 0, products: int = 0, roles: tuple[str, ...] = ()) -> Desk:
    """Somebody in so many teams who follows so many products."""
    none = frozenset[int]()
    return Desk(User(pk=7, roles=list(roles)), frozenset(range(teams)), none, none, none, frozenset(range(products)))


REPORTED = Way("t.reporter_id = %s AND TRUE", (7,))


@pytest.mark.parametrize(
    ("teams", "products", "expected"),
    [
        (0, 0, [Way("t.product_id = d.key", (), ()), REPORTED]),
        (0, 2, [Way("t.product_id = d.key", (), (0, 1)), REPORTED]),
        (2, 1, [Way("t.product_id = d.key", (), (0,)), Way("t.team_id = d.key AND TRUE", (), (0, 1)), REPORTED]),
    ],
)
def test_a_narrow_view_goes_by_its_own_indexes(teams: int, products: int, expected: list[Way]) -> None:
    assert ways(desk(teams=teams, products=products), Filters()) == expected


@pytest.mark.parametrize(("teams", "products", "is_one"), [(0, MANY, False), (0, MANY + 1, True), (MANY, 1, True)])
def test_a_wide_view_walks_the_whole_queue(teams: int, products: int, is_one: bool) -> None:
    found = ways(desk(teams=teams, products=products), Filters())

    assert (len(found) == 1) == is_one
    assert all(way.keys is None for way in found) == is_one


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SERVICE_LEVEL_MANAGER, Role.ADMINISTRATOR])
def test_who_reads_everything_needs_no_condition(role: str) -> None:
    assert ways(desk(teams=3, products=3, roles=(role,)), Filters()) == [Way()]


def test_a_product_narrows_every_way(house: House) -> None:
    key, wanted = house.product.pk, Filters(product="kasse")
    follower = Desk(User(pk=7), *[frozenset[int]()] * 4, frozenset({key}))

    assert ways(follower, wanted) == [Way("t.product_id = d.key", (), (key,))]
    assert ways(desk(roles=(Role.AUDITOR,)), wanted) == [Way("t.product_id = d.key", (), (key,))]
    assert ways(desk(), wanted) == [Way("t.reporter_id = %s AND t.product_id = %s", (7, key))]
    assert ways(desk(), Filters(product="nowhere")) == [Way("t.reporter_id = %s AND t.product_id = %s", (7, 0))]


@pytest.mark.parametrize(("filters", "given_first"), [(Filters(is_mine=True), 7), (Filters(assignee="timo"), "timo")])
def test_what_one_person_holds_is_read_first_and_then_sorted(filters: Filters, given_first: object) -> None:
    (found,) = ways(desk(roles=(Role.AUDITOR,)), filters)

    assert (found.condition, found.given, found.source_given) == ("TRUE", (), (given_first,))
    assert found.source.startswith("(SELECT * FROM incidents_ticket t WHERE t.assignee_id = ")


def test_what_one_person_holds_is_still_only_what_the_reader_sees() -> None:
    (found,) = ways(desk(teams=1, products=2), Filters(assignee="timo"))

    assert (found.condition, found.given) == (
        "(t.product_id = ANY(%s) OR t.team_id = ANY(%s) OR t.reporter_id = %s)", ([0, 1], [0], 7),
    )  # fmt: skip
