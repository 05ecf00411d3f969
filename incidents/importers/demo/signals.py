"""A monitor of the demonstration: a night that was no outage, a sign of life, what nobody knows, and one of now."""

import json
from datetime import datetime, timedelta

from incidents.actions import outages, signals
from incidents.models import Outage, SignalSource
from slas.models import Product, User

SLUG = "prometheus"
NIGHT, LASTED = timedelta(days=3), timedelta(minutes=14)
JUST_NOW = timedelta(minutes=12)


def set_up(*, now: datetime) -> None:
    """Set up the monitor and let it tell of the last days."""
    keeper = User.objects.get(username="vera")
    source = signals.create_source(
        slug=SLUG,
        name="Prometheus im Rechenzentrum",
        kind="alertmanager",
        by=keeper,
        now=now - timedelta(days=30),
        rules=[
            {"label": "alertname", "value": "Watchdog", "product": "", "effect": "none"},
            {"label": "severity", "value": "warning", "product": "webshop", "effect": "degraded"},
            {"label": "service", "value": "webshop", "product": "webshop", "effect": ""},
            {"label": "service", "value": "kasse", "product": "kasse", "effect": ""},
        ],
    )
    night = (now - NIGHT).replace(hour=2, minute=10, second=0, microsecond=0)
    slow = _alert("WebshopLangsam", "webshop", "Der Webshop antwortet langsam", severity="warning")
    _tell(source, night, {**slow, "startsAt": night.isoformat()})
    over = {**slow, "startsAt": night.isoformat(), "endsAt": (night + LASTED).isoformat(), "status": "resolved"}
    _tell(source, night + LASTED, over)
    shop = Product.objects.select_related("team__lead").get(slug="webshop")
    outages.dismiss(
        Outage.objects.get(reading__source=source),
        by=shop.team.lead,
        now=night + timedelta(hours=7),
        reason="Der Messpunkt selbst wurde umgezogen; bestellt wurde die ganze Zeit.",
    )
    for name, service, title, ago in (
        ("Watchdog", "prometheus", "Die Überwachung lebt", timedelta(hours=20)),
        ("ArchivVoll", "rechnungsarchiv", "Das Rechnungsarchiv nimmt nichts mehr an", timedelta(hours=6)),
    ):
        _tell(source, now - ago, {**_alert(name, service, title), "startsAt": (now - ago).isoformat()})


def report(*, now: datetime) -> None:
    """Tell of an outage that goes on and waits for somebody to confirm it."""
    down = _alert("WebshopAusgefallen", "webshop", "Der Webshop antwortet nicht")
    _tell(SignalSource.objects.get(slug=SLUG), now, {**down, "startsAt": (now - JUST_NOW).isoformat()})


def _alert(name: str, service: str, summary: str, *, severity: str = "critical") -> dict[str, object]:
    return {
        "status": "firing",
        "labels": {"alertname": name, "service": service, "severity": severity},
        "annotations": {"summary": summary},
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": f"{name}:{service}".lower(),
    }


def _tell(source: SignalSource, at: datetime, alert: dict[str, object]) -> None:
    """Hand over a message as Alertmanager writes it."""
    message = {"version": "4", "receiver": "zusage", "status": alert["status"], "truncatedAlerts": 0, "alerts": [alert]}
    body = json.dumps(message, ensure_ascii=False, indent=2).encode()
    signals.receive(source, body, "application/json", now=at)
