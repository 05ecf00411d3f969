"""The auditor, the pulse, the canary and the second ticker."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from config.celery import app
from incidents.actions import engine, escalations, tickets
from incidents.actions.engine.auditing import ping
from incidents.actions.escalations import Watermark
from incidents.management.commands.ticker import Job, Ticker
from incidents.models import Audit, Escalation, Pause, Timer
from incidents.queries import engine as engine_queries
from incidents.queries.invariants import findings
from slas.actions import delivery
from slas.models import Heartbeat, Notice
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk
from tests.post_office import PostOffice

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


@dataclass
class Listener:
    """Somebody outside who hears the heartbeat."""

    url: str = ""
    heard: list[str] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def listener() -> Iterator[Listener]:
    ear = Listener()

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ear.heard.append(self.path)
            self.send_response(ear.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Ear)
    ear.url = f"http://127.0.0.1:{server.server_port}/beat"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ear
    server.shutdown()
    server.server_close()


def violated() -> dict[str, int]:
    return {name: finding.count for name, finding in findings().items() if finding.count}


def sweep() -> None:
    escalations.sweep(watermark=Watermark())


def set_back(**fields: datetime) -> None:
    """Overwrite moments of the newest timer that runs."""
    Timer.objects.filter(kind="response").update(**fields)


def test_all_invariants_hold_through_a_whole_story(kiosk: Kiosk, office: PostOffice) -> None:
    house = kiosk.house
    first, second = kiosk.ticket(70 * MINUTE), kiosk.ticket(50 * MINUTE, priority="P2")
    assert set(violated()) <= {"I1", "I2"}  # the sweep has not been there yet
    sweep()
    delivery.deliver()
    tickets.pause(second, by=house.jana, now=database_now(), reason="supplier")
    tickets.resolve(first, by=house.jana, now=database_now(), text="Plugged in again.")
    tickets.reopen(first, by=house.rita, now=database_now(), reason="It is dark again.")
    sweep()

    assert violated() == {}
    assert list(findings()) == ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12"]


def test_i1_due_and_not_fired(kiosk: Kiosk) -> None:
    kiosk.ticket(29 * MINUTE)
    assert violated() == {}

    set_back(next_fire_at=LONG_AGO, reckoned_at=LONG_AGO)

    assert violated() == {"I1": 1}


def test_i2_missed_steps_and_missed_breaches(kiosk: Kiosk) -> None:
    kiosk.ticket(70 * MINUTE)
    Timer.objects.filter(kind="response").update(next_fire_at=None, reckoned_at=LONG_AGO)

    assert violated() == {"I2": 2}


def test_i3_escalation_without_notice(kiosk: Kiosk) -> None:
    kiosk.ticket(46 * MINUTE)
    sweep()
    assert violated() == {}

    Notice.objects.update(subject="")

    assert violated() == {"I3": 1}


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_i4_letter_without_a_second_route(kiosk: Kiosk, state: str) -> None:
    kiosk.ticket(31 * MINUTE)
    sweep()

    Notice.objects.filter(recipient=kiosk.house.jana, kind="escalation").update(state=state, fallback_at=LONG_AGO)
    assert violated() == {"I4": 1}
    Notice.objects.filter(recipient=kiosk.house.timo, kind="escalation").update(state="sent", sent_at=LONG_AGO)

    assert violated() == {}


def test_i4_is_content_when_the_next_person_was_written_to(kiosk: Kiosk) -> None:
    kiosk.ticket(31 * MINUTE)
    sweep()
    Notice.objects.filter(recipient=kiosk.house.jana, kind="escalation").update(fallback_at=LONG_AGO)
    assert violated() == {"I4": 1}

    delivery.deliver(seconds=0)

    assert violated() == {}


def test_i5_lease_that_outlived_its_worker(kiosk: Kiosk) -> None:
    kiosk.ticket(31 * MINUTE)
    sweep()
    Notice.objects.filter(recipient=kiosk.house.jana, kind="escalation").update(lease_until=LONG_AGO)

    assert violated() == {"I5": 1}


def test_i6_sent_without_a_word_of_the_mail_server(kiosk: Kiosk) -> None:
    kiosk.ticket(31 * MINUTE)
    sweep()
    Notice.objects.filter(recipient=kiosk.house.jana, kind="escalation").update(state="sent", sent_at=database_now())

    assert violated() == {"I6": 1}


def escalation(kiosk: Kiosk, *, repeat: int = 0, ago: timedelta = timedelta(0)) -> Escalation:
    """An escalation written straight into the table."""
    timer = Timer.objects.get(kind="response")
    moment = database_now() - ago
    step = kiosk.revision.steps.get(position=3)
    return Escalation.objects.create(
        ticket=timer.ticket, timer=timer, cycle=timer.cycle, step=step, position=3, repeat=repeat, due_at=moment,
        fired_at=moment,
    )  # fmt: skip


def test_i7_repeat_after_the_acknowledgement(kiosk: Kiosk) -> None:
    kiosk.ticket(MINUTE)
    first = escalation(kiosk, ago=10 * MINUTE)
    Escalation.objects.filter(pk=first.pk).update(
        acknowledged_at=database_now() - 5 * MINUTE, acknowledged_by=kiosk.house.jana
    )
    before = violated()

    escalation(kiosk, repeat=1)

    assert violated()["I7"] == before.get("I7", 0) + 1


def test_i7_escalation_of_a_stopped_or_paused_timer(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    tickets.begin(ticket, by=kiosk.house.jana, now=ticket.opened_at + timedelta(seconds=1))
    escalation(kiosk)
    assert violated()["I7"] == 1

    Pause.objects.create(ticket=ticket, reason="resolved", started_at=LONG_AGO)

    assert violated()["I7"] == 2


def test_i8_fired_before_its_moment(kiosk: Kiosk) -> None:
    kiosk.ticket(MINUTE)
    escalation(kiosk)

    assert violated()["I8"] == 1


def test_i10_open_ticket_without_its_timer(kiosk: Kiosk) -> None:
    kiosk.ticket(MINUTE)
    Timer.objects.filter(kind="resolution").update(is_current=False, next_fire_at=None)

    assert violated() == {"I10": 1}


def test_i12_deadline_that_is_not_its_recomputation(kiosk: Kiosk) -> None:
    ticket = kiosk.ticket(MINUTE)
    set_back(due_at=ticket.opened_at + 59 * MINUTE)

    assert violated() == {"I12": 1}


def test_audit_is_written_down_and_heard_outside_while_all_is_green(
    kiosk: Kiosk, listener: Listener, settings: Settings
) -> None:
    settings.HEARTBEAT_URL = listener.url
    kiosk.ticket(MINUTE)

    assert engine.audit().is_green
    set_back(next_fire_at=LONG_AGO, reckoned_at=LONG_AGO)
    engine.audit()

    red = Audit.objects.latest("pk")
    assert not red.is_green
    assert red.findings["I1"]["count"] == 1
    assert red.findings["I2"] == {"count": 0, "examples": []}
    assert listener.heard == ["/beat"]
    assert Audit.objects.count() == 2


def test_old_audits_are_forgotten(kiosk: Kiosk) -> None:
    Audit.objects.create(at=LONG_AGO, is_green=True)

    engine.audit()

    assert [audit.at > LONG_AGO for audit in Audit.objects.all()] == [True]


@pytest.mark.parametrize("url", ["", "file:///etc/hostname", "ftp://127.0.0.1/", "http://127.0.0.1:1/", "nonsense"])
def test_ping_goes_to_web_addresses_alone_and_never_raises(url: str) -> None:
    assert ping(url) is False


@pytest.mark.parametrize(("status", "is_heard"), [(200, True), (500, False)])
def test_ping_knows_whether_it_was_heard(listener: Listener, status: int, is_heard: bool) -> None:
    listener.status = status

    assert ping(listener.url) is is_heard


def test_canary_flies_once_in_a_quarter_of_an_hour_to_our_own_mailbox(
    kiosk: Kiosk, office: PostOffice, settings: Settings
) -> None:
    settings.CANARY_TO = "canary@example.test"
    now = datetime(2026, 11, 20, 12, 1, tzinfo=UTC)

    for minutes in (0, 5, 13, 14):
        engine.canary(now=now + minutes * MINUTE)
    delivery.deliver()

    assert [one.to for one in office.received] == ["canary@example.test"] * 2
    assert set(Notice.objects.values_list("recipient__username", "state")) == {("vera", "sent")}


def test_canary_has_nobody_to_fly_for_in_an_empty_house(db: None) -> None:
    assert engine.canary(now=LONG_AGO) is False


def test_pulse_is_the_databases(db: None) -> None:
    engine.beat("sweep", "beat")
    Heartbeat.objects.filter(name="sweep").update(at=LONG_AGO)

    engine.beat("sweep", "deliver")

    pulses = {pulse.name: pulse.is_late for pulse in engine_queries.pulses()}
    assert pulses == {"sweep": False, "deliver": False, "audit": True, "beat": False, "ticker": True}


@pytest.mark.parametrize(("late", "is_alive"), [([], True), (["sweep"], False), (["audit"], False), (["beat"], True)])
def test_engine_is_alive_while_every_vital_part_has_a_pulse(db: None, late: list[str], is_alive: bool) -> None:
    engine.beat("sweep", "deliver", "audit", "beat")
    Heartbeat.objects.filter(name__in=late).update(at=LONG_AGO)

    assert engine_queries.is_alive() is is_alive
    assert (engine_queries.engine().age is not None) is True


def test_engine_shows_what_waits_and_what_stands_still(kiosk: Kiosk) -> None:
    assert engine_queries.engine().age is None
    ticket = kiosk.ticket(31 * MINUTE)
    Timer.objects.filter(ticket=ticket, kind="resolution").update(parked_at=LONG_AGO)
    audit = engine.audit()

    state = engine_queries.engine()

    assert state.letters == {"pending": 2}
    assert state.waiting_since is not None
    assert (state.due_timers, [timer.kind for timer in state.parked], state.failed) == (1, ["resolution"], ())
    assert (state.audit, state.canary_at) == (audit, None)


def test_ticker_rests_while_the_beat_is_heard_and_acts_when_it_falls_silent(kiosk: Kiosk) -> None:
    kiosk.ticket(31 * MINUTE)
    ticker = Ticker([Job("sweep", 3600, lambda: engine.sweep_round("ticker"))])
    engine.beat("beat")

    ticker.turn()
    assert (ticker.is_acting, Escalation.objects.count()) == (False, 0)
    Heartbeat.objects.filter(name="beat").update(at=database_now() - timedelta(seconds=61))
    ticker.turn()
    assert (ticker.is_acting, Escalation.objects.count()) == (True, 1)
    engine.beat("beat")
    ticker.turn()

    assert ticker.is_acting is False
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"beat", "sweep", "ticker"}


def test_ticker_runs_each_round_in_its_own_rhythm_and_survives_one_that_raises(db: None) -> None:
    ran: list[str] = []

    def broken() -> None:
        ran.append("broken")
        raise ValueError("This round is broken.")

    often, seldom = Job("often", 0, lambda: ran.append("often")), Job("seldom", 3600, lambda: ran.append("seldom"))
    ticker = Ticker([Job("broken", 3600, broken), often, seldom])

    ticker.turn()
    ticker.turn()

    assert ran == ["broken", "often", "seldom", "often"]


def lose_the_connection() -> None:
    """The database ends this session, as it does when it restarts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
