"""The words of letters: moments in the reader's zone, why somebody is written to, and no word left untranslated."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import engines
from django.utils import timezone, translation

from slas.templatetags import letters
from slas.templatetags.letters import LEDGER, NAMED, REASONS, WHY

NOW = datetime(2026, 11, 20, 21, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
TABLES = {"why": WHY, "ledger": LEDGER, "reasons": REASONS}


def rendered(source: str, **context: object) -> str:
    """A template's text with the words of letters."""
    return engines["django"].from_string("{% load letters %}" + source).render(context)


@pytest.mark.parametrize(
    ("zone", "english", "german"),
    [
        ("Europe/Berlin", "Fri 20 Nov 2026, 22:00", "Fr"),
        ("America/New_York", "Fri 20 Nov 2026, 16:00", "Fr"),
        ("Asia/Kolkata", "Sat 21 Nov 2026, 02:30", "Sa"),
        ("Pacific/Apia", "Sat 21 Nov 2026, 10:00", "Sa"),
        ("UTC", "Fri 20 Nov 2026, 21:00", "Fr"),
    ],
)
def test_a_moment_is_written_whole_on_the_readers_clock(zone: str, english: str, german: str) -> None:
    with timezone.override(zone):
        with translation.override("en"):
            assert letters.written(NOW) == english
        with translation.override("de"):
            assert letters.written(NOW).startswith(german)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sun 29 Mar 2026, 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sun 29 Mar 2026, 03:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sun 25 Oct 2026, 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sun 25 Oct 2026, 02:30"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "Sun 25 Oct 2026, 03:00"),
    ],
)
def test_a_moment_across_both_clock_changes(at: datetime, shown: str) -> None:
    with timezone.override(BERLIN), translation.override("en"):
        assert letters.written(at) == shown


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("at", "english"),
    [
        (NOW, "22:00"),
        (NOW - 21 * timedelta(hours=1), "01:00"),
        (NOW + timedelta(hours=1, minutes=59), "23:59"),
        (NOW + timedelta(hours=2), "Sat 00:00"),
        (NOW - 23 * timedelta(hours=1), "Thu 23:00"),
        (NOW + 3 * DAY - timedelta(hours=13), "Mon 09:00"),
        (NOW + 6 * DAY - timedelta(minutes=1), "Thu 21:59"),
        (NOW + 6 * DAY, "26 Nov 22:00"),
        (NOW - 6 * DAY, "14 Nov 22:00"),
        (NOW + 300 * DAY, "16 Sep 23:00"),
    ],
)
def test_a_subject_says_no_more_of_a_moment_than_is_needed(at: datetime, english: str) -> None:
    with timezone.override(BERLIN), translation.override("en"):
        assert letters.brief(at) == english


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("zone", "shown"), [("Europe/Berlin", "22:00"), ("Asia/Kolkata", "02:30")])
def test_today_is_the_readers_today(zone: str, shown: str) -> None:
    with timezone.override(zone), translation.override("en"):
        assert letters.brief(NOW) == shown


def test_no_moment_is_a_dash() -> None:
    assert (letters.written(None), letters.brief(None)) == ("–", "–")


@pytest.mark.parametrize(
    ("now", "zone", "name"),
    [
        (NOW, "Europe/Berlin", "Europe/Berlin (CET)"),
        (NOW - 150 * DAY, "Europe/Berlin", "Europe/Berlin (CEST)"),
        (NOW, "America/New_York", "America/New_York (EST)"),
        (NOW, "Asia/Kolkata", "Asia/Kolkata (IST)"),
        (NOW, "UTC", "UTC (UTC)"),
    ],
)
def test_a_zone_is_named_as_people_know_it_now(now: datetime, zone: str, name: str) -> None:
    with time_machine.travel(now, tick=False), timezone.override(zone):
        assert letters.zone_name(zone) == name


@pytest.mark.parametrize("table", TABLES)
def test_every_word_differs_and_is_translated(table: str) -> None:
    found = {}
    for language in ("en", "de"):
        with translation.override(language):
            found[language] = [str(word) for word in TABLES[table].values()]

    assert len(set(found["en"])) == len(set(found["de"])) == len(TABLES[table])
    same = [word for word, german in zip(found["en"], found["de"], strict=True) if word == german]
    assert same in ([], ["Update"])


@pytest.mark.parametrize(
    ("role", "english"),
    [
        ("assignee", "You get this letter because you hold this ticket."),
        ("team", "You get this letter because your team works on this ticket."),
        ("team_lead", "You get this letter because you lead the team of this ticket."),
        ("manager", "You get this letter because you are the manager of the one who holds this ticket."),
        ("managers_manager", "You get this letter because you stand two steps above the one who holds this."),
        ("product_owner", "You get this letter because you own this product."),
        ("service_level_manager", "You get this letter because you look after the agreements."),
        ("fallback", "You get this letter because nobody before you could be reached."),
        ("person:jana", "You get this letter because the agreement names you."),
        ("", "You get this letter because the agreement names you."),
    ],
)
def test_a_letter_says_why_it_came(role: str, english: str) -> None:
    with translation.override("en"):
        assert rendered("{{ role|why }}", role=role) == english


def test_somebody_who_is_named_is_told_so_in_german_too() -> None:
    with translation.override("de"):
        assert str(letters.why("person:jana")) == str(NAMED)
        assert "Vereinbarung" in str(NAMED)


@pytest.mark.parametrize(
    ("source", "value", "english"),
    [
        ("{{ value|clock_name }}", "response", "Response"),
        ("{{ value|clock_name }}", "update", "Update"),
        ("{{ value|clock_name }}", "resolution", "Resolution"),
        ("{{ value|clock_name }}", "<b>", "&lt;b&gt;"),
        ("{{ value|ledger_word }}", "counted", "counted"),
        ("{{ value|ledger_word }}", "closed", "closed"),
        ("{{ value|ledger_word }}", "holiday", "holiday"),
        ("{{ value|ledger_word }}", "paused", "paused"),
        ("{{ value|ledger_word }}", "resolved", "resolved"),
        ("{{ value|reason_word }}", "not_covered", "not covered by the agreement"),
        ("{{ value|reason_word }}", "no_fault_found", "no fault found"),
        ("{{ value|reason_word }}", "wrong_desk", "wrong desk"),
        ("{{ value|reason_word }}", "new reason", "new reason"),
    ],
)
def test_a_word_nobody_knows_is_shown_as_it_is_and_escaped(source: str, value: str, english: str) -> None:
    with translation.override("en"):
        assert rendered(source, value=value) == english
