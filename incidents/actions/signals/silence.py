"""Sources that promise to report regularly: while one is silent, nobody knows how its products do."""

from datetime import datetime

from django.db import transaction

from incidents.actions import apart, outages
from incidents.models import DataGap, SignalSource
from incidents.queries import sources


def watch(*, now: datetime) -> None:
    """Open a time without data for each product of each source that has been silent for too long."""
    apart.each(sources.expected(), lambda source: _watch(source, now), what="The silence of a source")


def _watch(source: SignalSource, now: datetime) -> None:
    if sources.silent_since(source, now) is not None:
        with transaction.atomic():
            rows = SignalSource.objects.select_for_update(no_key=True, of=("self",))
            _begin(rows.select_related("default_product").get(pk=source.pk), now=now)


def heard(source: SignalSource, *, now: datetime) -> None:
    """The source has spoken: what was unknown is over. Call it with the source locked."""
    # Its silence may have gone by between two rounds.
    _begin(source, now=now)
    start_again(source, now=now)


def start_again(source: SignalSource, *, now: datetime) -> None:
    """From now on its silence counts anew, and what was unknown until now ends. Call it with the source locked."""
    for gap in DataGap.objects.filter(sources=source, ended_at__isnull=True, withdrawn_at__isnull=True):
        outages.end_gap(gap, by=None, now=now)
    # Two signals may get the lock in the other order.
    source.quiet_since = max(source.quiet_since, now)
    source.save(update_fields=["quiet_since"])


def _begin(source: SignalSource, *, now: datetime) -> None:
    since = sources.silent_since(source, now)
    if since is None:
        return
    # Also where somebody has withdrawn or ended it: one silence is written down once.
    written = set(source.gaps.filter(started_at=since).values_list("product", flat=True))
    for product in sources.products_of(source):
        if product.pk not in written:
            gap = outages.record_gap(product, by=None, now=now, started_at=since, ended_at=None, reason=source.name)
            source.gaps.add(gap)
