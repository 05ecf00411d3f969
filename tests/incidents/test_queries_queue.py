"""The queue: by support time left over all calendars, page by page, in few queries however long it is."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.actions import tickets
from incidents.models import Ticket
from incidents.queries import queue
from incidents.queries.queue import Filters
from incidents.queries.queue.filters import Cursor, literal, read_cursor
from incidents.queries.queue.ways import MANY
from slas.models import Product, Team, User
from slas.models.parties import Visibility
from slas.queries import calendars, parties
from tests.factories import WHOLE_WEEK, CalendarRevisionFactory, House, ProductFactory, agreement_in_force
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_12, in_state, opened

NOTHING = Filters()


def titles(user: User, now: datetime = MONDAY_9, filters: Filters = NOTHING) -> list[str]:
    """The queue as this person sees it."""
    return [row.title for row in queue.page(user, now=now, filters=filters).rows]


def address_of(text: str) -> str:
    """Any text as a cursor would stand in an address."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.fixture
def store(house: House) -> House:
    """Another product, of the other team, with the same promises."""
    team = Team.objects.get(slug="lagerteam")
    product: Product = ProductFactory(slug="lager", name="Lager", team=team, owner=house.olaf)
    agreement_in_force(product, provider=house.outsider, customer=house.olaf, office=house.office, clock=house.clock)
    return replace(house, product=product, team=team)


def test_queue_is_sorted_by_support_time_left(house: House) -> None:
    for title, priority in (("ten hours", "P3"), ("four hours", "P2"), ("an hour", "P1")):
        opened(house, MONDAY_8, title=title, priority=priority)

    assert titles(house.jana, MONDAY_8) == ["an hour", "four hours", "ten hours"]


def test_queue_compares_support_time_and_not_instants(house: House) -> None:
    """Over the weekend five office hours are more than four hours on a clock that never stops."""
    saturday = MONDAY_8 - 40 * HOUR
    office = opened(house, saturday, title="office", priority="P2")
    clock = opened(house, saturday, title="clock", priority="P1")
    tickets.begin(clock, by=house.jana, now=saturday)
    place(office, left=5 * HOUR, calendar=house.office.pk, now=saturday)

    assert titles(house.jana, saturday) == ["clock", "office"]
    assert Ticket.objects.get(pk=office.pk).queue_due_at == MONDAY_12 + HOUR
    # On Sunday the clock's ticket is far over, on Monday at noon both are.
    assert titles(house.jana, MONDAY_12 + HOUR) == ["clock", "office"]


def test_queue_of_two_calendars_changes_while_one_sleeps(house: House) -> None:
    night = MONDAY_8 - 10 * HOUR
    office, clock = opened(house, night, title="office"), opened(house, night, title="clock")
    place(office, left=2 * HOUR, calendar=house.office.pk, now=night)
    place(clock, left=5 * HOUR, calendar=house.clock.pk, now=night)

    assert titles(house.jana, night) == ["office", "clock"]
    assert titles(house.jana, night + 4 * HOUR) == ["clock", "office"]


def place(ticket: Ticket, *, left: timedelta, calendar: int, now: datetime) -> None:
    """Move a ticket in the queue to so much support time of a calendar."""
    revision = ticket.revision.targets.filter(calendar=calendar).first()
    assert revision is not None
    pinned = revision.calendar.revisions.get()
    hours = calendars.hours_of(pinned)
    due_at = hours.deadline(now, left)
    Ticket.objects.filter(pk=ticket.pk).update(
        queue_calendar=pinned, queue_due_at=due_at, queue_position=hours.position(due_at) // 1_000_000
    )


def test_queue_shows_what_waits_after_what_runs(house: House) -> None:
    for title, minutes in (("waits long", 0), ("waits", 1), ("runs", 2)):
        opened(house, MONDAY_8 + minutes * MINUTE, title=title)
    for title in ("waits", "waits long"):
        ticket = tickets.begin(Ticket.objects.get(title=title), by=house.jana, now=MONDAY_9)
        tickets.pause(ticket, by=house.jana, now=MONDAY_9, reason="supplier")

    assert titles(house.jana) == ["runs", "waits long", "waits"]


@pytest.mark.parametrize("status", ["resolved", "closed", "rejected"])
def test_queue_forgets_what_is_settled(house: House, status: str) -> None:
    in_state(house, status)

    assert titles(house.jana) == []


