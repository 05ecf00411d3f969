"""Importing a ticket history: whole, once, and with the figures of contracts.md."""

import gzip
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet

from incidents.importers.report import Report
from incidents.importers.tickets import import_servicenow
from incidents.models import Breach, Event, Pause, Ticket, Timer
from slas.errors import Refused
from slas.models import Notice, Product, Revision, Target
from tests.factories import AgreementFactory, House, RevisionFactory, fill, publish
from tests.incidents.event_log import log, real_log, shuffled, states

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime(2014, 12, 31, 23, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Item = TypeVar("Item")

# Opened on Tuesday 1 March 2016 at 09:00 in Berlin; a P3 has 10 office hours to the answer and 50 to the resolution.
ANSWERED_LATE = states("INC1", ("1/3/2016 09:00", "New"), ("2/3/2016 09:01", "Active"), ("3/3/2016 12:00", "Closed"))
WAITED = states(
    "INC2",
    ("1/3/2016 09:30", "Awaiting User Info"),
    ("2/3/2016 09:30", "Active"),
    ("3/3/2016 10:00", "Resolved"),
    ("4/3/2016 10:00", "Active"),
    ("7/3/2016 10:00", "Resolved"),
    ("9/3/2016 10:00", "Closed"),
    priority="1 - Critical",
)
STILL_OPEN = states("INC3", ("1/3/2016 09:00", "New"), priority="4 - Low")


@pytest.fixture
def product(house: House) -> Product:
    """A product of the till's team with the example's promise since 2015."""
    found = Product.objects.create(slug="altsystem", name="Altsystem", team=house.team, owner=house.mira)
    revision = RevisionFactory(agreement=AgreementFactory(product=found, slug="alt"), in_force_from=LONG_AGO)
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)
    return found


def run(path: Path, product: Product, *, as_of: datetime | None = None) -> Report:
    return import_servicenow(path, product=product, zone=BERLIN, now=NOW, as_of=as_of)


def written(folder: Path, *rows: Mapping[str, str]) -> Path:
    path = folder / "log.csv"
    path.write_text(log(*rows), encoding="utf-8")
    return path


def snapshot(product: Product) -> dict[str, list[dict[str, object]]]:
    """Everything an import leaves behind, without keys."""
    ticket = "ticket__external_reference"
    found: dict[str, QuerySet[object, dict[str, object]]] = {
        "tickets": Ticket.objects.filter(product=product)
        .order_by("external_reference")
        .values("external_reference", "status", "priority", "opened_at", "resolved_at", "closed_at"),
        "events": Event.objects.filter(ticket__product=product).order_by(ticket, "pk").values(ticket, "at", "kind"),
        "pauses": Pause.objects.filter(ticket__product=product)
        .order_by(ticket, "pk")
        .values(ticket, "reason", "text", "started_at", "ended_at"),
        "timers": Timer.objects.filter(ticket__product=product)
        .order_by(ticket, "kind", "cycle")
        .values(ticket, "kind", "cycle", "is_current", "started_at", "stopped_at", "due_at", "next_fire_at"),
        "breaches": Breach.objects.filter(ticket__product=product)
        .order_by(ticket, "kind", "cycle")
        .values(ticket, "kind", "cycle", "due_at", "stopped_at", "over_seconds"),
    }
    return {name: list(rows) for name, rows in found.items()}


def test_a_history_becomes_rows(product: Product, tmp_path: Path) -> None:
    run(written(tmp_path, *ANSWERED_LATE), product)

    opened, answered, closed = (
        datetime(2016, 3, 1, 8, tzinfo=UTC),
        datetime(2016, 3, 2, 8, 1, tzinfo=UTC),
        datetime(2016, 3, 3, 11, tzinfo=UTC),
    )
    due, resolution_due = datetime(2016, 3, 2, 8, tzinfo=UTC), datetime(2016, 3, 8, 8, tzinfo=UTC)
    inc1 = {"ticket__external_reference": "INC1"}
    assert snapshot(product) == {
        "tickets": [
            {
                "external_reference": "INC1",
                "status": "closed",
                "priority": "P3",
                "opened_at": opened,
                "resolved_at": closed,
                "closed_at": closed,
            }
        ],
        "events": [
            inc1 | {"at": opened, "kind": "opened"},
            inc1 | {"at": answered, "kind": "begun"},
            inc1 | {"at": closed, "kind": "resolved"},
            inc1 | {"at": closed, "kind": "closed"},
        ],
        "pauses": [],
        "timers": [
            inc1 | _timer("resolution", opened, stopped_at=closed, due_at=resolution_due),
            inc1 | _timer("response", opened, stopped_at=answered, due_at=due),
        ],
        "breaches": [
            inc1 | {"kind": "response", "cycle": 1, "due_at": due, "stopped_at": answered, "over_seconds": 60}
        ],
    }


