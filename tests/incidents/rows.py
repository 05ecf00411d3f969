"""Rows of what happened, written straight into the tables: for tests that count them."""

from datetime import UTC, date, datetime, timedelta

from incidents.models import Breach, Review, ReviewAction, Status, Ticket, Timer
from slas.models import Agreement, CalendarRevision, User
from tests.factories import House

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ticket(house: House, *, priority: str = "P1", status: str = Status.OPEN, is_history: bool = False) -> Ticket:
    """A ticket of the till, without clocks."""
    return Ticket.objects.create(
        product=house.product,
        revision=house.revision,
        title="Till stands still",
        priority=priority,
        status=status,
        team=house.team,
        reporter=house.rita,
        opened_at=NOW - timedelta(days=30),
        updated_at=NOW,
        is_history=is_history,
    )


def timer(
    of: Ticket, due_at: datetime | None, *, late: timedelta | None = None, kind: str = "response", cycle: int = 1
) -> Timer:
    """A clock that was stopped so much after its deadline; None: it still runs."""
    return Timer.objects.create(
        ticket=of,
        kind=kind,
        cycle=cycle,
        is_current=kind != "update",
        calendar=CalendarRevision.objects.get(calendar__name="Büro Hamburg"),
        allowance=HOUR,
        started_at=of.opened_at,
        cycle_started_at=of.opened_at,
        due_at=due_at,
        stopped_at=None if late is None or due_at is None else due_at + late,
        reckoned_at=NOW,
    )


def breach(of: Ticket, due_at: datetime, *, cause: str = "Router") -> Breach:
    """A clock that ran an hour over, with its record."""
    late = timer(of, due_at, late=HOUR)
    return Breach.objects.create(
        ticket=of, timer=late, kind=late.kind, cycle=1, due_at=due_at, recorded_at=due_at, cause=cause
    )


def review(house: House, due_on: date, *, rhythm: str = "monthly", agreement: Agreement | None = None) -> Review:
    """A review of October that nobody has held."""
    return Review.objects.create(
        agreement=agreement or house.agreement,
        rhythm=rhythm,
        due_on=due_on,
        period_from_on=date(2026, 10, 1),
        period_to_on=date(2026, 11, 1),
    )


def taken_on(of: Review, owner: User, due_on: date, *, title: str = "Replace the router") -> ReviewAction:
    """An action that is not done."""
    return ReviewAction.objects.create(review=of, title=title, owner=owner, due_on=due_on)
