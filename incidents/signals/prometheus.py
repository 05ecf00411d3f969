"""Messages of Alertmanager (webhook version 4) and of Grafana, which took over their shape."""

import hashlib
import json
from collections.abc import Mapping

from incidents.signals import reading
from incidents.signals.alerts import Alert, Message, Remark, Unreadable, joined
from incidents.signals.reading import Node, Reader

# Grafana's own words about itself: no data, a query that failed, the button “Test”.
OWN_TROUBLE = ("DatasourceNoData", "DatasourceError")
TEST = {"alertname": "TestAlert", "instance": "Grafana"}


def alertmanager(body: bytes, _content_type: str) -> Message:
    """Many alerts of mixed status in one message; what was cut off (`truncatedAlerts`) is never taken as over."""
    return _message(body, _alert)


def grafana(body: bytes, _content_type: str) -> Message:
    """As Alertmanager; a firing alert ends in the year 1, and Grafana also tells of its own trouble."""
    return _message(body, _alert_of_grafana)


def _message(body: bytes, read: Reader) -> Message:
    root = reading.json_of(body)
    if not isinstance(root, dict) or "alerts" not in root:
        raise Unreadable("This is no message of this monitor: it has no “alerts”.")
    return joined([reading.each(root["alerts"], read), Message(notes=_left_out(root.get("truncatedAlerts")))])


def _left_out(count: object) -> tuple[Remark, ...]:
    if not isinstance(count, int) or count <= 0:
        return ()
    facts = {"count": min(count, 1_000_000)}  # JSON has numbers that no column holds
    return (Remark("The monitor left out %(count)s alerts: nothing is known about them, none counts as over.", facts),)


def _alert_of_grafana(node: Node) -> Alert | Remark:
    alert = _alert(node)
    if TEST.items() <= alert.labels.items():
        return Remark("A test message: it tells of no outage.")
    if alert.labels.get("alertname") in OWN_TROUBLE:
        return Remark("The monitor has no data itself: neither up nor down.")
    return alert


def _alert(node: Node) -> Alert:
    is_firing = reading.choice(node, "status", ("firing", "resolved")) == "firing"
    labels = reading.labels(node.get("labels"))
    starts_at = reading.moment(node, "startsAt")
    # While it fires, its end is the year 1 or the moment at which the monitor would forget it.
    ends_at = None if is_firing else reading.moment(node, "endsAt")
    if starts_at is None:
        raise Unreadable("“%(name)s” is missing.", name="startsAt")
    if ends_at is None and not is_firing:
        raise Unreadable("“%(name)s” is missing.", name="endsAt")
    reading.in_order(starts_at, ends_at)
    fingerprint = reading.fingerprint(_fingerprint(node, labels))
    return Alert(fingerprint, starts_at, ends_at, _title(node, labels) or fingerprint, labels)


def _fingerprint(node: Node, labels: Mapping[str, str]) -> str:
    given = node.get("fingerprint")
    # Alertmanager before 0.19 tells none; its own is made of the labels as well.
    made = hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]
    return given if isinstance(given, str) and given.strip() else made


def _title(node: Node, labels: Mapping[str, str]) -> str:
    annotations = reading.node(node.get("annotations"), "annotations")
    return reading.title(annotations.get("summary")) or reading.title(labels.get("alertname"))