def test_queue_leaves_history_out(house: House) -> None:
    opened(house, by=house.ida, opened_at=MONDAY_8 - 48 * HOUR)

    assert titles(house.adam) == []


def test_a_row_has_everything_that_is_shown(house: House, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ticket = tickets.begin(opened(house), by=house.jana, now=MONDAY_8)
    ticket = tickets.assign(ticket, by=house.jana, now=MONDAY_8, assignee=house.jana)
    row = queue.page(house.jana, now=MONDAY_9).rows[0]

    with django_assert_num_queries(0):
        shown = (
            row.number, row.title, row.priority, row.status, row.product, row.product_slug, row.team, row.assignee,
            row.waiting_since,
        )  # fmt: skip

    assert shown == (
        ticket.number, "Till stands still", "P1", "open", "Kasse", "kasse", "Kassenteam", "Jana Petersen", None,
    )  # fmt: skip
    assert row.next_clock is not None
    assert row.next_clock[:4] == ("update", "running", MONDAY_10, HOUR)


def test_a_row_that_stands_still_tells_why(house: House) -> None:
    in_state(house, "waiting")

    row = queue.page(house.jana, now=MONDAY_9).rows[0]

    assert (row.status, row.waiting_since, row.next_clock) == ("waiting", MONDAY_8 + 2 * MINUTE, None)


def test_choices_are_the_products_a_person_sees_and_every_team(house: House, store: House) -> None:
    Product.objects.filter(slug="lager").update(visible_to=Visibility.STAKEHOLDERS)
    for person in User.objects.all():
        offered = queue.choices(queue.desk_of(person))

        assert [slug for slug, _ in offered.products] == [product.slug for product in parties.visible_to(person)]
        assert [label for _, label in offered.teams] == ["Kassenteam", "Lagerteam"]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("jana", ["till"]), ("doris", ["till"]), ("mira", ["till"]), ("stella", ["till"]), ("rita", ["till", "store"]),
        ("olaf", ["till", "store"]), ("outsider", ["store"]), ("vera", ["till", "store"]), ("anton", ["till", "store"]),
        ("adam", ["till", "store"]), ("ida", []),
    ],
)  # fmt: skip
def test_queue_shows_what_a_person_sees(house: House, store: House, who: str, expected: list[str]) -> None:
    opened(house, MONDAY_8, title="till")
    opened(store, MONDAY_8 + MINUTE, title="store")

    assert titles(getattr(house, who)) == expected


def test_who_sees_very_many_products_sees_the_same(house: House, store: House) -> None:
    opened(house, MONDAY_8, title="till")
    opened(store, MONDAY_8 + MINUTE, title="store")
    for _ in range(MANY + 1):
        ProductFactory(team=house.team, owner=house.mira)

    assert titles(house.jana) == ["till"]


def test_a_ticket_found_on_two_ways_is_shown_once(house: House) -> None:
    opened(house, by=house.jana)

    assert titles(house.jana) == ["Till stands still"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (NOTHING, ["mine", "timo's", "nobody's", "store"]),
        (Filters(product="kasse"), ["mine", "timo's", "nobody's"]),
        (Filters(product="lager"), ["store"]),
        (Filters(product="nowhere"), []),
        (Filters(team="lagerteam"), ["store"]),
        (Filters(assignee="timo"), ["timo's"]),
        (Filters(assignee="nobody-of-that-name"), []),
        (Filters(is_mine=True), ["mine"]),
        (Filters(is_mine=True, product="lager"), []),
        (Filters(is_unassigned=True), ["nobody's", "store"]),
        (Filters(priorities=("P2",)), ["nobody's"]),
        (Filters(priorities=("P1", "P2"), product="kasse"), ["mine", "timo's", "nobody's"]),
        (Filters(states=("open",)), ["mine"]),
        (Filters(states=("waiting", "new")), ["timo's", "nobody's", "store"]),
        (Filters(q="MINE"), ["mine"]),
        (Filters(q="T-"), ["mine", "timo's", "nobody's", "store"]),
        (Filters(q="%"), []),
        (Filters(q="_"), []),
        (Filters(q="\\"), []),
        (Filters(q="mi\0ne"), ["mine"]),
    ],
)
def test_filters_of_the_queue(house: House, store: House, filters: Filters, expected: list[str]) -> None:
    everything(house, store)

    assert sorted(titles(house.jana, filters=filters)) == sorted(expected)


