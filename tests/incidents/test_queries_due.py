"""The rows of a sweep: what is due, in the order of the index, and the same facts as the models have."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from incidents.models import Ticket, Timer
from incidents.queries import due
from slas.queries.cursors import straight
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk, timer_of

BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), 0)


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def test_due_timers_come_in_order_and_in_portions(kiosk: Kiosk) -> None:
    late, later = kiosk.ticket(33 * MINUTE), kiosk.ticket(32 * MINUTE)
    kiosk.ticket(29 * MINUTE)

    found = due.keys(10, above=BEGINNING)

    assert found == [(timer.next_fire_at, timer.pk) for timer in (timer_of(late), timer_of(later))]
    assert due.keys(1, above=BEGINNING) == found[:1]
    assert due.keys(10, above=found[0]) == found[1:]


def test_row_has_the_facts_of_its_models(kiosk: Kiosk) -> None:
    ticket = Ticket.objects.get(pk=kiosk.ticket(31 * MINUTE).pk)
    timer = timer_of(ticket)

    with transaction.atomic():
        (row,) = due.locked([timer.pk])

    facts = set(row._fields) - {"ticket"}
    assert {name: getattr(row, name) for name in facts} == {name: getattr(timer, name) for name in facts}
    assert {name: getattr(row.ticket, name) for name in row.ticket._fields} == {
        name: getattr(ticket, name) for name in row.ticket._fields
    }
    # Only a zone that is UTC itself is compared without being turned first.
    assert row.started_at.tzinfo is UTC


@pytest.mark.parametrize("changed", ["is put off", "is parked", "has stopped"])
def test_what_is_no_longer_due_under_the_lock_is_left_out(kiosk: Kiosk, changed: str) -> None:
    timer, other = timer_of(kiosk.ticket(31 * MINUTE)), timer_of(kiosk.ticket(31 * MINUTE))
    now = database_now()
    values: dict[str, dict[str, datetime | None]] = {
        "is put off": {"next_fire_at": now + MINUTE},
        "is parked": {"parked_at": now},
        "has stopped": {"stopped_at": now, "next_fire_at": None},
    }
    Timer.objects.filter(pk=timer.pk).update(**values[changed])

    with transaction.atomic():
        assert [row.pk for row in due.locked([timer.pk, other.pk])] == [other.pk]


def test_nothing_is_locked_without_keys(db: None) -> None:
    with transaction.atomic():
        assert due.locked([]) == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", [1, -(2**62), None]),
        ("text", ['a "quoted" \\ word, {brace}', "ümlaut", "", None]),
        ("timestamptz", [datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC), None]),
        ("boolean", [True, False, None]),
        ("interval", [timedelta(days=1, microseconds=1), None]),
        ("bigint", []),
        ("timestamptz", [None, None]),
    ],
)
@pytest.mark.django_db
def test_columns_arrive_and_return_as_they_were(kind: str, values: list[object]) -> None:
    with straight() as cursor:
        cursor.execute(f"SELECT one FROM unnest(%s::{kind}[]) AS one", [values], binary=True)

        assert [row[0] for row in cursor] == values


def test_straight_way_knows_the_transaction_and_the_faults_of_django(kiosk: Kiosk) -> None:
    taken = "UPDATE slas_product SET name = 'gone', slug = 'kasse' WHERE id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), straight() as cursor:
        cursor.execute(taken, [kiosk.product.pk])

    kiosk.product.refresh_from_db()
    assert kiosk.product.name == "Kiosk"
    with connection.cursor() as usual, straight() as cursor:
        usual.execute("SELECT pg_backend_pid()")
        assert cursor.execute("SELECT pg_backend_pid()").fetchone() == usual.fetchone()
