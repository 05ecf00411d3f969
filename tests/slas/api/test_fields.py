"""One value of a body or an address: what it can be, and the sentence for what it cannot."""

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from slas.api.fields import Instant, Named, Whole, instant
from slas.api.filters import DayFilter, InstantField, TruthField
from slas.api.pages import Pages
from slas.api.parsers import DEEPEST, StrictJSONParser, TooLarge
from slas.api.wordings import whole_seconds
from slas.models import Team
from tests.factories import House, TeamFactory
from tests.laws import law

NAIVE = "The time needs an offset, such as 2026-11-27T22:00:00+01:00."
BEYOND = "The time must lie between the years 1970 and 2200."


def refused(read: Callable[[], object]) -> list[str]:
    """What stands beside the field."""
    with translation.override("en"), pytest.raises(ValidationError) as wrong:
        read()
    return [str(one) for one in wrong.value.detail]


def parsed(body: bytes, *, length: int | None = None) -> object:
    """What the parser makes of a body."""
    meta = {"CONTENT_LENGTH": str(len(body) if length is None else length)}
    context = {"request": SimpleNamespace(META=meta), "encoding": "utf-8"}
    return StrictJSONParser().parse(io.BytesIO(body), "application/json", context)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-27T22:00:00+01:00", datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ("2026-11-27T21:00:00Z", datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ("2026-11-27T21:00Z", datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ("2026-11-27 21:00:00.000001+00:00", datetime(2026, 11, 27, 21, 0, 0, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2200-12-31T23:59:59Z", datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-03-29T02:30:00+01:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "UTC"])
def test_an_instant_is_the_same_whoever_asks(written: str, at: datetime, zone: str) -> None:
    with timezone.override(zone):
        assert Instant().run_validation(written) == at


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-11-27T22:00:00", NAIVE),
        ("2026-11-27 22:00", NAIVE),
        ("1969-12-31T23:59:59Z", BEYOND),
        ("2201-01-01T00:00:00Z", BEYOND),
        ("0001-01-01T00:00:00+14:00", BEYOND),
        ("9999-12-31T23:59:59-14:00", BEYOND),
        ("1970-01-01T00:30:00+01:00", BEYOND),
    ],
)
def test_an_instant_that_is_none(written: str, said: str) -> None:
    assert refused(lambda: Instant().run_validation(written)) == [said]


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-11-27", "2026-13-01T00:00:00Z", "2026-11-27T25:00:00Z", 5, None, [], {}, True]
)
def test_what_is_no_moment_at_all_is_refused_and_never_an_error(written: object) -> None:
    assert len(refused(lambda: Instant().run_validation(written))) == 1


def test_an_instant_beyond_what_may_be_asked_for_can_be_told() -> None:
    assert Instant(default_timezone=UTC).to_representation(datetime(2300, 1, 1, tzinfo=UTC)) == "2300-01-01T00:00:00Z"


def test_an_instant_in_an_answer_has_an_offset() -> None:
    at = datetime(2026, 11, 27, 22, tzinfo=ZoneInfo("Europe/Berlin"))

    assert instant(None) is None
    told = instant(at)
    assert told is not None
    assert datetime.fromisoformat(told) == at


@law
@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_an_instant_that_was_told_is_read_back(at: datetime) -> None:
    assert Instant().run_validation(instant(at)) == at


@pytest.mark.parametrize(
    ("written", "number"),
    [("0", 0), ("7", 7), (7, 7), (5.0, 5), ("0042", 42), (0, 0), ("999999999999", 999_999_999_999)],
)
def test_a_whole_number(written: str | int, number: int) -> None:
    assert Whole().run_validation(written) == number


@pytest.mark.parametrize(
    "written",
    ["1_000", "１", "٣", "²", "1.0", " 1", "+1", "-1", "1e3", "", "one", "0x1F", None, [], {}, True, 5.5, "9" * 5000],
)
def test_what_is_no_whole_number(written: object) -> None:
    assert len(refused(lambda: Whole().run_validation(written))) == 1


@pytest.mark.parametrize("written", [5, None, [], {}, True, 1.5])
def test_a_name_is_a_text(db: None, written: object) -> None:
    field = Named[Team](slug_field="slug", queryset=Team.objects.all())

    assert len(refused(lambda: field.run_validation(written))) == 1


@pytest.mark.parametrize("written", ["lager", "", "KIOSK", "kiosk ", "'; drop table", "🙂"])
def test_a_name_that_nobody_has_is_refused_by_name(db: None, written: str) -> None:
    TeamFactory(slug="kiosk")
    field = Named[Team](slug_field="slug", queryset=Team.objects.all())

    assert refused(lambda: field.run_validation(written))[0] in {
        f"There is no “{written}”.",
        "There is no “kiosk”.",
    } or (written == "")


def test_a_name_that_may_not_be_seen_is_refused_in_the_same_words(house: House) -> None:
    field = Named[Team](slug_field="slug", queryset=Team.objects.exclude(slug="lagerteam"))

    hidden = refused(lambda: field.run_validation("lagerteam"))
    missing = refused(lambda: field.run_validation("nirgends"))

    assert (hidden, missing) == (["There is no “lagerteam”."], ["There is no “nirgends”."])
    assert field.run_validation("kassenteam") == house.team


