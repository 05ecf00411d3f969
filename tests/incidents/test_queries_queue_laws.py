"""The queue against a brute-force sort: any tickets on any calendars, any filter, anybody's view, any page size."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import Ticket
from incidents.queries import queue, tickets
from incidents.queries.queue import Filters
from slas.models import CalendarRevision, Product, Team, User
from slas.queries import calendars
from tests.factories import CalendarFactory, CalendarRevisionFactory, House, ProductFactory, agreement_in_force
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8

law = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
STATES = ("new", "open", "waiting", "resolved", "closed", "rejected")
CAST = ("vera", "holger", "doris", "jana", "timo", "mira", "olaf", "stella", "rita", "anton", "ida", "adam", "outsider")


@dataclass(frozen=True)
class Sketch:
    """A ticket in few words: `left` minutes of support time on a calendar, or None while it stands still."""

    calendar: int
    left: int | None
    status: str
    age: int
    priority: str
    product: int
    holder: int
    is_history: bool


SKETCHES = st.lists(
    st.builds(
        Sketch,
        calendar=st.integers(0, 3),
        left=st.none() | st.integers(-3000, 3000),
        status=st.sampled_from([*STATES, "new", "open", "waiting", "open"]),
        age=st.integers(0, 5),
        priority=st.sampled_from(["P1", "P2", "P3"]),
        product=st.integers(0, 1),
        holder=st.integers(0, 2),
        is_history=st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
)
MOMENTS = st.integers(-4000, 4000).map(lambda minutes: MONDAY_8 + minutes * MINUTE)


@dataclass(frozen=True)
class World:
    """Two products of two teams and four calendars."""

    house: House
    products: tuple[Product, Product]
    hours: list[CalendarRevision]

    def fill(self, sketches: list[Sketch], now: datetime) -> list[Ticket]:
        """Rows as actions would have left them behind."""
        return Ticket.objects.bulk_create([self.row(number, sketch, now) for number, sketch in enumerate(sketches)])

    def row(self, number: int, sketch: Sketch, now: datetime) -> Ticket:
        """One of them."""
        product, pinned = self.products[sketch.product], self.hours[sketch.calendar]
        ticket = Ticket(
            product=product,
            revision=self.house.revision,
            title=f"ticket {number}",
            priority=sketch.priority,
            status=sketch.status,
            team=product.team,
            reporter=self.house.rita,
            assignee=(None, self.house.jana, self.house.outsider)[sketch.holder],
            opened_at=MONDAY_8 - sketch.age * HOUR,
            updated_at=MONDAY_8,
            is_history=sketch.is_history,
        )
        if sketch.status == "waiting":
            ticket.waiting_reason, ticket.waiting_since = "supplier", MONDAY_8
        if sketch.left is not None:
            clock = calendars.hours_by_id(pinned.pk)
            ticket.queue_calendar = pinned
            ticket.queue_position = clock.position(now) // 1_000_000 + sketch.left * 60
            ticket.queue_due_at = clock.at_position(ticket.queue_position * 1_000_000)
        return ticket


@pytest.fixture
def world(house: House) -> World:
    team = Team.objects.get(slug="lagerteam")
    other: Product = ProductFactory(slug="lager", name="Lager", team=team, owner=house.olaf)
    agreement_in_force(other, provider=house.outsider, customer=house.olaf, office=house.office, clock=house.clock)
    for zone in ("Australia/Lord_Howe", "America/New_York"):
        CalendarRevisionFactory(
            calendar=CalendarFactory(), zone=zone, week={"mon": ["09:00-17:00"], "sun": ["00:00-24:00"]}
        )
    return World(house, (house.product, other), list(CalendarRevision.objects.order_by("pk")))


def expected(now: datetime, found: list[Ticket]) -> list[str]:
    """Those that run by support time left at that moment, then the others by age."""
    live = [one for one in found if one.status in ("new", "open", "waiting") and not one.is_history]
    here = {row.pk: calendars.hours_by_id(row.pk).position(now) // 1_000_000 for row in CalendarRevision.objects.all()}
    running = [
        (one.queue_position - here[one.queue_calendar_id], one.pk, one.title)
        for one in live
        if one.queue_position is not None and one.queue_calendar_id is not None
    ]
    still = [(one.opened_at, one.pk, one.title) for one in live if one.queue_position is None]
    return [title for *_, title in sorted(running)] + [title for *_, title in sorted(still)]


def walk(user: User, now: datetime, *, size: int, filters: Filters | None = None) -> Iterator[list[str]]:
    """Page after page; later pages are asked for later, which must not change their order."""
    cursor, later = "", timedelta(0)
    while True:
        page = queue.page(user, now=now + later, filters=filters or Filters(), cursor=cursor, size=size)
        yield [row.title for row in page.rows]
        cursor, later = page.next_cursor, later + MINUTE
        if not cursor:
            return


def titles(pages: Iterator[list[str]]) -> list[str]:
    """All pages as one list."""
    return [title for page in pages for title in page]


@law
@given(sketches=SKETCHES, now=MOMENTS, looked=MOMENTS, size=st.integers(1, 6))
def test_the_order_is_that_of_a_brute_force_sort(
    world: World, sketches: list[Sketch], now: datetime, looked: datetime, size: int
) -> None:
    with transaction.atomic():
        found = world.fill(sketches, now)

        pages = list(walk(world.house.adam, looked, size=size))

        assert [title for page in pages for title in page] == expected(looked, found)
        assert all(len(page) == size for page in pages[:-1])
        transaction.set_rollback(True)


@law
@given(sketches=SKETCHES, now=MOMENTS, who=st.sampled_from(CAST), size=st.integers(1, 6))
def test_everybody_sees_of_it_exactly_the_visible_tickets(
    world: World, sketches: list[Sketch], now: datetime, who: str, size: int
) -> None:
    user = getattr(world.house, who)
    with transaction.atomic():
        world.fill(sketches, now)

        seen = titles(walk(user, now, size=size))

        assert seen == expected(now, list(tickets.visible_to(user)))
        transaction.set_rollback(True)


FILTERS = st.builds(
    Filters,
    product=st.sampled_from(["", "", "kasse", "lager", "nowhere"]),
    team=st.sampled_from(["", "", "kassenteam", "lagerteam", "nobody"]),
    assignee=st.sampled_from(["", "", "jana", "outsider", "nobody"]),
    is_mine=st.booleans(),
    is_unassigned=st.booleans(),
    priorities=st.sampled_from([(), ("P1",), ("P1", "P3")]),
    states=st.sampled_from([(), ("new",), ("open", "waiting")]),
    q=st.sampled_from(["", "", "ticket", "TICKET 1", "%", "t_cket"]),
)


def passes(one: Ticket, wanted: Filters, user: User) -> bool:
    """The same filter, said once more in Python."""
    holder = one.assignee.username if one.assignee else ""
    return (
        wanted.product in ("", one.product.slug)
        and wanted.team in ("", one.team.slug)
        and (holder == user.username if wanted.is_mine else wanted.assignee in ("", holder))
        and (not wanted.is_unassigned or not holder)
        and (not wanted.priorities or one.priority in wanted.priorities)
        and (not wanted.states or one.status in wanted.states)
        and wanted.q.lower() in one.title
    )


@law
@given(sketches=SKETCHES, wanted=FILTERS, who=st.sampled_from(["jana", "adam", "outsider", "rita", "doris"]))
def test_a_filter_leaves_out_and_never_reorders(
    world: World, sketches: list[Sketch], wanted: Filters, who: str
) -> None:
    user = getattr(world.house, who)
    with transaction.atomic():
        world.fill(sketches, MONDAY_8)
        visible = [
            one for one in tickets.visible_to(user).select_related("team", "assignee") if passes(one, wanted, user)
        ]

        assert titles(walk(user, MONDAY_8, size=4, filters=wanted)) == expected(MONDAY_8, visible)
        transaction.set_rollback(True)


@law
@given(
    sketches=SKETCHES,
    size=st.integers(1, 4),
    changes=st.lists(st.tuples(st.integers(0, 13), st.sampled_from(["settled", "put off", "urgent"])), max_size=6),
)
def test_what_nobody_touches_is_met_once_while_others_change(
    world: World, sketches: list[Sketch], size: int, changes: list[tuple[int, str]]
) -> None:
    with transaction.atomic():
        found = world.fill(sketches, MONDAY_8)
        touched, seen, left = set[str](), list[str](), list(changes)

        for page in walk(world.house.adam, MONDAY_8, size=size):
            seen += page
            if left and found:
                place, what = left.pop()
                touched.add(change(found[place % len(found)], what))

        untouched = [title for title in seen if title not in touched]
        assert untouched == [title for title in expected(MONDAY_8, found) if title not in touched]
        transaction.set_rollback(True)


def change(ticket: Ticket, what: str) -> str:
    """Somebody works on a ticket while another one turns pages."""
    rows = Ticket.objects.filter(pk=ticket.pk)
    if what == "settled":
        rows.update(status="resolved", waiting_reason="", waiting_since=None)
    elif ticket.queue_position is not None:
        rows.update(queue_position=ticket.queue_position + (10**6 if what == "put off" else -(10**6)))
    return ticket.title
