"""Messages as the monitors send them, field by field; what a test does not care about has a usual value."""

import json
from datetime import UTC, datetime
from typing import Any

ZERO = "0001-01-01T00:00:00Z"
TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
JSON = "application/json"
Payload = dict[str, Any]


def written(payload: object) -> bytes:
    """A message as it goes over the wire."""
    return json.dumps(payload).encode()


def iso(at: datetime) -> str:
    """A moment as Go writes it."""
    return at.isoformat().replace("+00:00", "Z")


def alert(
    starts_at: datetime = TEN, ends_at: datetime | None = None, *, name: str = "TillDown", **more: object
) -> Payload:
    """One alert of Alertmanager or Grafana; Grafana adds a few addresses."""
    labels = {"alertname": name, "instance": "till-7.example.test:9115", "severity": "critical"}
    return {
        "status": "firing" if ends_at is None else "resolved",
        "labels": labels,
        "annotations": {"summary": f"{name}: no answer for two minutes", "runbook_url": "https://example.test/r/1"},
        "startsAt": iso(starts_at),
        "endsAt": ZERO if ends_at is None else iso(ends_at),
        "generatorURL": "http://prometheus.example.test:9090/graph?g0.expr=probe_success+%3D%3D+0",
        "fingerprint": f"{name.lower():0<16.16}",
        **more,
    }


def alertmanager(*alerts: Payload, **more: object) -> Payload:
    """A group of alerts, as version 4 of the webhook sends it."""
    return {
        "version": "4",
        "groupKey": '{}/{severity="critical"}:{alertname="TillDown"}',
        "truncatedAlerts": 0,
        "status": "firing" if any(one["status"] == "firing" for one in alerts) else "resolved",
        "receiver": "zusage",
        "groupLabels": {"alertname": "TillDown"},
        "commonLabels": {"alertname": "TillDown"},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.test:9093",
        "alerts": list(alerts),
        **more,
    }


def grafana(*alerts: Payload, **more: object) -> Payload:
    """A notification of Grafana's own alerting."""
    own = {"silenceURL": "https://g.example.test/s", "dashboardURL": "", "panelURL": "", "values": {"B": 1, "C": 1}}
    return {
        **alertmanager(*({**own, **one} for one in alerts)),
        "version": "1",
        "orgId": 1,
        "title": "[FIRING:1] TillDown",
        "state": "alerting",
        "message": "**Firing**",
        **more,
    }


def kuma(status: int, at: datetime = TEN, *, key: int = 7, name: str = "Till 7", **monitor: object) -> Payload:
    """A heartbeat of Uptime Kuma; its time is UTC and does not say so."""
    time = at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03}"
    return {
        "heartbeat": {
            "monitorID": key,
            "status": status,
            "time": time,
            "msg": "connect ECONNREFUSED 10.0.0.7:443" if status == 0 else "200 - OK",
            "ping": None if status == 0 else 31,
            "important": True,
            "duration": 60,
            "timezone": "Europe/Berlin",
            "timezoneOffset": "+01:00",
            "localDateTime": "2026-11-20 11:00:00",
        },
        "monitor": {
            "id": key,
            "name": name,
            "type": "http",
            "url": "https://till-7.example.test",
            "interval": 60,
            "tags": [{"tag_id": 1, "name": "product", "value": "kasse", "color": "#059669"}, {"name": "shop"}],
            **monitor,
        },
        "msg": f"[{name}] [{'🔴 Down' if status == 0 else '✅ Up'}] …",
    }


KUMA_TEST = {"heartbeat": None, "monitor": None, "msg": "Uptime Kuma Testing"}


def form(payload: object, *, boundary: str = "--------------------------042") -> tuple[bytes, str]:
    """The same as the field `data` of a form, with the content type that belongs to it."""
    lines = [
        f"--{boundary}",
        'Content-Disposition: form-data; name="data"',
        "",
        json.dumps(payload, ensure_ascii=False),
    ]
    body = "\r\n".join([*lines, f"--{boundary}--", ""])
    return body.encode(), f"multipart/form-data; boundary={boundary}"


def generic(starts_at: datetime = TEN, ends_at: datetime | None = None, **more: object) -> Payload:
    """One alert in our own words."""
    end = {} if ends_at is None else {"ends_at": ends_at.isoformat()}
    return {
        "fingerprint": "till-7",
        "status": "firing" if ends_at is None else "resolved",
        "starts_at": starts_at.isoformat(),
        "title": "Till 7 does not answer",
        **end,
        **more,
    }
