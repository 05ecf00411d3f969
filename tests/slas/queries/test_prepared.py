"""Statements whose plan is kept: their answers, their place in Django's log, and a connection that was lost."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from slas.models import Product
from slas.queries.prepared import Prepared

MOMENT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_values_come_back_as_they_went_in() -> None:
    echo = Prepared("SELECT %s::bigint, %s::text, %s::timestamptz, %s::text[], %s::boolean")

    assert echo.rows([2**40, "100 % 'quoted'", MOMENT, ["a", None], None]) == [
        (2**40, "100 % 'quoted'", MOMENT, ["a", None], None)
    ]


@pytest.mark.django_db
def test_names_may_stand_in_several_places() -> None:
    assert Prepared("SELECT %(one)s::int, %(two)s::int, %(one)s::int").rows({"one": 1, "two": 2}) == [(1, 2, 1)]


@pytest.mark.django_db
def test_the_same_statement_is_planned_once() -> None:
    question = Prepared("SELECT 'planned once', %s::int")

    for number in range(3):
        assert question.rows([number]) == [("planned once", number)]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%planned once%$1%"])
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_nothing_else_is_planned_for_good() -> None:
    for _ in range(10):
        list(Product.objects.filter(slug="never planned"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ['%FROM "slas_product"%'])
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_whoever_counts_statements_sees_these_too() -> None:
    with CaptureQueriesContext(connection) as asked:
        Prepared("SELECT 'counted', %s::int").rows([1])

    assert [query["sql"] for query in asked] == ["SELECT 'counted', $1::int"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1 / %s::int", DataError),
        ("INSERT INTO slas_team (id, slug, name, lead_id) VALUES (%s, 'x', 'x', NULL)", IntegrityError),
    ],
)
def test_faults_are_those_of_django(sql: str, error: type[Exception]) -> None:
    with pytest.raises(error), transaction.atomic():
        Prepared(sql).rows([0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_plans_anew() -> None:
    question = Prepared("SELECT 'lost', %s::int")
    assert question.rows([1]) == [("lost", 1)]

    connection.close()

    assert question.rows([2]) == [("lost", 2)]