def test_the_report_counts_what_contracts_ask_for(product: Product, tmp_path: Path) -> None:
    found = run(written(tmp_path, *ANSWERED_LATE, *WAITED, *STILL_OPEN), product)

    none = {"met": 0, "breached": 0, "running": 0}
    assert found.facts() == {
        "incidents": 3,
        "events": 11,
        "skipped_rows": 0,
        "skipped": [],
        "new": 3,
        "as_of": "2016-03-09T09:00:00+00:00",
        "by_priority": {
            "P1": {
                "tickets": 1,
                "response": none | {"met": 1},
                "resolution": none | {"breached": 1},
                "reopened": 1,
                "waiting_seconds": 86_400,
            },
            "P3": {
                "tickets": 2,
                "response": none | {"breached": 2},
                "resolution": none | {"met": 1, "breached": 1},
                "reopened": 0,
                "waiting_seconds": 0,
            },
        },
    }


def test_waits_and_the_time_between_resolution_and_reopening_do_not_count(product: Product, tmp_path: Path) -> None:
    run(written(tmp_path, *WAITED), product)

    # Round the clock, 4 h: half an hour before the wait of a day, the rest from the morning after on.
    due = datetime(2016, 3, 2, 12, tzinfo=UTC)
    timer = Timer.objects.get(kind="resolution")
    assert (timer.due_at, timer.cycle, timer.stopped_at) == (due, 2, datetime(2016, 3, 7, 9, tzinfo=UTC))
    assert list(Pause.objects.order_by("started_at").values_list("reason", "text", "started_at", "ended_at")) == [
        (
            "reporter",
            "Awaiting User Info",
            datetime(2016, 3, 1, 8, 30, tzinfo=UTC),
            datetime(2016, 3, 2, 8, 30, tzinfo=UTC),
        ),
        ("resolved", "", datetime(2016, 3, 3, 9, tzinfo=UTC), datetime(2016, 3, 4, 9, tzinfo=UTC)),
    ]
    breach = Breach.objects.get(kind="resolution")
    over = (timer.stopped_at - due) - timedelta(days=1)
    assert (breach.due_at, breach.cycle, breach.over_seconds) == (due, 1, over.total_seconds())


@pytest.mark.parametrize(
    ("as_of", "response", "resolution"),
    [
        ("2016-03-02T08:00:00+00:00", "running", "running"),
        ("2016-03-02T08:00:01+00:00", "breached", "running"),
        ("2016-03-08T08:00:01+00:00", "breached", "breached"),
    ],
)
def test_what_is_still_open_is_judged_at_as_of(
    product: Product, tmp_path: Path, as_of: str, response: str, resolution: str
) -> None:
    found = run(written(tmp_path, *STILL_OPEN), product, as_of=datetime.fromisoformat(as_of))

    none = {"met": 0, "breached": 0, "running": 0}
    figures = found.facts()["by_priority"]
    assert figures == {
        "P3": {
            "tickets": 1,
            "response": none | {response: 1},
            "resolution": none | {resolution: 1},
            "reopened": 0,
            "waiting_seconds": 0,
        }
    }


def test_a_ticket_that_waits_at_the_end_stays_waiting(product: Product, tmp_path: Path) -> None:
    path = written(
        tmp_path, *states("INC4", ("1/3/2016 09:00", "Awaiting Vendor"), ("1/3/2016 11:00", "Awaiting Vendor"))
    )

    found = run(path, product, as_of=datetime(2016, 3, 1, 12, tzinfo=UTC))

    ticket = Ticket.objects.get()
    since = datetime(2016, 3, 1, 8, tzinfo=UTC)
    assert (ticket.status, ticket.waiting_reason, ticket.waiting_since, ticket.resumes_as) == (
        "waiting",
        "supplier",
        since,
        "open",
    )
    assert found.by_priority["P3"].resolution.running == 1
    assert found.by_priority["P3"].waiting_seconds == 4 * 3600
    assert Timer.objects.get(kind="resolution").due_at is None