def test_ticker_goes_on_after_a_round_that_lost_the_database() -> None:
    ticker = Ticker([Job("lost", 3600, lose_the_connection), Job("beat", 0, lambda: engine.beat("sweep"))])

    ticker.turn()

    assert list(Heartbeat.objects.filter(name="sweep").values_list("name", flat=True)) == ["sweep"]


@pytest.mark.django_db(transaction=True)
def test_ticker_goes_on_after_the_database_restarted() -> None:
    ticker = Ticker([])
    with suppress(OperationalError):
        lose_the_connection()

    ticker.turn()
    is_heard_in_the_lost_turn = ticker.is_acting
    ticker.turn()

    assert (is_heard_in_the_lost_turn, ticker.is_acting) == (False, True)


def test_beat_table_and_ticker_know_the_same_rounds() -> None:
    beat = {name: float(entry["schedule"]) for name, entry in app.conf.beat_schedule.items()}

    assert {job.name: job.every for job in Ticker().jobs} == beat


def test_every_round_of_the_beat_table_runs(kiosk: Kiosk, office: PostOffice) -> None:
    app.loader.import_default_modules()
    kiosk.ticket(31 * MINUTE)

    for entry in app.conf.beat_schedule.values():
        app.tasks[entry["task"]].apply(throw=True)
    app.tasks["incidents.tasks.deliver"].apply(throw=True)

    assert {"sweep", "deliver", "audit", "beat"} == set(Heartbeat.objects.values_list("name", flat=True))
    assert [one.to for one in office.received if "left" in one.subject] == ["jana@example.test", "timo@example.test"]


def test_health_addresses(client: Client, db: None) -> None:
    assert client.get("/health/live").json() == {"live": True}
    assert client.get("/health/ready").json() == {"ready": True}
    silent = client.get("/health/engine")
    engine.beat("sweep", "deliver", "audit")
    alive = client.get("/health/engine")
    Heartbeat.objects.filter(name="deliver").update(at=database_now() - timedelta(seconds=121))
    late = client.get("/health/engine")

    assert (silent.status_code, silent.json()["alive"], silent.json()["pulses"]["sweep"]) == (503, False, None)
    assert (alive.status_code, alive.json()["alive"], alive["Cache-Control"]) == (
        200, True, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert (late.status_code, late.json()["alive"]) == (503, False)
    assert 121 <= late.json()["pulses"]["deliver"] < 130
