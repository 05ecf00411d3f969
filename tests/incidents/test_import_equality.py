"""The importer writes in sets what the actions would have written one by one."""

import gzip
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidents.actions import tickets
from incidents.importers import servicenow
from incidents.importers.history import History, Move
from incidents.importers.replay import replay
from incidents.importers.servicenow import Row
from incidents.importers.terms import TermsBook
from incidents.importers.transitions import history
from incidents.importers.writing import write
from incidents.models import Ticket
from slas.models import Product, Role, User
from tests.factories import AgreementFactory, House, RevisionFactory, fill, publish
from tests.incidents.event_log import log, real_log, states

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AS_OF = datetime(2017, 3, 1, tzinfo=UTC)
Rows = list[dict[str, object]]


@pytest.fixture(params=[False, True], ids=["pauses of the example", "a pause stops every timer"])
def product(request: pytest.FixtureRequest, house: House) -> Product:
    """A product promised the example's terms since 2015, with time enough to reopen anything."""
    found = Product.objects.create(slug="altsystem", name="Altsystem", team=house.team, owner=house.mira)
    revision = RevisionFactory(
        agreement=AgreementFactory(product=found, slug="alt"),
        in_force_from=datetime(2014, 12, 31, 23, tzinfo=UTC),
        reopen_within=timedelta(days=1000),
        is_response_paused=request.param,
    )
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)
    return found


def actor(house: House) -> User:
    """A member of the team who may also give moments in the past."""
    house.jana.roles = [Role.IMPORTER]
    house.jana.save()
    return house.jana


def acted(told: History, product: Product, by: User) -> Ticket:
    """The history made once more through the actions."""
    ticket = tickets.open_ticket(
        product,
        by=by,
        now=NOW,
        priority=told.priority,
        title=told.title,
        opened_at=told.opened_at,
        external_reference=f"{told.reference} acted",
    )
    for move in told.moves:
        _act(ticket, move, by=by)
    return ticket


def _act(ticket: Ticket, move: Move, *, by: User) -> None:
    when = {"by": by, "now": NOW, "at": move.at}
    text = move.text or "."
    deeds = {
        "begin": lambda: tickets.begin(ticket, **when),
        "respond": lambda: tickets.respond(ticket, **when, text=text),
        "comment_by_team": lambda: tickets.comment(ticket, **when, text=text, is_public=True),
        "comment_internal": lambda: tickets.comment(ticket, **when, text=text, is_public=False),
        "pause": lambda: tickets.pause(ticket, **when, reason=move.reason, text=move.text),
        "resume": lambda: tickets.resume(ticket, **when),
        "resolve": lambda: tickets.resolve(ticket, **when, text=text),
        "reopen": lambda: tickets.reopen(ticket, **when, reason=text),
        "close": lambda: tickets.close(ticket, **when),
        "reject": lambda: tickets.reject(ticket, **when, reason=move.reason, text=text),
        "log-time": lambda: tickets.log_time(ticket, **when, minutes=move.minutes, text=move.text),
    }
    deeds[move.action]()


def left_behind(ticket: Ticket) -> dict[str, object]:
    """Every row of a ticket without its keys, and without who did it."""
    ticket.refresh_from_db()
    rows: dict[str, Iterable[dict[str, object]]] = {
        "events": ticket.events.order_by("at", "pk").values("at", "kind", "is_public"),
        "pauses": ticket.pauses.order_by("started_at", "pk").values("reason", "text", "started_at", "ended_at"),
        "timers": ticket.timers.order_by("kind", "cycle").values(
            "kind", "cycle", "is_current", "calendar", "allowance", "started_at", "cycle_started_at", "stopped_at",
            "due_at", "next_fire_at", "is_withdrawn",
        ),
        "breaches": ticket.breaches.order_by("kind", "cycle").values(
            "kind", "cycle", "due_at", "recorded_at", "stopped_at", "over_seconds"
        ),
        "time": ticket.time_entries.order_by("pk").values("minutes", "text", "at"),
    }  # fmt: skip
    fields = (
        "title", "priority", "status", "resumes_as", "waiting_reason", "waiting_since", "team_id", "opened_at",
        "resolved_at", "closed_at", "updated_at", "is_history", "queue_position", "queue_due_at", "revision_id",
    )  # fmt: skip
    return {name: getattr(ticket, name) for name in fields} | {name: list(found) for name, found in rows.items()}