def test_history_never_fires_and_tells_nobody(product: Product, tmp_path: Path) -> None:
    run(written(tmp_path, *STILL_OPEN, *ANSWERED_LATE), product)

    assert set(Ticket.objects.values_list("is_history", "queue_position", "assignee", "reporter")) == {
        (True, None, None, None)
    }
    assert set(Timer.objects.values_list("next_fire_at", flat=True)) == {None}
    assert not Notice.objects.exists()


def test_the_holder_is_a_label(product: Product, tmp_path: Path) -> None:
    run(written(tmp_path, *states("INC5", ("1/3/2016 09:00", "New"), assigned_to="Resolver 4")), product)

    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.team_label, ticket.assignee_label, ticket.team) == (
        "Category 1 – Subcategory 2",
        "Group 7",
        "Resolver 4",
        product.team,
    )


def test_the_order_of_the_file_does_not_matter(product: Product, house: House, tmp_path: Path) -> None:
    run(written(tmp_path, *ANSWERED_LATE, *WAITED, *STILL_OPEN), product)
    in_order = snapshot(product)
    other = Product.objects.create(slug="anderes", name="Anderes", team=house.team, owner=house.mira)
    revision = RevisionFactory(agreement=AgreementFactory(product=other), in_force_from=LONG_AGO)
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)

    run(written(tmp_path, *shuffled(ANSWERED_LATE, WAITED, STILL_OPEN)), other)

    assert snapshot(other) == in_order


def test_a_second_run_adds_nothing_and_finds_the_same(product: Product, tmp_path: Path) -> None:
    path = written(tmp_path, *ANSWERED_LATE, *WAITED, {**STILL_OPEN[0], "priority": "?"})
    first = run(path, product)
    rows = snapshot(product)

    second = run(path, product)

    assert first.new == 2
    assert second.facts() == first.facts() | {"new": 0}
    assert snapshot(product) == rows


class Killed(BaseException):
    """The process is gone."""


def test_a_run_that_was_killed_is_finished_by_the_next(
    product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.importers.tickets.BATCH", 1)
    path = written(tmp_path, *ANSWERED_LATE, *WAITED, *STILL_OPEN)

    def until_killed(items: Iterable[Item], *, label: str, total: int | None = None) -> Iterable[Item]:
        for count, item in enumerate(items):
            if label == "Writing" and count == 2:
                raise Killed
            yield item

    with pytest.raises(Killed):
        import_servicenow(path, product=product, zone=BERLIN, now=NOW, watch=until_killed)
    assert list(Ticket.objects.order_by("pk").values_list("external_reference", flat=True)) == ["INC1", "INC2"]
    halfway = snapshot(product)["events"]

    finished = run(path, product)

    assert (finished.incidents, finished.new) == (3, 1)
    assert snapshot(product)["events"][: len(halfway)] == halfway


def test_bad_rows_are_listed_and_the_rest_is_imported(product: Product, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"number": "INC1"},
        {"number": "INC1", "incident_state": "-100"},
        {"number": "INC2", "opened_at": "soon"},
        {"number": "INC1", "sys_updated_at": "?"},
        {"number": "INC2", "incident_state": "Active"},
        {"number": "?"},
    )

    found = run(path, product)

    assert found.facts() | {"by_priority": None} == {
        "incidents": 1,
        "events": 1,
        "skipped_rows": 5,
        "skipped": [
            {"line": 3, "reason": "The state “-100” is unknown."},
            {"line": 4, "reason": "opened_at “soon” is no date."},
            {"line": 5, "reason": "sys_updated_at “?” is no date."},
            {"line": 6, "reason": "INC2 is left out whole because of line 4."},
            {"line": 7, "reason": "The row names no incident."},
        ],
        "new": 1,
        "as_of": "2016-03-01T08:00:00+00:00",
        "by_priority": None,
    }


def test_an_incident_opened_while_nothing_was_promised_is_left_out(
    product: Product, house: House, tmp_path: Path
) -> None:
    Revision.objects.filter(agreement__product=product).update(in_force_to=datetime(2016, 3, 5, tzinfo=UTC))
    rows = states("INC7", ("10/3/2016 09:00", "New"), ("11/3/2016 09:00", "Active"), opened_at="10/3/2016 09:00")

    found = run(written(tmp_path, *ANSWERED_LATE, *rows), product)

    reason = "No agreement was in force when INC7 was opened."
    assert (found.incidents, [(row.line, row.reason) for row in found.skipped]) == (1, [(5, reason), (6, reason)])


