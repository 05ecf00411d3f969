"""Whatever stands in a body: it is understood, or refused with one sentence; nothing else is ever raised."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.signals import Message, Unreadable, parse
from incidents.signals.parsing import PARSERS
from tests.incidents.signals.payloads import (
    JSON,
    TEN,
    Payload,
    alert,
    alertmanager,
    form,
    generic,
    grafana,
    kuma,
    written,
)  # fmt: skip
from tests.laws import law

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner), max_leaves=8
)
USUAL: dict[str, Any] = {
    "alertmanager": alertmanager(alert(), alert(TEN, TEN.replace(hour=11))),
    "grafana": grafana(alert()),
    "uptime-kuma": kuma(0),
    "generic": generic(TEN, TEN.replace(hour=11), product="kasse", effect="full"),
}


def places(node: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Where something stands in a payload."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))]


def changed(payload: Payload, path: tuple[Any, ...], value: object) -> object:
    """The payload with another value in one place."""
    if not path:
        return value
    whole = json.loads(json.dumps(payload))
    node = whole
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return whole


def judged(kind: str, body: bytes, content_type: str = JSON) -> Message | str:
    """What was understood, or why nothing was."""
    try:
        return parse(kind, body, content_type)
    except Unreadable as wrong:
        return str(wrong)


def is_sound(found: Message | str) -> bool:
    """Every alert can be kept and every sentence be said."""
    if isinstance(found, str):
        return found.endswith(".")
    for remark in (*found.ignored, *found.refused, *found.notes):
        assert (remark.sentence % remark.facts).endswith(".")
        json.dumps(remark.facts)
    for one in found.alerts:
        assert 1970 <= one.at.year < 2200
        assert one.starts_at is None or one.ends_at is None or one.starts_at < one.ends_at
        assert 1 <= len(one.fingerprint) <= 200
        assert 1 <= len(one.title) <= 300
        json.dumps(dict(one.labels)).encode()
    return bool(found.alerts or found.ignored or found.refused)


@pytest.mark.parametrize("kind", list(PARSERS))
@law
@given(st.data())
def test_one_odd_value_in_a_usual_message(kind: str, data: st.DataObject) -> None:
    usual = USUAL[kind]
    path, value = data.draw(st.sampled_from(places(usual))), data.draw(ANY)

    assert is_sound(judged(kind, json.dumps(changed(usual, path, value)).encode()))


@pytest.mark.parametrize("kind", list(PARSERS))
@law
@given(ANY)
def test_any_json(kind: str, value: object) -> None:
    assert is_sound(judged(kind, json.dumps(value).encode()))


@pytest.mark.parametrize("kind", list(PARSERS))
@law
@given(
    st.binary(max_size=60),
    st.sampled_from([JSON, "", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"]),
)
def test_any_bytes(kind: str, body: bytes, content_type: str) -> None:
    assert is_sound(judged(kind, body, content_type))


@law
@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_form_that_was_damaged_on_its_way(noise: bytes, place: int) -> None:
    body, content_type = form(kuma(0))

    assert is_sound(judged("uptime-kuma", body[:place] + noise + body[place:], content_type))


@pytest.mark.parametrize("kind", list(PARSERS))
def test_the_same_bytes_always_mean_the_same(kind: str) -> None:
    body = written(USUAL[kind])

    assert parse(kind, body, JSON) == parse(kind, body, "")
