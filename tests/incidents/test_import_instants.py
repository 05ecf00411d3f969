"""Dates of an event log: every way of writing them, both clock changes, and what is no date."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.importers.servicenow import instant
from tests.laws import law

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
)
# Wall clocks without a zone, as the file has them.
FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1980, 2037))
LOCALS = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))


def utc(text: str) -> datetime:
    """An instant such as `2016-02-29T00:16`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "29/2/2016 01:16",
        "29-2-2016 01:16",
        "29-02-2016 01:16",
        "29/02/2016 1:16",
        "29/02/2016T01:16",
        "29/2/2016 01:16:00",
        "2016-02-29 01:16",
        "2016-02-29T01:16",
        "2016-02-29T01:16:00",
        "2016-02-29T01:16:00+01:00",
        "2016-02-29T00:16:00Z",
        "20160229T011600",
    ],
)
def test_one_moment_in_every_writing(text: str) -> None:
    assert instant(text, zone=BERLIN) == utc("2016-02-29T00:16")


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        # Berlin, 27 March 2016: from 02:00 to 03:00 there is no time; it moves forward by the gap.
        ("27/3/2016 01:59", "2016-03-27T00:59"),
        ("27/3/2016 02:00", "2016-03-27T01:00"),
        ("27/3/2016 02:30", "2016-03-27T01:30"),
        ("27/3/2016 02:59", "2016-03-27T01:59"),
        ("27/3/2016 03:00", "2016-03-27T01:00"),
        # 30 October 2016: 02:00 to 03:00 comes twice, and the first is meant.
        ("30/10/2016 01:59", "2016-10-29T23:59"),
        ("30/10/2016 02:00", "2016-10-30T00:00"),
        ("30/10/2016 02:30", "2016-10-30T00:30"),
        ("30/10/2016 03:00", "2016-10-30T02:00"),
    ],
)
@pytest.mark.parametrize("is_iso", [False, True], ids=["day first", "ISO"])
def test_both_clock_changes(local: str, expected: str, is_iso: bool) -> None:
    day, month, rest = local.split("/")
    text = f"2016-{int(month):02}-{int(day):02}{rest.removeprefix('2016')}" if is_iso else local

    assert instant(text, zone=BERLIN) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        ("Asia/Kolkata", "1/3/2016 09:00", "2016-03-01T03:30"),
        ("America/New_York", "13/3/2016 02:30", "2016-03-13T07:30"),
        # Lord Howe moves by half an hour.
        ("Australia/Lord_Howe", "2/10/2016 02:15", "2016-10-01T15:45"),
        # Apia had no 30 December 2011.
        ("Pacific/Apia", "30/12/2011 12:00", "2011-12-30T22:00"),
    ],
)
def test_other_zones_have_other_changes(zone: str, text: str, expected: str) -> None:
    assert instant(text, zone=ZoneInfo(zone)) == utc(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "now",
        "29/2/2015 01:16",
        "32/1/2016 01:16",
        "1/13/2016 01:16",
        "1/3/2016 24:00",
        "1/3/2016 09:60",
        "1/3/2016",
        "1.3.2016 09:00",
        "1/3-2016 09:00",
        "1/3/16 09:00",
        "3/1/2016 9:00 PM",
        " 1/3/2016 09:00",
        "1/3/2016 09:00 ",
        "2016-13-01T09:00",
        "2016-02-30 09:00",
        "1456819200",
        "٢٩/٢/٢٠١٦ 09:0x",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        instant(text, zone=BERLIN)


def test_a_day_without_a_time_is_its_beginning() -> None:
    assert instant("2016-02-29", zone=BERLIN) == utc("2016-02-28T23:00")


@law
@given(LOCALS, st.sampled_from(ZONES))
def test_day_first_and_iso_mean_the_same(local: datetime, zone: str) -> None:
    told = {
        instant(text, zone=ZoneInfo(zone))
        for text in (local.strftime("%d/%m/%Y %H:%M:%S"), local.strftime("%d-%m-%Y %H:%M:%S"), local.isoformat())
    }

    assert len(told) == 1


@law
@given(LOCALS, st.sampled_from(ZONES))
def test_an_instant_reads_back_as_its_local_time_or_lies_after_a_gap(local: datetime, zone: str) -> None:
    found = instant(local.isoformat(), zone=ZoneInfo(zone))

    back = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # Whatever does not read back did not exist, and moved forward, by a day at most (Apia).
    assert back == local or local < back <= local + timedelta(days=1)


@law
@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_an_offset_in_the_text_beats_the_zone_of_the_file(at: datetime, zone: str) -> None:
    assert instant(at.astimezone(ZoneInfo(zone)).isoformat(), zone=BERLIN) == at
