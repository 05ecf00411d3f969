"""Alertmanager and Grafana, message by message."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.signals import Alert, Message, Remark, Unreadable, parse
from tests.incidents.signals.payloads import JSON, TEN, ZERO, Payload, alert, alertmanager, grafana, written

LATER = TEN + timedelta(minutes=12)
LABELS = {"alertname": "TillDown", "instance": "till-7.example.test:9115", "severity": "critical"}
FIRING = Alert("tilldown00000000", TEN, None, "TillDown: no answer for two minutes", LABELS)
RESOLVED = Alert("tilldown00000000", TEN, LATER, "TillDown: no answer for two minutes", LABELS)


def read(payload: object, kind: str = "alertmanager") -> Message:
    return parse(kind, written(payload), JSON)


@pytest.mark.parametrize(("kind", "wrap"), [("alertmanager", alertmanager), ("grafana", grafana)])
def test_a_firing_and_a_resolved_alert(kind: str, wrap: type) -> None:
    assert read(wrap(alert()), kind) == Message(alerts=(FIRING,))
    assert read(wrap(alert(TEN, LATER)), kind) == Message(alerts=(RESOLVED,))


def test_the_end_of_a_firing_alert_is_none_whatever_stands_there() -> None:
    # The year 1, or the moment at which Prometheus would give it up.
    for end in (ZERO, "2026-11-20T10:04:00Z", None):
        [found] = read(alertmanager(alert(endsAt=end))).alerts
        assert (found.ends_at, found.is_firing) == (None, True)


def test_one_message_has_alerts_of_both_kinds() -> None:
    found = read(alertmanager(alert(), alert(TEN, LATER, name="ScannerDown")))

    assert [(one.fingerprint, one.ends_at) for one in found.alerts] == [
        ("tilldown00000000", None), ("scannerdown00000", LATER),
    ]  # fmt: skip


def test_what_was_left_out_is_said() -> None:
    found = read(alertmanager(alert(TEN, LATER), truncatedAlerts=3))

    assert found.alerts == (RESOLVED,)
    [note] = found.notes
    assert note.facts == {"count": 3}


@pytest.mark.parametrize("count", [None, 0, "3", -1, False, [], 1.5])
def test_a_count_that_is_none_says_nothing(count: object) -> None:
    assert read(alertmanager(alert(), truncatedAlerts=count)) == Message(alerts=(FIRING,))


def test_a_count_that_no_column_holds_is_cut() -> None:
    assert read(alertmanager(alert(), truncatedAlerts=10**300)).notes[0].facts == {"count": 1_000_000}


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [
        ("2026-11-20T11:00:00.739266876+01:00", datetime(2026, 11, 20, 10, 0, 0, 739266, tzinfo=UTC)),
        ("2026-11-20T10:00:00Z", TEN),
        ("2026-11-20T10:00:00.5Z", TEN + timedelta(milliseconds=500)),
    ],
)
def test_moments_as_go_writes_them(written_as: str, meant: datetime) -> None:
    assert read(alertmanager(alert(startsAt=written_as))).alerts[0].starts_at == meant


def test_an_old_alertmanager_tells_no_fingerprint_and_its_labels_stand_for_it() -> None:
    told = {**alert(), "fingerprint": ""}
    [first] = read(alertmanager(told)).alerts
    [again] = read(alertmanager({**told, "labels": dict(reversed(told["labels"].items()))})).alerts
    [other] = read(alertmanager({**told, "labels": {**told["labels"], "instance": "till-8"}})).alerts

    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert len(first.fingerprint) == 16


@pytest.mark.parametrize(
    ("annotations", "labels", "title"),
    [
        ({"summary": "Till\n 7   is down"}, LABELS, "Till 7 is down"),
        ({"summary": "x" * 400}, LABELS, "x" * 300),
        ({"summary": 7}, LABELS, "TillDown"),
        (None, LABELS, "TillDown"),
        ({}, {}, "tilldown00000000"),
    ],
)
def test_the_title_is_the_summary_else_the_name(annotations: object, labels: object, title: str) -> None:
    assert read(alertmanager(alert(annotations=annotations, labels=labels))).alerts[0].title == title


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"status": "pending"}, "“%(name)s” has to be one of: %(choices)s."),
        ({"status": None}, "“%(name)s” is missing, or is no text."),
        ({"startsAt": None}, "“%(name)s” is missing."),
        ({"startsAt": ZERO}, "“%(name)s” is missing."),
        ({"startsAt": 1764237600}, "“%(name)s” is no moment such as 2026-11-27T22:00:00+01:00."),
        ({"startsAt": "soon"}, "“%(name)s” is no moment such as 2026-11-27T22:00:00+01:00."),
        ({"startsAt": "2026-11-20T10:00:00"}, "“%(name)s” needs an offset, such as 2026-11-27T22:00:00+01:00."),
        ({"startsAt": "1815-01-01T00:00:00Z"}, "“%(name)s” lies outside the years 1970 to 2200."),
        ({"startsAt": "9999-12-31T23:59:59-14:00"}, "“%(name)s” is no moment such as 2026-11-27T22:00:00+01:00."),
        ({"status": "resolved"}, "“%(name)s” is missing."),
        ({"status": "resolved", "endsAt": "2026-11-20T10:00:00Z"}, "It ends before it has begun."),
        ({"labels": []}, "“%(name)s” has to be an object."),
        ({"labels": {"a": {}}}, "Labels are texts."),
        ({"annotations": "x"}, "“%(name)s” has to be an object."),
        ({"fingerprint": "f" * 201}, "The fingerprint is longer than %(longest)s characters."),
    ],
)
def test_an_alert_that_makes_no_sense_takes_no_other_with_it(wrong: Payload, sentence: str) -> None:
    found = read(alertmanager(alert(name="ScannerDown"), alert(**wrong)))

    assert [one.fingerprint for one in found.alerts] == ["scannerdown00000"]
    assert [(one.sentence, one.place) for one in found.refused] == [(sentence, 2)]


@pytest.mark.parametrize("payload", [{}, [], "x", None, {"status": "firing"}, {"alert": []}])
def test_another_shape_is_refused(payload: object) -> None:
    with pytest.raises(Unreadable, match=r"This is no message of this monitor: it has no “alerts”\."):
        read(payload)


def test_a_list_of_nothing_is_a_sign_of_life_and_no_list_is_refused() -> None:
    assert read(alertmanager()).ignored == (Remark("The message tells of no alert: a sign of life."),)
    with pytest.raises(Unreadable, match=r"There is no list of alerts\."):
        read({"alerts": {}})
    assert [one.sentence for one in read({"alerts": [7]}).refused] == ["An alert has to be an object."]


def test_too_many_at_once_are_refused() -> None:
    assert len(read(alertmanager(*[alert(name=f"n{n}") for n in range(500)])).alerts) == 500
    with pytest.raises(Unreadable, match=r"Send at most 500 alerts at once\."):
        read(alertmanager(*[alert(name=f"n{n}") for n in range(501)]))


class TestGrafana:
    """What only Grafana sends."""

    def test_the_button_test_tells_of_no_outage(self) -> None:
        test = alert(labels={"alertname": "TestAlert", "instance": "Grafana"})

        assert read(grafana(test), "grafana") == Message(
            ignored=(Remark("A test message: it tells of no outage.", place=1),)
        )

    @pytest.mark.parametrize("name", ["DatasourceNoData", "DatasourceError"])
    def test_trouble_of_its_own_is_neither_up_nor_down(self, name: str) -> None:
        found = read(grafana(alert(name=name), alert()), "grafana")

        assert found.alerts == (FIRING,)
        assert [one.place for one in found.ignored] == [1]
        # The same name means what it says at Alertmanager.
        assert len(read(alertmanager(alert(name=name))).alerts) == 1
