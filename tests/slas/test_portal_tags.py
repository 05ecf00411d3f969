"""Presentation: what a moment, a length, a share and a state look like in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import heroicons
import pytest
import time_machine
from django.template import engines
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from slas.clock import ServiceHours
from slas.templatetags import portal
from slas.templatetags.states import SIGNS
from tests.laws import law

MONDAY_NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)
OFFICE = ServiceHours.parse(zone="Europe/Berlin", week={"mon": ["08:00-18:00"], "tue": ["08:00-18:00"]})
TONES = {"kept", "risk", "broken", "open", "quiet", "none"}


def rendered(source: str, **context: object) -> str:
    """A template's text; the filters are builtins, so nothing is loaded."""
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(hours=2, minutes=15), "2 h 15 min"),
        (timedelta(hours=50), "50 h"),
        (timedelta(hours=1, seconds=59), "1 h"),
        (timedelta(minutes=4, seconds=30), "4 min 30 s"),
        (timedelta(minutes=5, seconds=30), "5 min"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(0), "0 min"),
        (-timedelta(hours=1, minutes=5), "−1 h 5 min"),
        (3600, "1 h"),
        (None, "–"),
    ],
)
def test_duration_is_said_as_people_say_it(length: timedelta | int | None, shown: str) -> None:
    assert portal.duration(length).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("share", "places", "shown"),
    [
        (Fraction(2, 3), 1, "66.6 %"),
        (Fraction(9999, 10000), 1, "99.9 %"),
        (Fraction(1), 1, "100 %"),
        (Decimal("0.95"), 0, "95 %"),
        (0.29, 1, "29 %"),
        (None, 1, "–"),
    ],
)
def test_percent_is_truncated_and_never_rounded_up(
    share: Fraction | Decimal | float | None, places: int, shown: str
) -> None:
    assert portal.percent(share, places).replace("\u00a0", " ") == shown


def test_percent_has_a_german_comma() -> None:
    with translation.override("de"):
        assert portal.percent(Fraction(2, 3)) == "66,6\u00a0%"
        assert portal.truncated_percent(Fraction(99_949_999, 1_000_000)) == "99,949\u00a0%"


@law
@given(st.fractions(min_value=0, max_value=100), st.integers(0, 6))
def test_percent_never_says_more_than_there_is_nor_a_whole_place_less(measured: Fraction, places: int) -> None:
    shown = Fraction(portal.percent(measured / 100, places).removesuffix("\u00a0%"))

    assert measured - Fraction(1, 10**places) < shown <= measured


@pytest.mark.parametrize(
    ("measured", "shown"),
    [
        (Fraction(99_949_999, 1_000_000), "99.949 %"),
        (100 - Fraction(1, 10**40), "99.999 %"),
        (Fraction(100), "100 %"),
        (Fraction(0), "0 %"),
        (None, "–"),
    ],
)
def test_availability_is_shown_to_three_places(measured: Fraction | None, shown: str) -> None:
    assert portal.truncated_percent(measured).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (Fraction(3 * 3600 + 12 * 60), "3 h 12 min"),
        (Fraction(43 * 60 + 12), "43 min 12 s"),
        (Fraction(45), "45 s"),
        (Fraction(91, 2), "45 s"),
        (Fraction(1, 3), "< 1 s"),
        (Fraction(0), "0 min"),
        (Fraction(-90), "−1 min 30 s"),
        (None, "–"),
    ],
)
def test_time_down_is_said_to_the_second(seconds: Fraction | None, shown: str) -> None:
    assert portal.minutes_down(seconds).replace("\u00a0", " ") == shown


