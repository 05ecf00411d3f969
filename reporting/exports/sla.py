"""The SLA page of a product as a paper: what the page says, but for open tickets, which change by the minute."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reporting.exports import agreements, availability, papers, promises, results
from reporting.exports.papers import Mark, Paper, Paragraph, Part, mark
from reporting.exports.words import day, written
from reporting.queries.sla import Sla, evening, friday_night
from reporting.queries.states import ProductState
from slas.models import Product
from slas.queries import sentences
from slas.templatetags.letters import zone_name


def sla_pdf(page: Sla, *, now: datetime) -> bytes:
    """The page as a PDF in the active language and zone."""
    return papers.pdf(paper(page, now=now), made_at=now)


def paper(page: Sla, *, now: datetime) -> Paper:
    """What the PDF says, part by part."""
    zone = zone_name(timezone.get_current_timezone_name())
    return Paper(
        title=str(page.product),
        language=get_language() or "en",
        # The numbers are known only once the pages are set.
        number=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        made=_("Made on %(moment)s, %(zone)s") % {"moment": written(now), "zone": zone},
        parts=list(_parts(page, now)),
    )


def _parts(page: Sla, now: datetime) -> Iterator[Part]:
    """The parts in the order of the page."""
    yield from _head(page, now)
    yield from _promise(page, now)
    if page.year:
        yield from availability.availability(page.year)
    if page.this_month:
        yield from results.this_month(page.this_month, page.month_rows)
        yield from results.months(page.months)
    if page.terms:
        yield from promises.measured(page.measures, page.terms.revision)
    yield from agreements.call(page)
    yield from agreements.maintenance(page.maintenance, now)
    if page.terms:
        yield from agreements.agreement(page.terms.revision, page.next_review)
    if page.revisions:
        yield from agreements.history(page.revisions)


def _head(page: Sla, now: datetime) -> Iterator[Part]:
    yield Paragraph(_lede(page.product))
    yield Paragraph(_state(page.state, hint=_("on %(moment)s") % {"moment": written(now)}))
    for review in page.overdue:
        facts = {"rhythm": review.get_rhythm_display(), "due": day(review.due_on)}
        late = _("The review “%(rhythm)s” was due on %(due)s and nobody has held it.") % facts
        yield Paragraph(mark("overdue", hint=late))


def _promise(page: Sla, now: datetime) -> Iterator[Part]:
    if page.terms is None:
        yield from promises.nothing(page)
        return
    zone = timezone.get_current_timezone()
    yield from promises.friday(evening(page.terms, friday_night(now, zone)))
    promised = sentences.promises(page.terms, zone)
    yield from promises.promised(promised, page, page.terms.revision)


def _lede(product: Product) -> str:
    people = {"team": product.team, "owner": product.owner}
    lede = _("%(team)s provides it, %(owner)s answers for it.") % people
    if not product.public_promise:
        return lede
    return f"{lede} {_('Customers are told: “%(promise)s”.') % {'promise': product.public_promise}}"


def _state(state: ProductState, *, hint: str) -> Mark:
    facts = {"late": state.late, "open": state.open}
    if state.late:
        late = ngettext("%(late)s of %(open)s open late", "%(late)s of %(open)s open late", state.late)
        return mark("broken", word=late % facts, hint=hint)
    if state.open:
        word = ngettext("%(open)s open, in time", "%(open)s open, in time", state.open)
        return mark("open", word=word % facts, hint=hint)
    return mark("quiet", hint=hint)