def test_a_priority_without_any_promise_leaves_the_incident_out(house: House, tmp_path: Path) -> None:
    product = Product.objects.create(slug="klein", name="Klein", team=house.team, owner=house.mira)
    revision = RevisionFactory(agreement=AgreementFactory(product=product), in_force_from=LONG_AGO)
    hours = timedelta(hours=8)
    Target.objects.create(revision=revision, priority="P3", kind="response", allowance=hours, calendar=house.office)
    publish(revision, provider=house.holger, customer=house.mira)

    found = run(written(tmp_path, *WAITED, *STILL_OPEN), product)

    assert (found.incidents, {row.reason for row in found.skipped}) == (1, {"The agreement promises nothing for P1."})
    assert Ticket.objects.get().priority == "P3"


def test_each_ticket_is_judged_by_the_revision_of_its_opening(product: Product, house: House, tmp_path: Path) -> None:
    march = datetime(2016, 3, 5, tzinfo=UTC)
    Revision.objects.filter(agreement__product=product).update(in_force_to=march)
    stricter = RevisionFactory(agreement=product.agreements.get(), in_force_from=march)
    quick = timedelta(hours=1)
    Target.objects.create(revision=stricter, priority="P3", kind="response", allowance=quick, calendar=house.office)
    publish(stricter, provider=house.holger, customer=house.mira)
    later = states("INC8", ("7/3/2016 09:00", "New"), ("7/3/2016 10:01", "Active"), opened_at="7/3/2016 09:00")

    run(written(tmp_path, *STILL_OPEN, *later), product, as_of=datetime(2016, 3, 1, 9, tzinfo=UTC))

    found = Timer.objects.order_by("ticket__external_reference", "kind")
    assert list(found.values_list("ticket__external_reference", "kind", "allowance", "ticket__revision__number")) == [
        ("INC3", "resolution", timedelta(hours=50), 1),
        ("INC3", "response", timedelta(hours=10), 1),
        ("INC8", "response", quick, 2),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"number,priority\n", "The file has no column"),
        (b"\x1f\x8b\x08\x00broken", "cannot be read"),
        (gzip.compress(log(*WAITED).encode())[:-12], "cannot be read"),
    ],
    ids=["columns", "no gzip", "cut off"],
)
def test_a_file_that_is_no_log_is_refused(product: Product, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(content)

    with pytest.raises(Refused, match=sentence):
        run(path, product)

    assert not Ticket.objects.exists()


def test_a_file_that_is_not_there_is_refused(product: Product, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        run(tmp_path / "nothing.csv", product)


def test_without_an_agreement_at_the_first_opening_nothing_is_written(house: House, tmp_path: Path) -> None:
    path = written(tmp_path, {"number": "INC9", "opened_at": "1/3/2026 09:00"}, *ANSWERED_LATE)

    with pytest.raises(Refused) as refusal:
        run(path, house.product)

    assert str(refusal.value) == (
        "No agreement for Kasse was in force on 2016-03-01, when the first incident was opened."
    )
    assert not Ticket.objects.exists()


def test_an_empty_log_is_imported_as_nothing(product: Product, tmp_path: Path) -> None:
    assert run(written(tmp_path), product).facts() == {
        "incidents": 0,
        "events": 0,
        "skipped_rows": 0,
        "skipped": [],
        "new": 0,
        "as_of": NOW.isoformat(),
        "by_priority": {},
    }


def _timer(kind: str, started_at: datetime, *, stopped_at: datetime, due_at: datetime) -> dict[str, object]:
    return {
        "kind": kind,
        "cycle": 1,
        "is_current": True,
        "started_at": started_at,
        "stopped_at": stopped_at,
        "due_at": due_at,
        "next_fire_at": None,
    }


def test_the_real_log_is_imported_whole(product: Product) -> None:
    found = run(real_log(), product)

    assert (found.incidents, found.new, len(found.skipped)) == (2534, 2534, 0)
    assert found.as_of == datetime(2017, 2, 15, 14, tzinfo=UTC)
    assert Ticket.objects.filter(product=product, is_history=True).count() == 2534