def compare(told: Sequence[History], product: Product, by: User) -> None:
    """Assert that both ways leave the same rows."""
    book = TermsBook(product)
    replays = []
    for one in told:
        terms = book.at(one.opened_at)
        assert terms is not None
        replays.append(replay(one, terms=terms, as_of=AS_OF))
    imported = write(replays, product=product, as_of=AS_OF, now=NOW)

    assert len(imported) == len(told)
    for ticket, one in zip(imported, told, strict=True):
        assert left_behind(ticket) == left_behind(acted(one, product, by)), one.reference


def read(lines: Iterable[str]) -> list[History]:
    rows = [row for row in servicenow.rows(lines, zone=ZoneInfo("Europe/Berlin")) if isinstance(row, Row)]
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    return [history(sorted(of_one, key=lambda row: (row.updated_at, row.mod_count))) for of_one in by_number.values()]


SETTLED = [
    states("in time", ("1/3/2016 09:30", "Active"), ("1/3/2016 12:00", "Resolved"), ("9/3/2016 12:00", "Closed")),
    states("at once", ("1/3/2016 09:30", "Closed")),
    states("both late", ("7/3/2016 09:30", "Active"), ("17/3/2016 12:00", "Resolved")),
    states("late while it waits", ("21/3/2016 09:30", "Awaiting Vendor"), ("22/3/2016 12:00", "Resolved")),
    states(
        "late twice",
        ("1/3/2016 09:30", "Active"),
        ("1/3/2016 19:00", "Resolved"),
        ("2/3/2016 09:00", "Active"),
        ("3/3/2016 09:00", "Resolved"),
        priority="1 - Critical",
    ),
    states(
        "late after a reopening",
        ("1/3/2016 10:00", "Resolved"),
        ("2/3/2016 10:00", "Awaiting User Info"),
        ("3/3/2016 10:00", "Active"),
        ("4/3/2016 10:00", "Resolved"),
        ("5/3/2016 10:00", "Closed"),
        priority="1 - Critical",
    ),
    states(
        "closed, reopened as new",
        ("1/3/2016 09:30", "Closed"),
        ("2/3/2016 09:00", "New"),
        ("2/3/2016 11:00", "Awaiting Problem"),
        ("2/3/2016 12:00", "Awaiting Vendor"),
        ("29/3/2016 12:00", "Closed"),
        priority="2 - High",
    ),
    states("unknown priority", ("1/3/2016 09:30", "Active"), ("1/4/2016 09:30", "Closed"), priority="4 - Low"),
]  # fmt: skip


def test_histories_of_every_kind_leave_the_rows_of_the_actions(product: Product, house: House) -> None:
    text = log(*(row for incident in SETTLED for row in incident))

    compare(read(text.splitlines(keepends=True)), product, actor(house))


def test_moves_that_servicenow_does_not_know_leave_the_rows_of_the_actions(product: Product, house: House) -> None:
    def at(day: int, hour: int) -> datetime:
        return datetime(2016, 3, day, hour, tzinfo=UTC)

    talked = (
        Move(at(1, 9), "comment_internal", text="Who knows this one?"),
        Move(at(1, 10), "respond", text="We are looking into it."),
        Move(at(1, 12), "comment_by_team", text="Half of it works again."),
        Move(at(1, 15), "pause", reason="supplier", text="Part ordered"),
        Move(at(2, 15), "comment_by_team", text="The part is late."),
        Move(at(3, 9), "resume"),
        Move(at(3, 10), "log-time", minutes=90, text="Fitted the part", actor_id=house.jana.pk),
        Move(at(3, 11), "resolve", text="Works."),
        Move(at(3, 12), "reopen", text="Not for us."),
        Move(at(3, 15), "resolve", text="Now it does."),
        Move(at(4, 9), "close"),
    )
    rejected = (
        Move(at(1, 14), "pause", reason="reporter"),
        Move(at(2, 14), "reject", reason="duplicate", text="We know."),
    )
    told = [
        History("Till down", "P1", at(1, 8), talked, reference="talked"),
        History("Till down as well", "P1", at(1, 8), rejected, reference="rejected"),
        History("Rejected once it was answered", "P2", at(1, 8), (talked[1], rejected[1]), reference="answered"),
    ]

    compare(told, product, actor(house))


def test_a_sample_of_the_real_log_leaves_the_rows_of_the_actions(product: Product, house: House) -> None:
    with gzip.open(real_log(), "rt", encoding="utf-8", newline="") as lines:
        told = read(lines)
    reopened = [one for one in told if one.reopened]
    urgent = [one for one in told if one.priority in ("P1", "P2") and not one.reopened]

    compare([*reopened[:6], *urgent[:6], *told[::500]], product, actor(house))
