"""The promised side of the demonstration: one agreement file, and what both sides changed in it since."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.contrib.auth.hashers import make_password

from slas.importers.applying import apply
from slas.models import User

FILE = Path(__file__).with_name("house.yaml")
PASSWORD = "zusage-demo"  # meant to be read: it opens nothing but the demonstration
BERLIN = ZoneInfo("Europe/Berlin")
# Who shows which side of the portal, in the order in which the logins are printed.
LOGINS = {
    "mira": "product owner",
    "jana": "support agent",
    "doris": "manager",
    "vera": "service level manager",
    "anton": "auditor",
    "petra": "administrator",
}
SINCE = timedelta(days=420)
Document = dict[str, Any]  # any: a YAML tree of texts, read and checked by the importer of agreement files


def build(now: datetime) -> None:
    """Apply the file as it was written fourteen months ago, then every change, each on its own day."""
    since = midnight(now - SINCE)
    house = _read(now, since)
    apply(_bytes(house), now=since)
    # Changes pile up in one tree, as they did between both sides.
    changed = deepcopy(house)
    _retarget(changed, "kasse-betrieb", "P2", response="3h", resolution="14h")
    _retarget(changed, "webshop-betrieb", "P3", response="8h", resolution="50h")
    _publish(changed, ["kasse-betrieb", "webshop-betrieb"], at=midnight(now - timedelta(days=230)))
    _retarget(changed, "kasse-betrieb", "P1", response="45m", resolution="5h")
    _retarget(changed, "warenwirtschaft-betrieb", "P2", response="3h", resolution="20h")
    _publish(changed, ["kasse-betrieb", "warenwirtschaft-betrieb"], at=midnight(now - timedelta(days=110)))
    _retarget(changed, "intranet-betrieb", "P2", response="4h", resolution="20h")
    _publish(changed, ["intranet-betrieb"], at=midnight(now - timedelta(days=2)), start=midnight(now + timedelta(30)))
    _retarget(changed, "datenplattform-service", "P2", response="3h", resolution="16h")
    _draft(changed, "datenplattform-service", start=midnight(now + timedelta(45)), now=now)
    # One hash for everybody: thirty of them would take longer than all the rest.
    User.objects.update(password=make_password(PASSWORD))


def logins() -> list[str]:
    """The demonstration's logins in words."""
    names = dict(User.objects.filter(username__in=LOGINS).values_list("username", "name"))
    lines = [f"  {username:<8} {names[username]}, {part}" for username, part in LOGINS.items()]
    return [f"Sign in with the password {PASSWORD} as:", *lines]


def midnight(at: datetime) -> datetime:
    """The start of that day in Berlin."""
    return at.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)


def _read(now: datetime, since: datetime) -> Document:
    today = now.astimezone(BERLIN).date()
    days: Mapping[str, object] = {
        "since": since.isoformat(),
        "absent_from": today - timedelta(days=3),
        "absent_to": today + timedelta(days=11),
    }
    # Texts only: the importer itself knows what a day or a number is.
    tree: Document = yaml.load(Template(FILE.read_text(encoding="utf-8")).substitute(days), Loader=yaml.BaseLoader)
    return tree


def _bytes(tree: Document) -> bytes:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode()


def _agreement(tree: Document, slug: str) -> Document:
    found: Document = next(row for row in tree["agreements"] if row["slug"] == slug)
    return found


def _retarget(tree: Document, slug: str, priority: str, **allowances: str) -> None:
    # The copy frees this agreement from targets that it shares with others in the file.
    agreement = _agreement(tree, slug)
    agreement["targets"] = deepcopy(agreement["targets"])
    for kind, allowance in allowances.items():
        agreement["targets"][priority][kind]["allowance"] = allowance


def _publish(tree: Document, slugs: list[str], *, at: datetime, start: datetime | None = None) -> None:
    rows = [{**_agreement(tree, slug), "in_force_from": (start or at).isoformat()} for slug in slugs]
    apply(_bytes({"agreements": rows}), now=at.astimezone(UTC))


def _draft(tree: Document, slug: str, *, start: datetime, now: datetime) -> None:
    row = {key: value for key, value in _agreement(tree, slug).items() if key != "signed_by"}
    apply(_bytes({"agreements": [{**row, "in_force_from": start.isoformat()}]}), now=now)