@pytest.mark.parametrize(("written", "chosen"), [("true", True), ("false", False), ("", None), (None, None)])
def test_a_truth(written: str | None, chosen: bool | None) -> None:
    assert TruthField(required=False).clean(written) is chosen


@pytest.mark.parametrize("written", ["True", "1", "0", "yes", "on", "both", "unknown", "tru"])
def test_a_third_word_is_no_truth(written: str) -> None:
    with translation.override("en"), pytest.raises(forms.ValidationError) as wrong:
        TruthField(required=False).clean(written)

    assert wrong.value.messages == ["Write true or false."]


@pytest.mark.parametrize(
    ("written", "said"),
    [("2026-11-27T22:00:00", NAIVE), ("2201-01-01T00:00:00Z", BEYOND)],
)
def test_an_instant_in_an_address_is_read_as_strictly(written: str, said: str) -> None:
    with translation.override("en"), pytest.raises(forms.ValidationError) as wrong:
        InstantField(required=False).clean(written)

    assert wrong.value.messages == [said]
    assert InstantField(required=False).clean("") is None
    assert InstantField(required=False).clean("2026-11-27T21:00Z") == datetime(2026, 11, 27, 21, tzinfo=UTC)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("written", "day"), [("2026-11-27", date(2026, 11, 27)), ("27.11.2026", None), ("11/27/2026", None)]
)
def test_a_day_is_written_one_way_in_every_language(language: str, written: str, day: date | None) -> None:
    with translation.override(language):
        field = DayFilter().field
        try:
            found = field.clean(written)
        except forms.ValidationError:
            found = None

    assert found == day


@pytest.mark.parametrize(
    "value",
    [{}, [], {"a": 1}, {"a": [1, 2, {"b": None}]}, {"ü": "漢字 🙂"}, "text", 5, None, True, {"a": "line\nbreak\t"}],
)
def test_a_body_is_read(value: object) -> None:
    assert parsed(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"title": "a\\u0000b"}', "title"),
        (b'{"title": "\\ud800"}', "title"),
        (b'{"title": ["x", {"y": "\\udfff"}]}', "title"),
        (b'["\\u0000"]', "non_field_errors"),
        (b'"\\u0000"', "non_field_errors"),
    ],
)
def test_signs_that_cannot_be_kept_stand_beside_their_field(body: bytes, name: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as wrong:
        parsed(body)

    assert wrong.value.detail == {name: ["Remove the characters that cannot be kept: NUL or half a character."]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nul",
        b'{"a": 1,}',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"\\u0000": 1}',
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
        b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1),
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_read_is_a_400(body: bytes) -> None:
    with pytest.raises((ParseError, ValidationError)) as wrong:
        parsed(body)

    assert wrong.value.status_code == 400


def test_a_body_as_deep_as_allowed_is_read() -> None:
    deep = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)

    assert parsed(deep) == json.loads(deep)


def test_a_body_that_says_it_is_enormous_is_not_even_read() -> None:
    with pytest.raises(TooLarge) as wrong:
        parsed(b"{}", length=10**12)

    assert (wrong.value.status_code, isinstance(wrong.value, APIException)) == (413, True)


@law
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_a_400(body: bytes) -> None:
    try:
        parsed(body)
        status = 200
    except APIException as wrong:
        status = wrong.status_code

    assert status in {200, 400}


def page(rows: list[int], **asked: str) -> list[int] | None:
    """The page of a list that somebody asks for."""
    request = Request(APIRequestFactory().get("/", asked))
    return Pages().paginate_queryset(rows, request)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, list(range(50))),
        ({"page": "2"}, list(range(50, 100))),
        ({"page_size": "3"}, [0, 1, 2]),
        ({"page": "2", "page_size": "3"}, [3, 4, 5]),
        ({"page_size": "200"}, list(range(200))),
        ({"page_size": "5000"}, list(range(200))),
        ({"page": "6"}, list(range(250, 260))),
    ],
)
def test_a_page_of_a_list(asked: dict[str, str], found: list[int]) -> None:
    assert page(list(range(260)), **asked) == found


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("written", ["0", "-1", "x", "", "1.5", "1_0", "１", "last", "9" * 30])
def test_a_page_that_is_no_number_is_refused_beside_its_name(name: str, written: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as wrong:
        page([1], **{name: written})

    assert wrong.value.detail == {name: ["Write a whole number from 1 on."]}


def test_a_page_too_far_is_not_there() -> None:
    with pytest.raises(APIException) as wrong:
        page([1], page="99")

    assert wrong.value.status_code == 404


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (timedelta(0), 0),
        (timedelta(hours=1), 3600),
        (timedelta(milliseconds=1999), 1),
        (timedelta(milliseconds=-1999), -1),
        (timedelta(days=400), 34_560_000),
    ],
)
def test_seconds_are_whole_and_cut_towards_zero(span: timedelta, seconds: int) -> None:
    assert whole_seconds(span) == seconds
