"""Every setting that cannot be meant stops the start with a sentence that names it, and gives no secret away."""

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import environment
from config.environment import Email
from tests.laws import law

POSTGRES = "postgresql://zusage:geheim@db.example.test:5433/zusage"


def sentence(reader: Callable[[], object]) -> str:
    """What somebody reads whose setting is wrong."""
    with pytest.raises(ValueError) as wrong:
        reader()
    return str(wrong.value)


def said(reader: Callable[[], object]) -> str:
    """What a reader gives as text, or the sentence it refuses with."""
    try:
        return str(reader())
    except ValueError as wrong:
        return str(wrong)


def entry(**changes: object) -> dict[str, object]:
    """A database as Django wants it."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "zusage",
        "USER": "zusage",
        "PASSWORD": "geheim",
        "HOST": "db.example.test",
        "PORT": "5433",
        "OPTIONS": {},
        **changes,
    }


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        (POSTGRES, {}),
        (POSTGRES.replace("postgresql:", "postgres:"), {}),
        (f"  {POSTGRES}\n", {}),
        (POSTGRES.replace(":5433", ""), {"PORT": ""}),
        (POSTGRES.replace(":geheim", ""), {"PASSWORD": ""}),
        (POSTGRES.replace("geheim", "p%40ss%2Fw%C3%B6rt%3A"), {"PASSWORD": "p@ss/wört:"}),
        (POSTGRES.replace("5433/zusage", "5433/zusage%20neu"), {"NAME": "zusage neu"}),
        (POSTGRES.replace("db.example.test", "[::1]"), {"HOST": "::1"}),
        (f"{POSTGRES}?sslmode=require", {"OPTIONS": {"sslmode": "require"}}),
        (
            "postgresql:///zusage?host=/run/postgresql&sslmode=disable",
            {
                "HOST": "/run/postgresql",
                "USER": "",
                "PASSWORD": "",
                "PORT": "",
                "OPTIONS": {"sslmode": "disable"},
            },
        ),
    ],
)
def test_a_database_address_is_read(url: str, changes: dict[str, object]) -> None:
    assert environment.database(url) == entry(**changes)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "DATABASE_URL must start with postgresql:// or postgres://, not with “”."),
        ("sqlite:///db.sqlite3", "DATABASE_URL must start with postgresql:// or postgres://, not with “sqlite”."),
        ("mysql://root:hunter2@h/d", "DATABASE_URL must start with postgresql:// or postgres://, not with “mysql”."),
        (
            "zusage:hunter2@host/db",
            "DATABASE_URL must start with postgresql:// or postgres://, not with “zusage”.",
        ),
        (
            "postgresql://host",
            "DATABASE_URL names no database: expected postgresql://user:password@host:port/database.",
        ),
        (
            "postgresql://host/",
            "DATABASE_URL names no database: expected postgresql://user:password@host:port/database.",
        ),
        ("postgresql://host:none/db", "DATABASE_URL names a port that is not a number between 1 and 65535."),
        ("postgresql://host:70000/db", "DATABASE_URL names a port that is not a number between 1 and 65535."),
        ("postgresql://host:-1/db", "DATABASE_URL names a port that is not a number between 1 and 65535."),
        ("postgresql://host:0/db", "DATABASE_URL names port 0, which no server listens on."),
        ("postgresql://[::1/db", "DATABASE_URL names a server that is no name and no address."),
    ],
)
def test_a_database_address_that_cannot_be_meant(url: str, said: str) -> None:
    assert sentence(lambda: environment.database(url)) == said


def test_the_sentence_names_the_setting_it_is_about() -> None:
    said = sentence(lambda: environment.database("x", name="DATABASE_OWNER_URL"))

    assert said == "DATABASE_OWNER_URL must start with postgresql:// or postgres://, not with “x”."


@pytest.mark.parametrize(
    "reader", [environment.database, environment.redis_url, environment.email], ids=lambda one: one.__name__
)
def test_no_sentence_gives_a_password_away(reader: Callable[[str], object]) -> None:
    for url in ("x://u:hunter2@h", "//u:hunter2@h", "http://hunter:hunter2@h:1/1", "ftp://u:hunter2@h:99999/1"):
        assert "hunter2" not in sentence(lambda url=url: reader(url))


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6379/0",
        "redis://127.0.0.1",
        "redis://:geheim@cache.example.test:6380/12",
        "rediss://cache.example.test/3",
    ],
)
def test_a_redis_address_is_kept_as_it_is(url: str) -> None:
    assert environment.redis_url(f" {url} ") == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1", "REDIS_URL must start with redis:// or rediss://, not with “http”."),
        ("127.0.0.1:6379", "REDIS_URL must start with redis:// or rediss://, not with “127.0.0.1”."),
        ("redis:///0", "REDIS_URL must look like redis://host:port/0 (the last part is the database's number)."),
        ("redis://h/main", "REDIS_URL must look like redis://host:port/0 (the last part is the database's number)."),
        ("redis://h/-1", "REDIS_URL must look like redis://host:port/0 (the last part is the database's number)."),
        ("redis://h/²", "REDIS_URL must look like redis://host:port/0 (the last part is the database's number)."),
        ("redis://h/1/2", "REDIS_URL must look like redis://host:port/0 (the last part is the database's number)."),
        ("redis://h:99999/0", "REDIS_URL names a port that is not a number between 1 and 65535."),
        ("redis://h:0/0", "REDIS_URL names port 0, which no server listens on."),
    ],
)
def test_a_redis_address_that_cannot_be_meant(url: str, said: str) -> None:
    assert sentence(lambda: environment.redis_url(url)) == said


@pytest.mark.parametrize(
    ("url", "number", "other"),
    [
        ("redis://h:6379/0", 1, "redis://h:6379/1"),
        ("redis://h", 1, "redis://h/1"),
        ("rediss://:pw@h:1/7", 0, "rediss://:pw@h:1/0"),
    ],
)
def test_the_cache_lies_in_another_database_of_the_same_server(url: str, number: int, other: str) -> None:
    assert environment.redis_database(url, number) == other


def server(**changes: object) -> Email:
    """A mail server without a login."""
    plain: dict[str, object] = {
        "host": "mail.example.test",
        "port": 25,
        "user": "",
        "password": "",
        "use_tls": False,
        "use_ssl": False,
        "sender": "zusage@localhost",
    }
    return Email(**{**plain, **changes})  # type: ignore[arg-type]  # each field has its own type


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail.example.test", server()),
        ("smtp://mail.example.test:2525", server(port=2525)),
        ("smtps://mail.example.test", server(port=465, use_ssl=True)),
        ("smtp+starttls://mail.example.test", server(port=587, use_tls=True)),
        (
            "smtp+starttls://post%40example.test:p%3Aw@mail.example.test:25",
            server(user="post@example.test", password="p:w", use_tls=True),
        ),
        ("smtp://mail.example.test?from=sla@example.test", server(sender="sla@example.test")),
        (
            "smtp://mail.example.test?from=Zusage%20%3Csla%40example.test%3E",
            server(sender="Zusage <sla@example.test>"),
        ),
        ("smtp://mail.example.test?from=", server()),
    ],
)
def test_a_mail_server_is_read(url: str, found: Email) -> None:
    assert environment.email(url) == found


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.test", "EMAIL_URL must start with smtp:// or smtps:// or smtp+starttls://, not with "),
        ("imap://h", "EMAIL_URL must start with smtp:// or smtps:// or smtp+starttls://, not with “imap”."),
        ("smtp://", "EMAIL_URL names no mail server: expected smtp://host:port."),
        ("smtp://:25", "EMAIL_URL names no mail server: expected smtp://host:port."),
        ("smtp://h:mail", "EMAIL_URL names a port that is not a number between 1 and 65535."),
    ],
)
def test_a_mail_server_that_cannot_be_meant(url: str, said: str) -> None:
    assert sentence(lambda: environment.email(url)).startswith(said)


def test_an_address_is_kept_letter_by_letter() -> None:
    assert environment.address("https://ping.example.org/a/ ", name="HEARTBEAT_URL") == "https://ping.example.org/a/"
    assert environment.address("", name="HEARTBEAT_URL") == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("zusage.example.org", "BASE_URL must start with http:// or https://, not with “zusage.example.org”."),
        ("ftp://h", "BASE_URL must start with http:// or https://, not with “ftp”."),
        ("https://", "BASE_URL names no host."),
    ],
)
def test_an_address_that_cannot_be_meant(url: str, said: str) -> None:
    assert sentence(lambda: environment.address(url, name="BASE_URL")) == said


def test_the_log_says_as_much_as_it_is_told_to() -> None:
    assert environment.level("warning") == "WARNING"
    assert sentence(lambda: environment.level("loud")) == (
        "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not “loud”."
    )


@pytest.mark.parametrize(
    ("value", "is_on"),
    [
        *((word, True) for word in ("1", "true", "yes", "on", "YES", " True\n")),
        *((word, False) for word in ("0", "false", "no", "off", "", "   ", "No")),
    ],
)
def test_a_flag_is_yes_or_no(value: str, is_on: bool) -> None:
    assert environment.flag(value, name="DEBUG") is is_on


@pytest.mark.parametrize("value", ["maybe", "2", "ja", "yes please", "tru", "-1"])
def test_a_flag_that_is_neither_is_refused(value: str) -> None:
    assert sentence(lambda: environment.flag(value, name="DEBUG")) == f"DEBUG must be yes or no, not “{value}”."


@pytest.mark.parametrize(("value", "length"), [("0.1", 0.1), ("20", 20.0), ("3600", 3600.0), (" 1.5 ", 1.5)])
def test_seconds_are_read(value: str, length: float) -> None:
    assert environment.seconds(value, name="TICK_SECONDS") == length


@pytest.mark.parametrize("value", ["", "0", "0.09", "3600.1", "-5", "soon", "nan", "inf", "-inf", "20s", "1,5"])
def test_seconds_that_cannot_be_meant(value: str) -> None:
    said = sentence(lambda: environment.seconds(value, name="TICK_SECONDS"))

    assert said == f"TICK_SECONDS must be a number of seconds between 0.1 and 3600, not “{value}”."


@pytest.mark.parametrize(("value", "number"), [("1", 1), ("8000", 8000), ("65535", 65535), (" 80 ", 80)])
def test_a_port_is_read(value: str, number: int) -> None:
    assert environment.port(value) == number


@pytest.mark.parametrize("value", ["", "0", "65536", "-1", "http", "80.0", "8_0", "²", "٨٠", "1e3"])
def test_a_port_that_cannot_be_meant(value: str) -> None:
    assert sentence(lambda: environment.port(value)) == f"PORT must be a number between 1 and 65535, not “{value}”."


@law
@given(st.text(max_size=8))
def test_whatever_stands_there_a_port_is_a_number_or_a_sentence(value: str) -> None:
    assert said(lambda: 1 <= environment.port(value) <= 65535) in {
        "True",
        f"PORT must be a number between 1 and 65535, not “{value}”.",
    }


@law
@given(st.text(max_size=30).map(lambda rest: f"postgresql://{rest}"))
def test_whatever_stands_there_a_database_is_complete_or_a_sentence(url: str) -> None:
    assert re.match("True|DATABASE_URL names ", said(lambda: bool(environment.database(url)["NAME"])))


@pytest.mark.parametrize("environ", [{}, {"SECRET_KEY": ""}, {"SECRET_KEY": "  "}, {"secret_key": "x"}])
def test_a_setting_without_a_default_must_be_there(environ: dict[str, str]) -> None:
    said = sentence(lambda: environment.required(environ, "SECRET_KEY"))

    assert said == "SECRET_KEY is not set. README.md lists every setting; `make run` supplies them all."


def test_a_setting_is_read_without_the_spaces_around_it() -> None:
    assert environment.required({"SECRET_KEY": " geheim\n"}, "SECRET_KEY") == "geheim"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "sqlite:///x", "DATABASE_URL must start with postgresql://"),
        ("REDIS_URL", "redis://h/x", "REDIS_URL must look like redis://host:port/0"),
        ("EMAIL_URL", "http://mail", "EMAIL_URL must start with smtp://"),
        ("DEBUG", "perhaps", "DEBUG must be yes or no, not “perhaps”."),
        ("TICK_SECONDS", "0", "TICK_SECONDS must be a number of seconds"),
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
    ],
)
def test_a_typing_error_stops_the_start_with_a_sentence_and_no_traceback(name: str, value: str, said: str) -> None:
    environ = {**os.environ, "SECRET_KEY": "x", "DATABASE_URL": POSTGRES, "REDIS_URL": "redis://h/0", name: value}

    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], env=environ, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Zusage cannot start: {said}")
    assert len(done.stderr.splitlines()) == 1
