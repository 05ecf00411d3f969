"""The certificate of a month as a paper: what its page says, for both sides to keep."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from incidents.models import Certificate
from incidents.queries import accounts, credits
from incidents.queries.accounts import Account, Sheet
from reporting.exports import papers
from reporting.exports.papers import Bullets, Facts, Heading, Paper, Paragraph, Part, Said, Table, Words, mark
from reporting.exports.words import month, written
from slas.models import User
from slas.templatetags.letters import zone_name
from slas.templatetags.portal import minutes_down, money, of_hundred, percent, truncated_percent


def certificate_pdf(row: Certificate, *, now: datetime) -> bytes:
    """The certificate as a PDF in the active language and zone."""
    return papers.pdf(paper(row, now=now), made_at=now)


def paper(row: Certificate, *, now: datetime) -> Paper:
    """What the PDF says, part by part."""
    facts = {"product": row.agreement.product, "month": month(row.month)}
    return Paper(
        title=_("Certificate: %(product)s, %(month)s") % facts,
        language=get_language() or "en",
        number=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        made=_("Made on %(moment)s, %(zone)s")
        % {"moment": written(now), "zone": zone_name(timezone.get_current_timezone_name())},
        parts=[*_head(row), *_result(row), *_evidence(row), *_credit(row), *_signatures(row), *_record(row)],
    )


def _head(row: Certificate) -> Iterator[Part]:
    whole = accounts.sheet(row.figures)
    hint = _("correction, number %(number)s") % {"number": row.number} if row.is_correction else ""
    yield Paragraph(mark(whole.state, hint=hint))
    if row.reason:
        yield Paragraph(f"{_('Reason')}: {row.reason}")


def _result(row: Certificate) -> Iterator[Part]:
    whole = accounts.sheet(row.figures)
    counted = ngettext("%(incidents)s incident counts", "%(incidents)s incidents count", whole.incidents)
    pairs: list[tuple[str, Said]] = [
        (_("Availability"), Words(truncated_percent(whole.availability), _("cut off, never rounded up"))),
        (_("Promised"), whole.promised or _("changed during the month")),
        (_("Agreed time"), minutes_down(whole.agreed)),
        (_("Down"), Words(minutes_down(whole.down), counted % {"incidents": whole.incidents})),
        (_("Allowed"), minutes_down(whole.allowed)),
    ]
    if whole.excluded:
        pairs.append((_("Shielded maintenance"), minutes_down(whole.excluded)))
    if whole.unknown:
        share = _("data for %(coverage)s of the agreed time") % {"coverage": truncated_percent(whole.coverage)}
        pairs.append((_("Without data"), Words(minutes_down(whole.unknown), share)))
    yield Heading(_("Promise and result"))
    yield Facts([*pairs, (_("Period"), f"{written(whole.span.start)} – {written(whole.span.end)}")])
    parts = [accounts.sheet(part) for part in row.figures["parts"]]
    # A single part would only repeat the figures above it.
    if len(parts) > 1:
        yield from _parts(parts)


def _parts(parts: Sequence[Sheet]) -> Iterator[Part]:
    yield Heading(_("The promise changed during the month"), level=3)
    yield Paragraph(_("Each revision judges its own part; the month is kept when every part is."))
    yield Table(
        head=[_("Revision"), _("Start"), _("Promised"), _("Availability"), _("Down"), _("Verdict")],
        widths=[2, 5, 3, 3, 3, 3],
        rows=[
            [
                str(part.revision),
                written(part.span.start),
                part.promised,
                truncated_percent(part.availability),
                minutes_down(part.down),
                mark(part.state),
            ]
            for part in parts
        ],
    )


def _evidence(row: Certificate) -> Iterator[Part]:
    known = (row.figures, row.evidence)
    found = [
        (_("Outages"), accounts.outages(*known)),
        (_("Maintenance"), accounts.maintenance(*known)),
        (_("Times without data"), accounts.gaps(*known)),
    ]
    yield Heading(_("What it was measured on"))
    if not any(facts for _title, facts in found):
        yield Paragraph(_("No outage, no maintenance and no time without data is on record for this month."))
    for title, facts in found:
        if facts:
            yield Heading(title, level=3)
            yield Table(
                head=[_("What"), _("Start"), _("End"), _("How it counts")],
                widths=[5, 4, 4, 5],
                rows=[[one.title or title, written(one.span.start), written(one.span.end), _how(one)] for one in facts],
            )


def _how(account: Account) -> str:
    # The page's own words: one list of reasons, in one place.
    return render_to_string("incidents/certificates/_how.html", {"account": account}).strip()


def _credit(row: Certificate) -> Iterator[Part]:
    found = row.figures["credit"]
    yield Heading(_("Credit"))
    if found is None:
        yield Paragraph(_("The agreement promises no credits."))
        return
    if found["percent"] is None:
        yield Paragraph(_("The table of credits names nothing for this availability. Both sides have to agree."))
        return
    share = percent(of_hundred(found["percent"]), 2)
    yield Paragraph(share if found["percent"] == "0" else f"{share}, {money(found['amount'], found['currency'])}")
    yield Bullets(credits.reading(found))


def _signatures(row: Certificate) -> Iterator[Part]:
    yield Heading(_("Signatures"))
    yield Facts(
        [
            (_("For the provider"), _signature(row.provider_signed_by, row.provider_signed_at)),
            (_("For the customer"), _signature(row.customer_signed_by, row.customer_signed_at)),
        ]
    )


def _signature(by: User | None, at: datetime | None) -> str:
    return f"{by}, {written(at)}" if at else _("not signed yet")


def _record(row: Certificate) -> Iterator[Part]:
    by = str(row.drawn_up_by) if row.drawn_up_by else _("by the portal")
    yield Heading(_("Record"))
    yield Facts(
        [
            (_("Agreement"), row.agreement.slug),
            (_("Drawn up"), f"{written(row.drawn_up_at)}, {by}"),
            (_("Time zone"), row.zone),
            (_("Hash of the evidence"), row.evidence_hash),
            (_("Version of the arithmetic"), row.engine_version),
        ]
    )
