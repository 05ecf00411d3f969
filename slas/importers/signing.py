"""One agreement of a file: drafted, changed or left alone, and published when both sides signed."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied

from slas.actions import agreements
from slas.errors import Refused
from slas.importers.outcome import Outcome
from slas.importers.problems import Problem
from slas.importers.wordings import AgreementSaid
from slas.models import Agreement, Calendar, Product, Revision, User
from slas.queries import credits
from slas.queries.calendars import latest_revision
from slas.queries.wordings import Wording, normal, wording_of


def apply_agreement(said: AgreementSaid, outcome: Outcome, now: datetime) -> None:
    """Make an agreement say what the file says; words that are already published change nothing."""
    wording = normal(_with_zone(said.wording))
    agreement = Agreement.objects.select_related("product").filter(slug=said.slug).first()
    if agreement is not None and agreement.product.slug != said.product:
        raise Refused(
            f"The agreement “{said.slug}” belongs to the product “{agreement.product.slug}”; use another slug."
        )
    stored = None if agreement is None else _saying(agreement, wording)
    if stored is not None:
        outcome.unchanged()
        if stored.in_force_from > now and stored.in_force_from != said.in_force_from:
            start = stored.in_force_from.astimezone(ZoneInfo(stored.zone)).isoformat(timespec="seconds")
            outcome.warnings.append(
                f"Agreement {said.slug}: revision {stored.number} is signed from {start}; its start does not change."
            )
        return
    draft, is_new = _draft(said, agreement, wording, now)
    outcome.warnings += [f"Agreement {said.slug}: {warning}" for warning in credits.warnings(draft)]
    if said.signed_by is not None:
        published = _sign(said, draft, now)
        is_first = published.number == 1
        outcome.lines.append(f"Agreement {said.slug}: {_start(published, said)}.")
        outcome.counts["created" if is_first else "changed"] += 1
        return
    outcome.warnings.append(f"Agreement {said.slug} stays a draft: “signed_by” names nobody.")
    if is_new:
        outcome.changed(f"Agreement {said.slug}", f"revision {draft.number} is drafted")
    else:
        outcome.unchanged()


def _start(published: Revision, said: AgreementSaid) -> str:
    start = published.in_force_from.astimezone(ZoneInfo(published.zone)).isoformat(timespec="seconds")
    word = f"revision {published.number} is in force from {start}"
    if published.in_force_from == said.in_force_from:
        return word
    return f"{word}, not from {said.in_force_from.isoformat()}: a changed agreement never reaches back"


def _saying(agreement: Agreement, wording: Wording) -> Revision | None:
    """The last published revision, when it says this already."""
    # The start is no part of the words: a file that says 1 January stays true while later revisions start later.
    published = agreement.revisions.filter(published_at__isnull=False).order_by("number").last()
    return published if published is not None and wording_of(published) == wording else None


def _draft(said: AgreementSaid, agreement: Agreement | None, wording: Wording, now: datetime) -> tuple[Revision, bool]:
    """The draft that says this, and whether anything had to be written for it."""
    if agreement is None:
        product = Product.objects.get(slug=said.product)
        return agreements.create(
            product, slug=said.slug, wording=wording, in_force_from=said.in_force_from, by=None, now=now
        ), True
    draft = agreement.revisions.filter(published_at__isnull=True).first()
    # A draft somebody began on the page is rewritten by the file and loses its signature.
    if draft is None:
        return agreements.draft(agreement, wording=wording, in_force_from=said.in_force_from, by=None, now=now), True
    if (wording_of(draft), draft.in_force_from) == (wording, said.in_force_from):
        return draft, False
    return agreements.change(draft, wording=wording, in_force_from=said.in_force_from, by=None, now=now), True


def _sign(said: AgreementSaid, draft: Revision, now: datetime) -> Revision:
    assert said.signed_by is not None
    # The actions ask whether these two may sign, as they do on the pages.
    provider, customer = (User.objects.get(username=name) for name in said.signed_by)
    team = draft.agreement.product.team
    try:
        # The provider first, as the list says; the second signature publishes.
        agreements.sign_as_provider(draft, by=provider, now=now)
    except PermissionDenied:
        raise Problem(
            said.signed_line,
            f"“{provider.username}” cannot sign for the provider: the lead of {team} or a manager above does.",
        ) from None
    try:
        return agreements.sign_as_customer(draft, by=customer, now=now)
    except PermissionDenied:
        raise Problem(
            said.signed_line,
            f"“{customer.username}” cannot sign for the customer: the product's owner or a deputy does.",
        ) from None


def _with_zone(wording: Wording) -> Wording:
    """Without a zone of its own an agreement has that of its first calendar."""
    if wording.zone or not wording.targets:
        return wording
    revision = latest_revision(Calendar.objects.get(name=wording.targets[0].calendar))
    assert revision is not None
    return replace(wording, zone=revision.zone)
