"""Looks at every invariant, writes down what it found, and tells the outside only while all is well."""

import logging
import urllib.error
import urllib.request
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from incidents.actions.engine.heartbeats import beat
from incidents.models import Audit
from incidents.queries import invariants
from slas.queries.notices import database_now

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
PATIENCE = 10  # seconds


def audit() -> Audit:
    """One look at all invariants. The outgoing ping is left out when one is violated: silence is the alarm."""
    found = invariants.findings()
    violated = {name: finding for name, finding in found.items() if finding.count}
    now = database_now()
    row = Audit.objects.create(
        at=now, is_green=not violated, findings={name: asdict(finding) for name, finding in found.items()}
    )
    Audit.objects.filter(at__lt=now - KEPT_FOR).delete()
    for name, finding in violated.items():
        logger.error("%s is violated %s times, for example by %s.", name, finding.count, ", ".join(finding.examples))
    beat("audit")
    if row.is_green:
        ping(settings.HEARTBEAT_URL)
    return row


def ping(url: str) -> bool:
    """Tell somebody outside that all is well; True when they heard it."""
    if not url:
        return False
    if urlsplit(url).scheme not in ("http", "https"):
        logger.error("HEARTBEAT_URL must start with http:// or https://.")
        return False
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return bool(answer.status < 400)
    except (urllib.error.URLError, OSError, ValueError) as unreachable:
        logger.warning("The heartbeat was not heard: %s", unreachable)
        return False
