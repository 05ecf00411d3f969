"""Breaches: recorded once whoever comes first, explained by those who answer for it."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import breaches, tickets
from incidents.models import Breach, Event, Ticket, Timer
from incidents.queries import breaches as queries
from tests.factories import House
from tests.incidents.acting import HOUR, MONDAY_9, MONDAY_10, MONDAY_11, last_event, opened


def missed(house: House) -> Breach:
    """A P1 answered an hour late."""
    return tickets.respond(opened(house), by=house.jana, now=MONDAY_10, text="Sorry.").breaches.get()


def late_timers(house: House) -> list[Timer]:
    """The response timer of a new ticket, as the sweep finds it an hour late."""
    return list(Timer.objects.filter(ticket=opened(house), kind="response"))


def test_record_takes_the_deadline_and_not_the_discovery(house: House) -> None:
    count = breaches.record(late_timers(house), now=MONDAY_10)

    assert count == 1
    assert list(Breach.objects.values_list("kind", "cycle", "due_at", "recorded_at", "stopped_at", "over_seconds")) == [
        ("response", 1, MONDAY_9, MONDAY_10, None, None)
    ]


def test_record_twice_records_once(house: House) -> None:
    late = late_timers(house)

    assert [breaches.record(late, now=at) for at in (MONDAY_10, MONDAY_11)] == [1, 0]
    assert Breach.objects.get().recorded_at == MONDAY_10


def test_an_action_after_the_sweep_settles_what_it_recorded(house: House) -> None:
    late = late_timers(house)
    breaches.record(late, now=MONDAY_10)

    tickets.respond(late[0].ticket, by=house.jana, now=MONDAY_11, text="Sorry.")

    assert list(Breach.objects.values_list("recorded_at", "stopped_at", "over_seconds")) == [
        (MONDAY_10, MONDAY_11, 7200)
    ]


def test_record_of_nothing_records_nothing(house: House) -> None:
    assert breaches.record([], now=MONDAY_10) == 0


def test_explain_fills_in_cause_team_and_action(house: House) -> None:
    breach = breaches.explain(
        missed(house),
        by=house.holger,
        now=MONDAY_11,
        cause="Nobody on call",
        responsible_team=house.team,
        corrective_action="Rota from May on",
    )

    breach.refresh_from_db()
    assert (breach.cause, breach.responsible_team, breach.corrective_action) == (
        "Nobody on call",
        house.team,
        "Rota from May on",
    )
    assert (breach.explained_by, breach.explained_at) == (house.holger, MONDAY_11)
    event = last_event(breach.ticket)
    assert (event.kind, event.is_public, event.facts["cause"]) == ("breach_filled", False, "Nobody on call")


def test_explain_changes_only_what_is_given(house: House) -> None:
    breach = breaches.explain(missed(house), by=house.holger, now=MONDAY_10, cause="Nobody on call")

    breach = breaches.explain(breach, by=house.vera, now=MONDAY_11, corrective_action="Rota")

    assert (breach.cause, breach.corrective_action, breach.explained_by) == ("Nobody on call", "Rota", house.vera)


def test_explaining_the_same_again_leaves_no_second_event(house: House) -> None:
    breach = breaches.explain(missed(house), by=house.holger, now=MONDAY_10, cause="Nobody on call")

    breaches.explain(breach, by=house.vera, now=MONDAY_11, cause="Nobody on call")

    assert Event.objects.filter(kind="breach_filled").count() == 1
    assert Breach.objects.get().explained_by == house.holger


def test_who_asks_what_has_changed_hears_of_a_breach_and_of_its_cause(house: House) -> None:
    late = late_timers(house)

    breaches.record(late, now=MONDAY_10)
    recorded = Ticket.objects.get().updated_at
    breaches.explain(Breach.objects.get(), by=house.holger, now=MONDAY_11, cause="Nobody on call")

    assert (recorded, Ticket.objects.get().updated_at) == (MONDAY_10, MONDAY_11)


def test_a_gone_deadline_stays_as_it_was(house: House) -> None:
    breach = missed(house)
    before: datetime = breach.due_at

    breach = breaches.explain(breach, by=house.holger, now=MONDAY_11, cause="x")

    assert (breach.due_at, breach.over_seconds) == (before, int(HOUR.total_seconds()))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("holger", True), ("doris", True), ("vera", True), ("adam", True),
        ("jana", False), ("mira", False), ("olaf", False), ("rita", False), ("anton", False), ("ida", False),
        ("outsider", False),
    ],
)  # fmt: skip
def test_explain_is_for_who_answers_for_it(house: House, who: str, may: bool) -> None:
    breach, by = missed(house), getattr(house, who)

    if may:
        assert breaches.explain(breach, by=by, now=MONDAY_11, cause="x").explained_by == by
        return
    with pytest.raises(PermissionDenied):
        breaches.explain(breach, by=by, now=MONDAY_11, cause="x")
    assert Breach.objects.get().cause == ""


@pytest.mark.parametrize(
    ("who", "sees"),
    [("rita", True), ("mira", True), ("jana", True), ("doris", True), ("anton", True), ("outsider", False)],
)
def test_breaches_are_seen_with_their_ticket(house: House, who: str, sees: bool) -> None:
    breach = missed(house)

    assert list(queries.visible_to(getattr(house, who))) == ([breach] if sees else [])


def test_unexplained_breaches_are_those_nobody_spoke_about(house: House) -> None:
    told, untold = missed(house), missed(house)

    breaches.explain(told, by=house.holger, now=MONDAY_11, cause="x")

    assert list(queries.unexplained(house.holger)) == [untold]
