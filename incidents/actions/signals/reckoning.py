"""Works readings out from everything observed, in whatever order it came, and lets their proposals follow."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Max, Min, Q, QuerySet

from incidents.actions import outages
from incidents.actions.signals import proposing
from incidents.models import Observation, Outage, Reading, Signal
from incidents.models.signals import SourceKind
from incidents.signals import Alert, Place, Told, runs, spans_by_start
from slas.clock import Span
from slas.models import Product


def reckon(signal: Signal, alerts: Sequence[tuple[Alert, Place]], *, now: datetime) -> list[Outage]:
    """Work out every reading that these alerts have a part in; returns the proposals that came of it or moved."""
    slugs = {place.product for _, place in alerts}
    products = {
        product.slug: product for product in Product.objects.filter(slug__in=slugs).select_related("team__lead")
    }
    changed: dict[int, Outage] = {}
    for alert, place in alerts:
        for reading in _readings(signal, alert, place):
            outage = _followed(reading, products.get(place.product), now=now)
            if outage is not None:
                changed[outage.pk] = outage
    return list(changed.values())


def _readings(signal: Signal, alert: Alert, place: Place) -> Iterator[Reading]:
    """The readings around an alert as they are now, each linked with the signals that told of it."""
    around = list(_around(signal, alert))
    told = [Told(one.starts_at, one.ends_at) for one in around]
    for span in runs(told) if _is_of_beats(signal) else spans_by_start(told):
        own = [one for one in around if _tells_of(span, Told(one.starts_at, one.ends_at))]
        reading = _known(signal, own) or Reading(
            source=signal.source,
            fingerprint=alert.fingerprint,
            title=alert.title,
            labels=dict(alert.labels),
            effect=place.effect,
        )
        reading.starts_at, reading.ends_at = span.start, span.end
        reading.save()
        told_again = [signal] if _tells_of(span, Told(alert.starts_at, alert.ends_at)) else []
        reading.signals.add(*{one.signal_id for one in own}, *told_again)
        yield reading


def _around(signal: Signal, alert: Alert) -> QuerySet[Observation]:
    """Every observation that has a part in the same readings."""
    own = Observation.objects.filter(source=signal.source_id, fingerprint=alert.fingerprint)
    if not _is_of_beats(signal):
        return own.filter(starts_at=alert.starts_at)
    # From the “up” before it to the “up” after it: what is told of one moment changes nothing beyond them.
    ups = own.filter(starts_at__isnull=True)
    before = ups.filter(ends_at__lt=alert.at).aggregate(at=Max("ends_at"))["at"]
    after = ups.filter(ends_at__gt=alert.at).aggregate(at=Min("ends_at"))["at"]
    downs, ups_between = Q(starts_at__isnull=False), Q(starts_at__isnull=True)
    if before is not None:
        downs, ups_between = downs & Q(starts_at__gte=before), ups_between & Q(ends_at__gt=before)
    if after is not None:
        downs, ups_between = downs & Q(starts_at__lt=after), ups_between & Q(ends_at__lte=after)
    return own.filter(downs | ups_between)


def _is_of_beats(signal: Signal) -> bool:
    """Whether “down” and “up” are told each by itself, and only their order says what belongs together."""
    return signal.source.kind == SourceKind.UPTIME_KUMA


def _tells_of(span: Span, told: Told) -> bool:
    if told.starts_at is None:
        return told.ends_at == span.end
    return span.start <= told.starts_at and (span.end is None or told.starts_at < span.end)


def _known(signal: Signal, own: Sequence[Observation]) -> Reading | None:
    """The reading that began with one of these; an earlier “down” that came late moves its start."""
    starts = {one.starts_at for one in own if one.starts_at is not None}
    found = Reading.objects.filter(source=signal.source_id, fingerprint=own[0].fingerprint, starts_at__in=starts)
    return found.select_related("outage").first()


def _followed(reading: Reading, product: Product | None, *, now: datetime) -> Outage | None:
    """The proposal of a reading, when it is new or moved."""
    if reading.outage is None:
        return None if product is None else proposing.propose(reading, product, now=now)
    # Only what moved is in the answer to the monitor; `follow` may have left it as people decided.
    before = (reading.outage.started_at, reading.outage.ended_at)
    outage = outages.follow(reading.outage, started_at=reading.starts_at, ended_at=reading.ends_at, now=now)
    return None if before == (outage.started_at, outage.ended_at) else outage
