"""What people type is understood, shown again as it was meant, or refused in a sentence beside the field."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from slas.forms.fields import Days, Hours, Length, Lines, Pairs, SpecialDays, Written, intervals
from slas.queries.durations import read_duration, write_duration
from tests.laws import law

SIGNED = Length(is_signed=True, required=False)
DAY, OTHER = date(2026, 12, 24), date(2026, 12, 31)
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
ENTRY = st.text(st.characters(exclude_characters="\x00" + BREAKS, exclude_categories=["Cs"]), min_size=1, max_size=20)
WORDS = ENTRY.map(str.strip).filter(bool)
PLAIN = WORDS.filter(lambda word: ":" not in word)
LENGTHS = st.integers(0, 999_999 * 3600).map(lambda seconds: timedelta(seconds=seconds))
CLOCKS = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
INTERVALS = st.lists(st.builds("{}-{}".format, CLOCKS, CLOCKS), max_size=3).map(tuple)


def sentence(field: forms.Field, typed: str) -> list[str]:
    """What stands beside the field."""
    with translation.override("en"), pytest.raises(ValidationError) as wrong:
        field.clean(typed)
    return wrong.value.messages


def shown(field: forms.Field, value: object) -> str:
    """The text in the field of a form that starts from a stored value."""
    return str(field.prepare_value(value))


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        (Lines(required=False), "", ()),
        (Lines(required=False), "  \n\n ", ()),
        (Lines(), "Kassen", ("Kassen",)),
        (Lines(), " Kassen \r\n\r\n Zahlung\n", ("Kassen", "Zahlung")),
        (Lines(), "a\u2028b", ("a", "b")),
        (Pairs(required=False), "", {}),
        (Pairs(), "Reaktion: Antwort", {"Reaktion": "Antwort"}),
        (Pairs(), "Uhr:  8:00 bis 18:00 \n b : c", {"Uhr": "8:00 bis 18:00", "b": "c"}),
        (Length(), "90s", timedelta(seconds=90)),
        (Length(), " 1H 30M ", timedelta(minutes=90)),
        (Length(), "0m", timedelta(0)),
        (Length(), "120h", timedelta(hours=120)),
        (Length(required=False), "", None),
        (SIGNED, "+1h", timedelta(hours=1)),
        (SIGNED, "-30m", timedelta(minutes=-30)),
        (SIGNED, "−30m", timedelta(minutes=-30)),
        (SIGNED, "2h", timedelta(hours=2)),
        (SIGNED, "", None),
        (Hours(required=False), "", ()),
        (Hours(), "08:00-12:00", ("08:00-12:00",)),
        (Hours(), "08:00 – 12:00; 13:00-17:00,", ("08:00-12:00", "13:00-17:00")),
        (Hours(), "eight to six", ("eighttosix",)),
        (Days(required=False), "", ()),
        (Days(), "2026-12-31\n2026-12-24", (DAY, OTHER)),
        (Days(), "2026-12-24\n2026-12-24", (DAY, DAY)),
        (SpecialDays(required=False), "", {}),
        (SpecialDays(), "2026-12-31: 08:00-12:00", {OTHER: ("08:00-12:00",)}),
        (SpecialDays(), "2026-12-31:", {OTHER: ()}),
        (
            SpecialDays(),
            "2026-12-31 : 08:00-10:00, 11:00–12:00\n2026-12-24:",
            {OTHER: ("08:00-10:00", "11:00-12:00"), DAY: ()},
        ),
    ],
)
def test_a_field_understands(field: forms.Field, typed: str, meant: object) -> None:
    assert field.clean(typed) == meant


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (Pairs(), "no colon", "“no colon” needs a word, a colon and what it means."),
        (Pairs(), "word:", "“word:” needs a word, a colon and what it means."),
        (Pairs(), ": meaning", "“: meaning” needs a word, a colon and what it means."),
        (Pairs(), "a: b\na: c", "“a” stands here twice."),
        (Length(), "1d", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "-1h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "+1h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "1.5h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "30m1h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "٣h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "", "This field is required."),
        (SIGNED, "+-1h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (SIGNED, "+", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        (Length(), "1" * 21, "Ensure this value has at most 20 characters (it has 21)."),
        (Days(), "24.12.2026", "“24.12.2026” is no date. Write it like 2026-12-24."),
        (Days(), "2026-02-29", "“2026-02-29” is no date. Write it like 2026-12-24."),
        (Days(), "2026-12-24\nsoon", "“soon” is no date. Write it like 2026-12-24."),
        (SpecialDays(), "2026-12-31", "“2026-12-31” needs a colon between the day and its hours."),
        (SpecialDays(), "New Year: 08:00-12:00", "“New Year” is no date. Write it like 2026-12-24."),
        (SpecialDays(), "2026-12-31:\n2026-12-31: 08:00-12:00", "2026-12-31 stands here twice."),
        (Lines(), "", "This field is required."),
        (Hours(), " ", "This field is required."),
        (Lines(), "a\x00b", "Null characters are not allowed."),
    ],
)
def test_a_field_refuses_in_a_sentence(field: forms.Field, typed: str, said: str) -> None:
    assert sentence(field, typed) == [said]


@pytest.mark.parametrize(
    ("field", "stored", "text"),
    [
        (Lines(), ("Kassen", "Zahlung"), "Kassen\nZahlung"),
        (Lines(), ["Kassen"], "Kassen"),
        (Lines(), (), ""),
        (Lines(), "typed\nalready ", "typed\nalready "),
        (Pairs(), {"Reaktion": "Antwort", "b": "c"}, "Reaktion: Antwort\nb: c"),
        (Pairs(), {}, ""),
        (Pairs(), "no colon", "no colon"),
        (Length(), timedelta(minutes=90), "1h30m"),
        (Length(), timedelta(0), "0s"),
        (Length(), "five days", "five days"),
        (SIGNED, timedelta(hours=1), "+1h"),
        (SIGNED, timedelta(0), "+0s"),
        (SIGNED, timedelta(minutes=-30), "-30m"),
        (Hours(), ("08:00-12:00", "13:00-17:00"), "08:00-12:00, 13:00-17:00"),
        (Hours(), (), ""),
        (Hours(), "8-12", "8-12"),
        (Days(), (DAY, OTHER), "2026-12-24\n2026-12-31"),
        (Days(), "soon", "soon"),
        (SpecialDays(), {OTHER: ("08:00-12:00",), DAY: ()}, "2026-12-31: 08:00-12:00\n2026-12-24:"),
        (SpecialDays(), "typed", "typed"),
    ],
)
def test_a_stored_value_is_shown_as_people_would_write_it(field: forms.Field, stored: object, text: str) -> None:
    assert shown(field, stored) == text


@law
@given(st.lists(WORDS, max_size=5).map(tuple))
def test_lines_are_read_back(lines: tuple[str, ...]) -> None:
    field = Lines(required=False)

    assert field.clean(shown(field, lines)) == lines


@law
@given(st.dictionaries(PLAIN, WORDS, max_size=5))
def test_pairs_are_read_back(pairs: dict[str, str]) -> None:
    field = Pairs(required=False)

    assert field.clean(shown(field, pairs)) == pairs


@law
@given(LENGTHS)
def test_lengths_are_read_back(length: timedelta) -> None:
    assert Length().clean(shown(Length(), length)) == length


@law
@given(LENGTHS, st.sampled_from([1, -1]))
def test_signed_lengths_are_read_back(length: timedelta, sign: int) -> None:
    assert SIGNED.clean(shown(SIGNED, sign * length)) == sign * length


@law
@given(INTERVALS)
def test_hours_are_read_back(hours: tuple[str, ...]) -> None:
    field = Hours(required=False)

    assert field.clean(shown(field, hours)) == hours


@law
@given(st.lists(st.dates(), max_size=5, unique=True))
def test_days_are_read_back_in_order(days: list[date]) -> None:
    field = Days(required=False)

    assert field.clean(shown(field, days)) == tuple(sorted(days))


@law
@given(st.dictionaries(st.dates(), INTERVALS, max_size=4))
def test_special_days_are_read_back(days: dict[date, tuple[str, ...]]) -> None:
    field = SpecialDays(required=False)

    assert field.clean(shown(field, days)) == days


@law
@given(st.integers(0, 999_999 * 3600))
def test_a_length_in_a_file_is_read_back_and_its_sign_is_kept_apart(seconds: int) -> None:
    length = timedelta(seconds=seconds)

    assert read_duration(write_duration(length)) == length
    assert write_duration(-length) == ("-" if seconds else "") + write_duration(length)


@law
@given(st.text(max_size=12))
def test_any_text_is_a_length_or_a_sentence(text: str) -> None:
    try:
        length = read_duration(text)
    except ValueError as wrong:
        said = str(wrong)
    else:
        said = f"“{text}” is no length of time; write it like 90s, 30m, 1h or 1h30m."
        assert length >= timedelta(0)

    assert said == f"“{text}” is no length of time; write it like 90s, 30m, 1h or 1h30m."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        (" , ;", ()),
        ("08:00-12:00;13:00-17:00", ("08:00-12:00", "13:00-17:00")),
        ("0 8 : 0 0 - 1 2 : 0 0", ("08:00-12:00",)),
        ("08:00–12:00", ("08:00-12:00",)),
    ],
)
def test_intervals_whatever_dash_and_spaces(text: str, found: tuple[str, ...]) -> None:
    assert intervals(text) == found


def test_a_plain_text_means_itself() -> None:
    assert Written().clean(" word ") == "word"


@pytest.mark.parametrize("field", [Lines, Pairs, Days, SpecialDays])
def test_what_has_several_lines_gets_a_box(field: Callable[[], forms.Field]) -> None:
    assert isinstance(field().widget, forms.Textarea)
