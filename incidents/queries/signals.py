"""Signals and what became of them, as far as a person sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext

from incidents import rules
from incidents.models import Outage, Reading, Signal
from incidents.queries.outages import of_products
from incidents.rules import Desk
from incidents.signals import Remark
from slas.clock import Span
from slas.models import User


def visible_to(reader: User | Desk) -> QuerySet[Signal]:
    """The signals this person sees, the newest first: all of them, or those about products of their teams.

    Each with the `titles` of the readings they may know of, and these readings; without its body.
    """
    desk = rules.desk_of(reader)
    seen = _readings(desk)
    told = Reading.signals.through.objects.filter(reading__in=seen)
    of_signal = told.filter(signal=OuterRef("pk")).values("signal")
    titles = of_signal.values(said=StringAgg("reading__title", "\n"))
    found = Signal.objects.all() if desk.reads_everything else Signal.objects.filter(pk__in=told.values("signal"))
    return (
        # A body has up to a megabyte, and a list shows none of them.
        found.defer("body")
        .annotate(titles=Subquery(titles))
        .select_related("source")
        .prefetch_related(Prefetch("readings", seen.select_related("product", "outage")))
        .order_by("-received_at", "-pk")
    )


def readings_of(signal: Signal, reader: User | Desk) -> QuerySet[Reading]:
    """What was made of a signal, as far as this person may know of it, the newest first."""
    found = _readings(rules.desk_of(reader)).filter(signals=signal)
    return found.select_related("product", "outage", "assigned_by")


def may_read_body(signal: Signal, reader: User | Desk) -> bool:
    """Whether nothing in it is about products of others: one message may speak of many."""
    desk = rules.desk_of(reader)
    # What was refused or passed over left no reading that could say what it was about.
    return desk.reads_everything or (not signal.remarks and readings_of(signal, desk).count() == signal.alerts)


def overlaps(readings: Sequence[Reading]) -> dict[int, list[Outage]]:
    """For each reading the other outages of its product at the same time: perhaps the same one, seen twice."""
    placed = [(one, one.product) for one in readings if one.product is not None]
    if not placed:
        return {}
    ends = [one.ends_at for one, _ in placed if one.ends_at is not None]
    whole = Span(min(one.starts_at for one, _ in placed), max(ends) if len(ends) == len(placed) else None)
    found = of_products([product for _, product in placed], whole)
    return {
        one.pk: [outage for outage in found.get(product.pk, ()) if _is_beside(outage, one)] for one, product in placed
    }


def _is_beside(outage: Outage, reading: Reading) -> bool:
    has_begun = reading.ends_at is None or outage.started_at < reading.ends_at
    is_not_over = outage.ended_at is None or outage.ended_at > reading.starts_at
    return outage.pk != reading.outage_id and has_begun and is_not_over


def as_json(remark: Remark) -> dict[str, object]:
    """A remark as it is kept with its signal."""
    return {"sentence": remark.sentence, "facts": dict(remark.facts), "place": remark.place}


def sentence(remark: Mapping[str, Any]) -> str:  # Any: JSON as it was kept
    """A kept remark in the reader's language."""
    english, facts, place = remark["sentence"], remark["facts"], remark["place"]
    said = gettext(english) % facts
    return said if place is None else gettext("Alert %(place)s: %(said)s") % {"place": place, "said": said}


def _readings(desk: Desk) -> QuerySet[Reading]:
    seen = Q() if desk.reads_everything else Q(product__in=sorted(desk.provided))
    return Reading.objects.filter(seen).order_by("-starts_at", "-pk")
