"""Tickets as people may see them, what was said, and how their timers stand."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents import rules
from incidents.actions import tickets as actions
from incidents.models import Pause, Ticket, Timer
from incidents.queries import tickets
from slas.clock import Span
from slas.models import Product, Team
from tests.factories import House, ProductFactory, agreement_in_force
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_12, in_state, opened

CAST = ("vera", "holger", "doris", "jana", "timo", "mira", "olaf", "stella", "rita", "anton", "ida", "adam", "outsider")
PROVIDERS = {"vera", "holger", "doris", "jana", "timo", "anton", "adam"}


@pytest.fixture
def store(house: House) -> Product:
    """A product of the other team."""
    team = Team.objects.get(slug="lagerteam")
    product: Product = ProductFactory(slug="lager", name="Lager", team=team, owner=house.olaf)
    agreement_in_force(product, provider=house.outsider, customer=house.olaf, office=house.office, clock=house.clock)
    return product


def everywhere(house: House, store: Product) -> None:
    """One ticket of each product, reported by Rita and by Jana."""
    opened(house, title="till")
    actions.open_ticket(store, by=house.jana, now=MONDAY_8 + MINUTE, priority="P2", title="store")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("vera", ["store", "till"]),
        ("anton", ["store", "till"]),
        ("adam", ["store", "till"]),
        ("jana", ["store", "till"]),  # her team's, and the one she reported
        ("timo", ["till"]),
        ("holger", ["till"]),
        ("doris", ["till"]),
        ("mira", ["till"]),
        ("olaf", ["store", "till"]),  # owner of the one, deputy of the other
        ("stella", ["till"]),
        ("rita", ["till"]),
        ("outsider", ["store"]),
        ("ida", []),
    ],
)
def test_visible_are_those_of_both_sides_newest_first(
    house: House, store: Product, who: str, expected: list[str]
) -> None:
    everywhere(house, store)

    assert [one.title for one in tickets.visible_to(getattr(house, who))] == expected


@pytest.mark.parametrize("who", CAST)
def test_one_is_found_by_its_number_exactly_where_it_is_visible(house: House, who: str) -> None:
    ticket, user = opened(house), getattr(house, who)
    may = rules.may_see(user, ticket)

    if may:
        assert tickets.by_number(user, ticket.number) == ticket
    else:
        with pytest.raises(Ticket.DoesNotExist):
            tickets.by_number(user, ticket.number)
    assert may == (who not in ("ida", "outsider"))


def test_a_number_that_nobody_gave_is_not_found(house: House) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        tickets.by_number(house.adam, "T-0")


@pytest.mark.parametrize("count", [1, 3])
def test_everything_shown_costs_the_same_for_one_and_for_three(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        in_state(house, "waiting")

    # The reader's place, tickets, timers, pauses, breaches (none, so nobody asks for their teams).
    with django_assert_num_queries(5):
        for ticket in tickets.with_all_shown(tickets.visible_to(house.adam)):
            assert (ticket.product.team.slug, ticket.revision.agreement.slug) == ("kassenteam", "kasse-2026")
            assert [timer.kind for timer in ticket.timers.all()] == ["response", "resolution", "update"]
            assert [pause.reason for pause in ticket.pauses.all()] == ["reporter"]
            assert list(ticket.breaches.all()) == []


def talk(house: House) -> Ticket:
    """One event of nearly every kind, five of them with words."""
    ticket = opened(house)
    actions.assign(ticket, by=house.holger, now=MONDAY_8 + MINUTE, assignee=house.jana, reason="Knows it")
    actions.respond(ticket, by=house.jana, now=MONDAY_8 + 2 * MINUTE, text="We look.")
    actions.comment(ticket, by=house.timo, now=MONDAY_8 + 3 * MINUTE, text="Router again?", is_public=False)
    actions.comment(ticket, by=house.rita, now=MONDAY_8 + 4 * MINUTE, text="Thanks.", is_public=True)
    actions.log_time(ticket, by=house.jana, now=MONDAY_8 + 5 * MINUTE, minutes=15, text="Looked")
    actions.pause(ticket, by=house.jana, now=MONDAY_8 + 6 * MINUTE, reason="supplier", text="Part ordered")
    actions.resume(ticket, by=house.jana, now=MONDAY_8 + 7 * MINUTE)
    return actions.resolve(ticket, by=house.jana, now=MONDAY_8 + 8 * MINUTE, text="New router.")


PUBLIC_WORDS = [("jana", "We look."), ("rita", "Thanks."), ("jana", "New router.")]


@pytest.mark.parametrize("who", CAST)
def test_a_conversation_is_what_was_said_to_this_reader(house: House, who: str) -> None:
    ticket = talk(house)

    said = [
        (event.actor.username if event.actor else "", event.text)
        for event in tickets.comments(ticket, getattr(house, who))
    ]

    internal = [*PUBLIC_WORDS[:1], ("timo", "Router again?"), *PUBLIC_WORDS[1:]]
    assert said == (internal if who in PROVIDERS else PUBLIC_WORDS)


@pytest.mark.parametrize("who", CAST)
def test_the_history_keeps_internal_moves_from_customers(house: House, who: str) -> None:
    ticket = talk(house)

    kinds = [event.kind for event in tickets.history(ticket, getattr(house, who))]

    every = [
        "opened", "assigned", "responded", "commented", "commented", "time_logged", "paused", "resumed", "resolved",
    ]  # fmt: skip
    public = ["opened", "assigned", "responded", "commented", "paused", "resumed", "resolved"]
    assert kinds == (every if who in PROVIDERS else public)


@pytest.mark.parametrize("who", CAST)
def test_time_worked_is_the_providers_own_affair(house: House, who: str) -> None:
    ticket = talk(house)

    found = [
        (entry.person.username, entry.minutes, entry.text) for entry in tickets.time_worked(ticket, getattr(house, who))
    ]

    assert found == ([("jana", 15, "Looked")] if who in PROVIDERS else [])


def test_events_without_words_are_no_conversation(house: House) -> None:
    ticket = actions.begin(opened(house), by=house.jana, now=MONDAY_9)

    assert list(tickets.comments(ticket, house.jana)) == []
    assert [event.kind for event in tickets.history(ticket, house.jana)] == ["opened", "begun"]


@pytest.mark.parametrize(
    ("status", "kinds"),
    [("new", ["response", "resolution"]), ("open", ["response", "update", "resolution"]),
     ("waiting", ["response", "update", "resolution"]), ("rejected", ["response", "resolution"])],
)  # fmt: skip
def test_timers_stand_in_the_order_of_a_ticket(house: House, status: str, kinds: list[str]) -> None:
    assert [timer.kind for timer in tickets.current_timers(in_state(house, status))] == kinds


def test_of_the_updates_only_the_last_cycle_is_current(house: House) -> None:
    ticket = in_state(house, "open")
    for minutes in (10, 20):
        actions.respond(ticket, by=house.jana, now=MONDAY_8 + minutes * MINUTE, text="Still looking.")

    (update,) = [timer for timer in tickets.current_timers(ticket) if timer.kind == "update"]

    assert (update.cycle, update.started_at, Timer.objects.filter(ticket=ticket, kind="update").count()) == (
        3, MONDAY_8 + 20 * MINUTE, 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "state", "left"),
    [(0, "running", 60), (59, "running", 1), (60, "running", 0), (61, "breached", -1), (120, "breached", -60)],
)
def test_a_standing_is_that_of_the_moment(house: House, minutes: int, state: str, left: int) -> None:
    timer = tickets.current_timers(opened(house))[0]

    found = tickets.standing(timer, MONDAY_8 + minutes * MINUTE)

    assert (found.state, found.remaining, found.due_at) == (state, left * MINUTE, MONDAY_9)


def test_a_rejected_ticket_owes_nothing_whatever_the_clock_says(house: House) -> None:
    late = actions.reject(opened(house), by=house.jana, now=MONDAY_12, reason="duplicate", text="Known.")

    found = [tickets.standing(timer, MONDAY_12) for timer in tickets.current_timers(late)]

    assert [(one.state, one.elapsed) for one in found] == [("withdrawn", 4 * HOUR), ("withdrawn", 4 * HOUR)]


PAUSES = [
    Pause(started_at=MONDAY_8, ended_at=MONDAY_9, reason="supplier"),
    Pause(started_at=MONDAY_10, ended_at=MONDAY_12, reason="resolved"),
    Pause(started_at=MONDAY_12, ended_at=None, reason="reporter"),
]


@pytest.mark.parametrize(("kind", "places"), [("response", [1]), ("update", [0, 1, 2]), ("resolution", [0, 1, 2])])
def test_stopping_are_the_pauses_of_the_flags_and_every_resolved_time(
    house: House, kind: str, places: Sequence[int]
) -> None:
    timer = Timer(ticket=Ticket(revision=house.revision), kind=kind)

    found = tickets.stopping(timer, PAUSES)

    assert found == [Span(PAUSES[place].started_at, PAUSES[place].ended_at) for place in places]


def test_standings_by_pauses_at_hand_equal_those_that_are_read(house: House) -> None:
    ticket = in_state(house, "waiting")
    pauses = list(ticket.pauses.all())

    for timer in tickets.current_timers(ticket):
        for later in (timedelta(0), 3 * HOUR, timedelta(days=3)):
            now = MONDAY_9 + later
            assert tickets.standing(timer, now) == tickets.standing_with(timer, pauses=pauses, now=now)
