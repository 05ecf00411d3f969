"""Is the machine running? The page of pulses and verdicts, and the timers that stand still."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from incidents.actions import escalations
from incidents.actions.engine.auditing import audit
from incidents.actions.escalations import Watermark
from incidents.models import Audit, Timer
from incidents.queries.engine import PARTS
from incidents.queries.invariants import SQL
from incidents.views.engine import INVARIANTS
from incidents.views.engine import PARTS as WORDS
from slas.models import Heartbeat, Notice
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk, timer_of
from tests.incidents.views.reading import plain, questions, signed_in, words

READERS = ("vera", "adam", "anton")
OTHERS = ("jana", "holger", "doris", "mira", "rita", "ida")


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


@pytest.fixture
def vera(house: House) -> Client:
    return signed_in(house.vera)


def beating(*, ago: timedelta = timedelta(0)) -> None:
    for part in PARTS:
        Heartbeat.objects.update_or_create(name=part, defaults={"at": database_now() - ago})


def parked(kiosk: Kiosk) -> Timer:
    """A timer on which the engine gave up."""
    timer = timer_of(kiosk.ticket(61 * MINUTE))
    Timer.objects.filter(pk=timer.pk).update(parked_at=database_now(), attempts=5)
    timer.refresh_from_db()
    return timer


@pytest.mark.parametrize("address", ["/engine/", "/engine/notices/", "/engine/mails/"])
def test_who_reads_the_engine(house: House, client: Client, settings: Settings, tmp_path: object, address: str) -> None:
    settings.MAIL_DIR = str(tmp_path)

    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert [signed_in(getattr(house, name)).get(address).status_code for name in READERS] == [200] * len(READERS)
    assert [signed_in(getattr(house, name)).get(address).status_code for name in OTHERS] == [403] * len(OTHERS)


def test_every_part_and_every_invariant_has_its_words() -> None:
    assert tuple(WORDS) == PARTS
    assert tuple(INVARIANTS) == tuple(SQL)


def test_a_machine_that_runs(kiosk: Kiosk, vera: Client) -> None:
    beating()
    audit()

    page = words(vera, "/engine/")

    assert "The engine runs Nothing was missed" in page
    assert "Looks for steps that are due sweep" in page
    assert page.count("holds") == len(INVARIANTS)
    assert "No letter is late." in page
    assert "No trial letter has gone through the mail server yet." in page
    assert "Clocks that stand still" not in page


def test_a_machine_that_stands_still(vera: Client) -> None:
    beating(ago=timedelta(seconds=121))

    page = words(vera, "/engine/")

    assert "The engine stands still" in page
    assert "2 min 1 s needs attention" in page
    assert "The auditor has not looked yet." in page
    assert page.count("not looked at") == len(INVARIANTS)


def test_a_machine_that_has_never_run(vera: Client) -> None:
    assert words(vera, "/engine/").count("– – never") == len(PARTS)


def test_what_the_auditor_found_is_named(vera: Client) -> None:
    Audit.objects.create(
        at=database_now(), is_green=False, findings={"I1": {"count": 2, "examples": ["17", "18"]}, "I3": {"count": 0}}
    )

    page = words(vera, "/engine/")

    assert "The auditor found something" in page
    assert "No step is due for more than three minutes without having fired. 2 times violated 17, 18" in page
    assert "Every escalation has told somebody. holds" in page


def test_letters_and_due_clocks_are_counted(kiosk: Kiosk, vera: Client) -> None:
    kiosk.ticket(61 * MINUTE)

    context = vera.get("/engine/").context
    assert context["engine"].due_timers == 1
    assert {value: count for value, _, count in context["letters"]} == {
        "pending": 2, "sent": 0, "withdrawn": 0, "bundled": 0, "failed": 0,
    }  # fmt: skip
    assert "The oldest letter should have left" in words(vera, "/engine/")


def test_letters_that_failed_are_listed_with_their_page(kiosk: Kiosk, vera: Client) -> None:
    ticket = kiosk.ticket(MINUTE)
    Notice.objects.update(state="failed")

    page = vera.get("/engine/").content.decode()

    assert f"Jana Petersen: {ticket.number} Kiosk is down" in page
    assert all(f"/engine/notices/{notice.pk}/" in page for notice in Notice.objects.all())


@pytest.mark.parametrize("name", ["vera", "adam"])
def test_a_parked_clock_is_tried_again_by_its_button(kiosk: Kiosk, name: str) -> None:
    timer = parked(kiosk)
    reader = signed_in(getattr(kiosk.house, name))
    address = f"/engine/timers/{timer.pk}/again/"
    assert f'action="{address}"' in reader.get("/engine/").content.decode()

    answer = reader.post(address, follow=True)

    timer.refresh_from_db()
    assert (timer.parked_at, timer.attempts) == (None, 0)
    assert f"The clock of {timer.ticket.number} is looked at again now." in plain(answer.content.decode())
    escalations.sweep(watermark=Watermark())
    assert timer.escalations.count() == 3


def test_an_auditor_reads_and_changes_nothing(kiosk: Kiosk) -> None:
    timer = parked(kiosk)
    anton = signed_in(kiosk.house.anton)

    page = anton.get("/engine/").content.decode()

    assert timer.ticket.number in page
    assert "Try again" not in page
    assert anton.post(f"/engine/timers/{timer.pk}/again/").status_code == 403
    assert signed_in(kiosk.house.holger).post(f"/engine/timers/{timer.pk}/again/").status_code == 403
    timer.refresh_from_db()
    assert timer.parked_at is not None


def test_the_button_is_posted_and_needs_a_clock(kiosk: Kiosk, vera: Client) -> None:
    assert vera.get(f"/engine/timers/{parked(kiosk).pk}/again/").status_code == 405
    assert vera.post("/engine/timers/999999/again/").status_code == 404


def test_the_page_asks_again_by_itself(vera: Client) -> None:
    page = vera.get("/engine/").content.decode()

    assert 'id="engine"' in page
    assert 'hx-trigger="every 15s"' in page


def test_three_troubles_cost_no_more_than_one(kiosk: Kiosk, vera: Client) -> None:
    parked(kiosk)
    Notice.objects.update(state="failed")
    questions(vera, "/engine/")
    one = questions(vera, "/engine/")
    parked(kiosk)
    parked(kiosk)
    Notice.objects.update(state="failed")

    assert questions(vera, "/engine/") == one


@pytest.mark.parametrize(("is_set", "seen"), [(True, True), (False, False)])
def test_mails_are_offered_where_they_are_kept(
    vera: Client, settings: Settings, tmp_path: object, is_set: bool, seen: bool
) -> None:
    settings.MAIL_DIR = str(tmp_path) if is_set else ""

    assert ("Mails of this trial run" in words(vera, "/engine/")) is seen
    assert vera.get("/engine/mails/").status_code == (200 if is_set else 404)
