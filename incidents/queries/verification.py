"""Whether certificates are still what they say: the hash that of the evidence, the figures those measured from it."""

from datetime import timedelta

from django.db.models.functions import Now

from incidents.models import Certificate
from slas.availability import Measurement, Whole
from slas.availability.evidence import Record, measured_again
from slas.availability.records import VERSION, figures, fingerprint
from slas.queries.notices import database_now

MISSING = object()
FRESH, SAMPLE = 100, 20


def verifies(certificate: Certificate) -> bool:
    """True when hash and figures follow from the evidence; figures of another arithmetic are taken as they are."""
    # The hash first: what somebody bent may no longer be measured at all.
    if fingerprint(certificate.evidence) != certificate.evidence_hash:
        return False
    return certificate.engine_version != VERSION or _is_measured(certificate.figures, certificate.evidence)


def violations() -> list[str]:
    """The keys of certificates that do not verify, among the last ones and a sample that comes round over time."""
    return [str(row.pk) for row in _sample() if not verifies(row)]


def _is_measured(said: Record, evidence: Record) -> bool:
    whole, zone = measured_again(evidence), evidence["zone"]
    parts = said.get("parts", ())
    # Whoever removed a part or a figure must be found out, not break the search.
    if len(parts) != len(whole.parts):
        return False
    pairs: list[tuple[Record, Measurement | Whole]] = [(said, whole), *zip(parts, whole.parts, strict=True)]
    return all(one.get(name, MISSING) == value for one, again in pairs for name, value in figures(again, zone).items())


def _sample() -> list[Certificate]:
    fresh = Certificate.objects.filter(drawn_up_at__gte=Now() - timedelta(days=1)).order_by("-drawn_up_at", "pk")
    last = Certificate.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # Another part of the table each minute, so that old ones are looked at, too.
    pivot = (int(database_now().timestamp()) // 60 * SAMPLE) % (last + 1)
    others = Certificate.objects.filter(pk__gte=pivot).order_by("pk")[:SAMPLE]
    return list({row.pk: row for row in (*fresh[:FRESH], *others)}.values())
