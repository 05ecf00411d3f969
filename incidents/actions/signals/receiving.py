"""Taking in what a monitor tells: kept as it came, then made into readings and proposals."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from incidents.actions.signals import reckoning, silence
from incidents.models import Observation, Outage, Signal, SignalSource
from incidents.models.signals import Outcome, SourceKind
from incidents.queries.signals import as_json
from incidents.signals import NO_EFFECT, Alert, Message, Place, Remark, Unreadable, parse, placed

AHEAD = timedelta(minutes=5)  # so far another clock may be before ours
Key = tuple[str, datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a signal; `outages` are the proposals that it made or changed."""

    signal: Signal
    accepted: int
    duplicates: int
    ignored: int
    outages: tuple[Outage, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The alerts of a message that count, each with its place, and the remarks on the others."""

    alerts: Sequence[tuple[Alert, Place]]
    ignored: tuple[Remark, ...]
    refused: tuple[Remark, ...]
    notes: tuple[Remark, ...]


def receive(source: SignalSource, body: bytes, content_type: str, *, now: datetime) -> Receipt:
    """Keep a message and take over what it says; the same again changes nothing.

    The source is locked, so that two messages about one thing are worked out one after the other.
    """
    with transaction.atomic():
        rows = SignalSource.objects.select_for_update(no_key=True, of=("self",))
        source = rows.select_related("default_product").get(pk=source.pk)
        # Under the lock: the rules that place an alert must not change between reading and writing.
        message = _sorted(_read(source, body, content_type), source, now)
        known = _known(source, [alert for alert, _ in message.alerts])
        new = {_key(alert) for alert, _ in message.alerts} - known
        signal = _kept(source, body, content_type, message, has_new=bool(new), now=now)
        _observe(signal, new)
        # Also what is known already: a rule that was added since may place it now.
        outages = reckoning.reckon(signal, message.alerts, now=now)
        # A source that only stammers says nothing about its products: they stay without data.
        if signal.outcome != Outcome.REFUSED:
            silence.heard(source, now=now)
        return Receipt(signal, len(new), len(message.alerts) - len(new), len(message.ignored), tuple(outages))


def _read(source: SignalSource, body: bytes, content_type: str) -> Message:
    try:
        return parse(source.kind, body, content_type)
    except Unreadable as wrong:
        return Message(refused=(Remark(wrong.sentence, wrong.facts),))


def _sorted(message: Message, source: SignalSource, now: datetime) -> Sorted:
    """Put aside what cannot be true yet, and what a rule says is no outage."""
    rules, default = source.placing_rules, source.default_product.slug if source.default_product else ""
    alerts: list[tuple[Alert, Place]] = []
    ignored, refused, notes = list(message.ignored), list(message.refused), list(message.notes)
    for alert in message.alerts:
        place = placed(alert, rules, default=default, names_product=source.kind == SourceKind.GENERIC)
        if max(alert.at, alert.ends_at or alert.at) > now + AHEAD:
            refused.append(Remark("“%(title)s” lies in the future: one of the two clocks is wrong.", _title(alert)))
        elif place.effect == NO_EFFECT:
            ignored.append(Remark("“%(title)s” is no outage: a rule of this source says so.", _title(alert)))
        else:
            alerts.append((alert, place))
    return Sorted(alerts, tuple(ignored), tuple(refused), tuple(notes))


def _title(alert: Alert) -> dict[str, str | int]:
    return {"title": alert.title}


def _key(alert: Alert) -> Key:
    return alert.fingerprint, alert.starts_at, alert.ends_at


def _known(source: SignalSource, alerts: Sequence[Alert]) -> set[Key]:
    # Two lists in place of a condition for each alert: wider than what is asked for; the last line narrows it down.
    moments = Q(starts_at__in={alert.starts_at for alert in alerts if alert.starts_at})
    moments |= Q(starts_at__isnull=True, ends_at__in={alert.ends_at for alert in alerts if alert.ends_at})
    found = Observation.objects.filter(moments, source=source, fingerprint__in={alert.fingerprint for alert in alerts})
    return set(found.values_list("fingerprint", "starts_at", "ends_at")) & {_key(alert) for alert in alerts}


def _kept(
    source: SignalSource, body: bytes, content_type: str, message: Sorted, *, has_new: bool, now: datetime
) -> Signal:
    if message.alerts:
        outcome = Outcome.ACCEPTED if has_new else Outcome.DUPLICATE
    else:
        outcome = Outcome.REFUSED if message.refused else Outcome.IGNORED
    return Signal.objects.create(
        source=source,
        received_at=now,
        # Cut, and without the zero bytes that a header may carry.
        content_type=content_type.replace("\x00", "")[:200],
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        outcome=outcome,
        remarks=[as_json(remark) for remark in (*message.refused, *message.ignored, *message.notes)],
        alerts=len(message.alerts),
    )


def _observe(signal: Signal, new: set[Key]) -> None:
    Observation.objects.bulk_create(
        Observation(source_id=signal.source_id, signal=signal, fingerprint=name, starts_at=starts_at, ends_at=ends_at)
        for name, starts_at, ends_at in new
    )
