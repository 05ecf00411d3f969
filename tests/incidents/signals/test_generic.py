"""Our own words, and what no monitor should ever send."""

import json
from pathlib import Path

import pytest

from incidents.signals import Alert, Message, Remark, Unreadable, parse
from incidents.signals.parsing import PARSERS
from tests.incidents.signals.payloads import JSON, TEN, Payload, alert, alertmanager, generic, written

CASES = [json.loads(line) for line in Path("tests/cases/hostile_inputs.jsonl").read_text("utf-8").splitlines()]
TEXTS = sorted({case["value"] for case in CASES if isinstance(case["value"], str) and case["value"].strip("\x00 ")})


def read(payload: object) -> Message:
    return parse("generic", written(payload), JSON)


def test_one_alert_or_a_list_of_them() -> None:
    found = Alert("till-7", TEN, None, "Till 7 does not answer")
    assert read(generic()) == read([generic()]) == Message(alerts=(found,))

    whole = generic(TEN, TEN.replace(hour=11), product="kasse", effect="degraded")
    over = Alert("till-7", TEN, TEN.replace(hour=11), "Till 7 does not answer", {"product": "kasse"}, "degraded")
    assert read([generic(), whole]) == Message(alerts=(found, over))


def test_an_empty_list_is_a_sign_of_life() -> None:
    assert read([]) == Message(ignored=(Remark("The message tells of no alert: a sign of life."),))


@pytest.mark.parametrize("left_out", [{"product": None}, {"effect": None}, {"ends_at": None}])
def test_null_is_nothing(left_out: Payload) -> None:
    assert read(generic(**left_out)) == read(generic())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"end_at": "2026-11-20T11:00:00Z"}, "There is no field “end_at”; there are: fingerprint, product, status, "
                                             "starts_at, ends_at, title, effect."),
        ({"fingerprint": 7}, "“fingerprint” is missing, or is no text."),
        ({"fingerprint": "  "}, "“fingerprint” is missing, or is no text."),
        ({"title": ""}, "“title” is missing, or is no text."),
        ({"product": []}, "“product” is missing, or is no text."),
        ({"effect": "none"}, "“effect” has to be one of: full, degraded."),
        ({"status": "up"}, "“status” has to be one of: firing, resolved."),
        ({"status": "resolved"}, "What is resolved has an “ends_at”, and what is firing has none."),
        ({"ends_at": "2026-11-20T11:00:00Z"}, "What is resolved has an “ends_at”, and what is firing has none."),
        ({"starts_at": None}, "“starts_at” is no moment such as 2026-11-27T22:00:00+01:00."),
        ({"status": "resolved", "ends_at": "2026-11-20T09:00:00Z"}, "It ends before it has begun."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(wrong: Payload, sentence: str) -> None:
    found = read({**generic(), **wrong})

    assert (found.alerts, [one.sentence % one.facts for one in found.refused]) == ((), [sentence])


@pytest.mark.parametrize("kind", list(PARSERS))
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is no JSON that can be read."),
        (b"\x00\x00", "The body is no JSON that can be read."),
        (b"{", "The body is no JSON that can be read."),
        (b'{"heartbeat": NaN, "alerts": NaN}', "The body is no JSON that can be read."),
        (b"-Infinity", "The body is no JSON that can be read."),
        (b"9" * 5000, "The body is no JSON that can be read."),
        (b"[" * 200_000, "The body is no JSON that can be read."),
        (b'{"a":' * 100_000, "The body is no JSON that can be read."),
        ("Prüfung".encode("latin-1"), "The body is not written in UTF-8."),
        ("{}".encode("utf-16"), "The body is not written in UTF-8."),
    ],
)
def test_what_is_no_json_is_refused(kind: str, body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        parse(kind, body, JSON)

    assert str(wrong.value) == sentence


def test_a_mark_before_the_text_does_no_harm() -> None:
    assert parse("generic", b"\xef\xbb\xbf" + written(generic()), JSON) == read(generic())


@pytest.mark.parametrize("value", TEXTS)
def test_any_text_becomes_one_that_can_be_kept(value: str) -> None:
    [own] = read(generic(title=value)).alerts
    [other] = parse("alertmanager", written(alertmanager(alert(labels={"a": value, value: "b"}))), JSON).alerts

    for text in (own.title, *other.labels, *other.labels.values()):
        text.encode()
        assert "\x00" not in text
        assert "\n" not in text
        assert len(text) <= 1000
    assert own.title


def test_deep_nesting_in_a_label_is_refused_not_fatal() -> None:
    deep = b'{"alerts": [{"status": "firing", "startsAt": "2026-11-20T10:00:00Z", "labels": {"a": %s}}]}'

    shallow = parse("alertmanager", deep % (b"[" * 10 + b"]" * 10), JSON)
    assert [one.sentence for one in shallow.refused] == ["Labels are texts."]
    with pytest.raises(Unreadable, match=r"The body is no JSON that can be read\."):
        parse("alertmanager", deep % (b"[" * 100_000 + b"]" * 100_000), JSON)
