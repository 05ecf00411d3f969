"""Uptime Kuma, message by message."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.signals import Alert, Message, Remark, Unreadable, parse
from tests.incidents.signals.payloads import JSON, KUMA_TEST, TEN, Payload, form, kuma, written

LABELS = {
    "name": "Till 7", "type": "http", "url": "https://till-7.example.test", "product": "kasse", "shop": "",
}  # fmt: skip


def read(payload: object) -> Message:
    return parse("uptime-kuma", written(payload), JSON)


def test_down_begins_and_up_ends() -> None:
    assert read(kuma(0)) == Message(alerts=(Alert("monitor 7", TEN, None, "Till 7", LABELS),))
    assert read(kuma(1)) == Message(alerts=(Alert("monitor 7", None, TEN, "Till 7", LABELS),))


def test_its_time_is_utc_and_does_not_say_so() -> None:
    at = datetime(2026, 7, 20, 21, 59, 58, 123000, tzinfo=UTC)

    assert read(kuma(0, at)).alerts[0].starts_at == at
    told = kuma(0)
    told["heartbeat"]["time"] = "2026-07-20T23:59:58.123+02:00"  # should a later version say so
    assert read(told).alerts[0].starts_at == at


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (2, "The monitor is still trying: neither up nor down."),
        (3, "The monitor is under maintenance: neither up nor down."),
    ],
)
def test_pending_and_maintenance_are_neither(status: int, sentence: str) -> None:
    assert read(kuma(status)) == Message(ignored=(Remark(sentence),))


@pytest.mark.parametrize("payload", [KUMA_TEST, {**KUMA_TEST, "msg": "[Till 7] Certificate will expire in 14 days"}])
def test_without_a_heartbeat_nothing_is_told(payload: Payload) -> None:
    assert read(payload) == Message(ignored=(Remark("A test message: it tells of no outage."),))


@pytest.mark.parametrize("payload", [kuma(0), {**kuma(0), "msg": "🔴 Küche läuft nicht"}])
def test_a_form_says_the_same(payload: Payload) -> None:
    assert parse("uptime-kuma", *form(payload)) == read(payload)
    assert parse("uptime-kuma", *form(payload, boundary="x")) == read(payload)


def test_a_plain_form_says_the_same() -> None:
    body = b"other=1&data=%7B%22heartbeat%22%3Anull%2C%22msg%22%3A%22Gr%C3%BC%C3%9Fe%22%7D"

    assert parse("uptime-kuma", body, "application/x-www-form-urlencoded; charset=utf-8").ignored == (
        Remark("A test message: it tells of no outage."),
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="msg"\r\n\r\n1\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (b"\x00\xff--x", "multipart/form-data; boundary=x"),
        (form(kuma(0))[0], "multipart/form-data"),
        (form(kuma(0))[0], "multipart/form-data; boundary=\r\nX-Other: 1"),
        (form(kuma(0))[0], "multipart/form-data; boundary=ü"),
        (b"msg=1", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
def test_a_form_without_the_field_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(Unreadable, match=r"The form has no field “data”\."):
        parse("uptime-kuma", body, kind)


def test_a_form_with_a_thousand_fields_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"The form has more than 100 fields\."):
        parse("uptime-kuma", b"&".join([b"a=1"] * 1000), "application/x-www-form-urlencoded")


def test_a_monitor_keeps_its_number_when_it_is_renamed_and_its_name_stands_for_it_without_one() -> None:
    renamed = read(kuma(0, name="Till seven")).alerts[0]
    assert (renamed.fingerprint, renamed.title) == ("monitor 7", "Till seven")

    told = kuma(0)
    del told["heartbeat"]["monitorID"]
    assert read(told).alerts[0].fingerprint == "monitor 7"
    del told["monitor"]["id"]
    assert read(told).alerts[0].fingerprint == "Till 7"
    told["monitor"] = None
    with pytest.raises(Unreadable, match=r"The message names no monitor\."):
        read(told)
    told["heartbeat"]["monitorID"] = 9
    assert read(told).alerts[0].title == "monitor 9"


@pytest.mark.parametrize("tags", [None, "x", [None, 7, {}], [{"name": "a", "value": None}]])
def test_tags_may_be_anything(tags: object) -> None:
    assert len(read(kuma(0, tags=tags)).alerts) == 1


@pytest.mark.parametrize("payload", [{}, [], "x", {"msg": "hello"}, {"alerts": []}])
def test_another_shape_is_refused(payload: object) -> None:
    with pytest.raises(Unreadable, match=r"This is no message of Uptime Kuma: it has no “heartbeat”\."):
        read(payload)


@pytest.mark.parametrize("status", [None, True, "0", 4, -1, 10**400, [], 0.5])
def test_another_status_is_refused(status: object) -> None:
    told = kuma(0)
    told["heartbeat"]["status"] = status

    with pytest.raises(Unreadable, match=r"“status” has to be one of: 0, 1, 2, 3\."):
        read(told)


@pytest.mark.parametrize("time", [None, "", "now", "2026-02-30 10:00:00", 1764237600])
def test_a_time_that_is_none_is_refused(time: object) -> None:
    told = kuma(0)
    told["heartbeat"]["time"] = time

    with pytest.raises(Unreadable, match="“time” is no moment"):
        read(told)


def test_up_to_the_day_it_is_read_in() -> None:
    assert read(kuma(1, TEN + timedelta(hours=13, minutes=59))).alerts[0].at == TEN + timedelta(hours=13, minutes=59)