@pytest.mark.parametrize("who", ["rita", "olaf", "adam", "outsider"])
@pytest.mark.parametrize("product", ["kasse", "lager"])
def test_a_filter_by_product_never_shows_more(house: House, store: House, who: str, product: str) -> None:
    everything(house, store)
    user = getattr(house, who)
    page = queue.page(user, now=MONDAY_9)

    narrowed = queue.page(user, now=MONDAY_9, filters=Filters(product=product))

    assert narrowed.rows == tuple(row for row in page.rows if row.product_slug == product)


def everything(house: House, store: House) -> None:
    """Four tickets of two products; Jana, who also reported the other one, sees them all."""
    mine = tickets.begin(opened(house, title="mine"), by=house.jana, now=MONDAY_8)
    tickets.assign(mine, by=house.jana, now=MONDAY_8, assignee=house.jana)
    tickets.assign(opened(house, title="timo's"), by=house.jana, now=MONDAY_8, assignee=house.timo)
    opened(house, title="nobody's", priority="P2")
    opened(store, title="store", by=house.jana)


def test_pages_follow_each_other_without_gap_or_repeat(house: House) -> None:
    for minute in range(7):
        opened(house, MONDAY_8 + minute * MINUTE, title=f"runs {minute}")
    for minute in range(3):
        ticket = tickets.begin(opened(house, title=f"waits {minute}"), by=house.jana, now=MONDAY_8)
        tickets.pause(ticket, by=house.jana, now=MONDAY_8 + minute * MINUTE, reason="supplier")

    seen, cursor, sizes = list[str](), "", list[int]()
    while True:
        page = queue.page(house.jana, now=MONDAY_9 + len(seen) * MINUTE, cursor=cursor, size=4)
        seen += [row.title for row in page.rows]
        sizes.append(len(page.rows))
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == [f"runs {minute}" for minute in range(7)] + [f"waits {minute}" for minute in range(3)]
    assert sizes == [4, 4, 2]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!",
        "W10",
        "bnVsbA",
        address_of('["2026-11-23T08:00:00+00:00", 0, 1e999, 1]'),
        address_of("[" * 50_000),
        "ü",
        Cursor(MONDAY_9, place=2**70, ticket=1).text(),
        Cursor(MONDAY_9 - timedelta(days=2), place=1, ticket=1).text(),
        Cursor(MONDAY_9 + timedelta(days=2), place=1, ticket=1).text(),
        Cursor(MONDAY_9.replace(tzinfo=None), place=1, ticket=1).text(),
    ],
)
def test_nonsense_in_the_address_is_the_first_page(house: House, cursor: str) -> None:
    opened(house)

    assert read_cursor(cursor, now=MONDAY_9) == Cursor(MONDAY_9)
    assert len(queue.page(house.jana, now=MONDAY_9, cursor=cursor).rows) == 1


def test_a_cursor_survives_the_address() -> None:
    cursor = Cursor(MONDAY_9, is_still=True, place=-17, ticket=4)

    assert read_cursor(cursor.text(), now=MONDAY_10) == cursor


@pytest.mark.parametrize(("words", "expected"), [("a%b", r"a\%b"), ("a_b", r"a\_b"), ("a\\b", r"a\\b"), ("ab", "ab")])
def test_literal_words_mean_themselves(words: str, expected: str) -> None:
    assert literal(words) == expected


def test_a_calendar_nobody_met_yet_is_found_at_once(house: House) -> None:
    opened(house, title="known")
    assert titles(house.adam) == ["known"]

    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8, week=WHOLE_WEEK)
    CalendarRevisionFactory(calendar=house.clock, in_force_from=MONDAY_8, week=WHOLE_WEEK)
    opened(house, title="of other hours")

    assert sorted(titles(house.adam)) == ["known", "of other hours"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("jana", 4), ("adam", 3)])
def test_queue_asks_the_same_however_long_it_is(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, count: int, who: str, queries: int
) -> None:
    for minute in range(count):
        ticket = opened(house, MONDAY_8 + minute * MINUTE)
        tickets.assign(ticket, by=house.jana, now=MONDAY_8 + minute * MINUTE, assignee=house.jana)
    user = getattr(house, who)
    queue.page(user, now=MONDAY_9)

    # Place in the structure (not for those who see everything), running, still, rows.
    with django_assert_num_queries(queries):
        page = queue.page(user, now=MONDAY_9)

    assert len(page.rows) == count