@time_machine.travel(datetime(2026, 11, 20, 21, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("language", "shown"), [("en", "Mon 23 Nov 2026, 09:00"), ("de", "Mo")], ids=["english", "german"]
)
def test_moment_is_local_and_keeps_its_zone_for_the_tooltip(language: str, shown: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo("Europe/Berlin")):
        text = portal.moment(MONDAY_NINE)

    assert 'datetime="2026-11-23T09:00:00+01:00"' in text
    assert "CET (Europe/Berlin)" in text
    assert f">{shown}" in text


@time_machine.travel(datetime(2026, 11, 20, 21, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (MONDAY_NINE, ">Monday 09:00<"),
        (MONDAY_NINE + timedelta(days=7), ">Mon 30 Nov 2026, 09:00<"),
        (MONDAY_NINE - timedelta(days=30), ">Sat 24 Oct 2026, 10:00<"),
    ],
    ids=["near", "next week", "past, before the clock change"],
)
def test_short_moment_says_the_weekday_only_while_that_is_enough(at: datetime, shown: str) -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert shown in portal.moment(at, "short")


def test_moment_and_day_of_nothing_are_a_dash() -> None:
    assert (portal.moment(None), portal.day(None)) == ("–", "–")


def test_day_shows_its_weekday_in_the_tooltip() -> None:
    assert portal.day(date(2026, 11, 23)) == '<time datetime="2026-11-23" title="Monday">23 November 2026</time>'


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_state_is_symbol_word_and_tone(name: str) -> None:
    shown = portal.state(name)

    assert shown.startswith(f'<span class="state state--{SIGNS[name].tone}"><svg')
    assert f"<span>{SIGNS[name].word}</span></span>" in shown
    assert SIGNS[name].tone in TONES


def test_state_shows_an_unknown_name_as_text_only() -> None:
    assert "<span>&lt;b&gt;</span>" in rendered("{% state name %}", name="<b>")


def test_state_takes_another_word() -> None:
    assert "<span>1 open</span>" in rendered('{% state "open" "1 open" %}')


def test_icon_is_hidden_from_screen_readers_and_has_no_inline_style() -> None:
    shown = portal.icon("user")

    assert 'aria-hidden="true"' in shown
    assert "style=" not in shown


def test_unknown_icon_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(heroicons.IconDoesNotExist):
        portal.icon("no-such-thing")


@pytest.mark.parametrize(
    ("now", "is_open", "turns"),
    [
        ("2026-11-23T09:30:00+01:00", "yes", "2026-11-23T17:00:00+00:00"),
        ("2026-11-23T07:30:00+01:00", "no", "2026-11-23T07:00:00+00:00"),
        ("2026-11-25T12:00:00+01:00", "no", "2026-11-30T07:00:00+00:00"),
    ],
    ids=["open until six", "before opening", "closed for days"],
)
def test_time_left_tells_the_script_when_the_calendar_turns(now: str, is_open: str, turns: str) -> None:
    shown = portal.time_left(timedelta(minutes=90), OFFICE, datetime.fromisoformat(now))

    assert shown.replace("\u00a0", " ") == (
        f'<span class="nowrap" data-left="5400" data-at="{now}" data-open="{is_open}" data-turns="{turns}">'
        "1 h 30 min</span>"
    )


def test_time_left_without_a_calendar_stands_still() -> None:
    assert portal.time_left(timedelta(minutes=30)) == '<span class="nowrap">30\u00a0min</span>'


def test_time_left_of_a_calendar_without_an_opening_ahead_has_no_turn() -> None:
    never = ServiceHours.parse(zone="UTC", week={})

    assert 'data-open="no" data-turns=""' in portal.time_left(timedelta(1), never, MONDAY_NINE)


@pytest.mark.parametrize(("level", "tone"), [("success", "good"), ("error", "bad"), ("warning", "note"), ("", "info")])
def test_message_levels_have_a_tone(level: str, tone: str) -> None:
    assert portal.tone(level) == tone


def test_priority_is_framed_and_escaped() -> None:
    assert rendered("{{ name|priority }}", name="P<1") == '<span class="priority">P&lt;1</span>'


@pytest.mark.parametrize(("name", "tone"), [("broken", "broken"), ("no_data", "none"), ("nobody knows", "quiet")])
def test_state_tone_is_that_of_the_sign(name: str, tone: str) -> None:
    assert portal.state_tone(name) == tone
