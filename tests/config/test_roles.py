"""What the database itself refuses: the application role reads and writes rows and can do nothing else."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from psycopg import errors, sql

from config.postgres import ROLES

TABLE = "roles_probe"


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    """A connection of its own to the tests' database, as the owner."""
    there = connection.settings_dict
    return psycopg.connect(
        host=there["HOST"], port=there["PORT"], user=there["USER"], password=there["PASSWORD"], dbname=there["NAME"],
        autocommit=True,
    )  # fmt: skip


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The owner, with a table and a row of its own."""
    with _connect() as session:
        session.execute(f"drop table if exists {TABLE}")
        session.execute(f"create table {TABLE} (id bigserial primary key, word text)")
        session.execute(f"insert into {TABLE} (word) values ('promised')")
        yield session
        session.execute("reset role")
        session.execute(f"drop table {TABLE}")


@pytest.fixture
def app(owner: psycopg.Connection[tuple[object, ...]]) -> psycopg.Connection[tuple[object, ...]]:
    """The same session, as the application."""
    owner.execute("set role zusage_app")
    return owner


def test_the_roles_are_no_administrators(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    rows = owner.execute(
        "select rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication from pg_roles"
        " where rolname like 'zusage\\_%' and rolname <> 'zusage_admin' order by rolname"
    ).fetchall()

    assert rows == [
        ("zusage_app", False, False, False, False, False),
        ("zusage_owner", False, True, False, False, False),
    ]


def test_the_application_reads_and_writes_rows(app: psycopg.Connection[tuple[object, ...]]) -> None:
    app.execute(f"insert into {TABLE} (word) values ('kept')")
    app.execute(f"update {TABLE} set word = 'seen' where word = 'promised'")
    app.execute(f"delete from {TABLE} where word = 'kept'")

    assert app.execute(f"select id, word, current_user::text from {TABLE}").fetchall() == [(1, "seen", "zusage_app")]


@pytest.mark.parametrize(
    "statement",
    [
        "create table of_the_app (id int)",
        f"alter table {TABLE} add column more int",
        f"alter table {TABLE} disable trigger all",
        f"drop table {TABLE}",
        f"truncate {TABLE}",
        f"create trigger t before update on {TABLE} for each row execute function suppress_redundant_updates_trigger()",
        f"create rule r as on update to {TABLE} do instead nothing",
        f"alter table {TABLE} owner to zusage_app",
        "set session_replication_role = replica",
        "create function f() returns int language sql as 'select 1'",
        "create role another",
        "create database another",
        "alter role zusage_app createdb",
    ],
)
def test_the_application_can_do_nothing_else(app: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(sql.SQL(statement))  # type: ignore[arg-type]  # not a literal, but all of them are written above


def test_a_grant_by_the_application_changes_nothing(app: psycopg.Connection[tuple[object, ...]]) -> None:
    app.execute(f"grant all on {TABLE} to zusage_app")  # PostgreSQL warns that nothing was granted

    query = f"select has_table_privilege('zusage_app', '{TABLE}', privilege) from unnest(%s::text[]) privilege"
    held = app.execute(
        query, [["select", "insert", "update", "delete", "truncate", "references", "trigger"]]
    ).fetchall()
    assert [row[0] for row in held] == [True, True, True, True, False, False, False]


def test_no_extension_can_be_created(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    with pytest.raises((errors.FeatureNotSupported, errors.UndefinedFile)):
        owner.execute("create extension btree_gist")


def test_the_file_for_administrators_names_no_password() -> None:
    text = ROLES.read_text(encoding="utf-8")

    assert [line for line in text.splitlines() if "PASSWORD" in line and not line.startswith(("--", "\\getenv"))] == [
        "ALTER ROLE zusage_owner LOGIN CREATEDB PASSWORD :'owner_password';",
        "ALTER ROLE zusage_app LOGIN PASSWORD :'app_password';",
    ]
