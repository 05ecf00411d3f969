"""The life of an agreement: drafted, changed, signed by both sides, in force, retired."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from slas import lifecycle, rules
from slas.actions import rows
from slas.actions.publication import publish
from slas.actions.wordings import write
from slas.errors import Refused
from slas.models import Agreement, Product, Revision, User
from slas.queries import agreements
from slas.queries.wordings import Wording


@transaction.atomic
def create(
    product: Product, *, slug: str, wording: Wording, in_force_from: datetime, by: rules.Actor, now: datetime
) -> Revision:
    """A new agreement for a product, as its first draft; the first revision may start in the past."""
    if not rules.may_edit(by):
        raise PermissionDenied
    if Agreement.objects.filter(slug=slug).exists():
        raise Refused(_("There is already an agreement named “%(slug)s”. Choose another name.") % {"slug": slug})
    agreement = Agreement(slug=slug, product=product)
    rows.save(agreement)
    return _draft(agreement, wording=wording, in_force_from=in_force_from, reason="", by=by)


@transaction.atomic
def draft(
    agreement: Agreement,
    *,
    wording: Wording,
    in_force_from: datetime,
    by: rules.Actor,
    now: datetime,
    change_reason: str = "",
) -> Revision:
    """The next revision of an agreement, as a draft; one at a time."""
    # Under the lock the second of two drafts sees the first one and is refused in words.
    agreement = _locked(agreement)
    if not rules.may_edit(by):
        raise PermissionDenied
    if agreement.revisions.filter(published_at__isnull=True).exists():
        raise Refused(_("There is already a draft of this agreement. Change that one."))
    return _draft(agreement, wording=wording, in_force_from=in_force_from, reason=change_reason, by=by)


@transaction.atomic
def change(
    revision: Revision,
    *,
    wording: Wording,
    in_force_from: datetime,
    by: rules.Actor,
    now: datetime,
    change_reason: str = "",
) -> Revision:
    """Rewrite a draft; a signature that was given to other words is gone."""
    revision = _taken(revision, "change", by=by, now=now)
    revision.in_force_from, revision.change_reason = in_force_from, change_reason
    # Whoever signed, signed other words.
    revision.provider_signed_by = revision.provider_signed_at = None
    revision.customer_signed_by = revision.customer_signed_at = None
    write(revision, wording)
    return revision


@transaction.atomic
def discard(revision: Revision, *, by: rules.Actor, now: datetime) -> None:
    """Throw a draft away, and the agreement with it when nothing else was ever written."""
    revision = _taken(revision, "discard", by=by, now=now)
    # Its parts go with it; a published one would be kept by its trigger.
    agreement = revision.agreement
    revision.delete()
    if not agreement.revisions.exists():
        agreement.delete()


@transaction.atomic
def sign_as_provider(revision: Revision, *, by: User, now: datetime) -> Revision:
    """The provider's signature; the second of the two publishes."""
    revision = _locked_revision(revision)
    if not rules.may_sign_as_provider(by, revision.agreement.product):
        raise PermissionDenied
    _refuse_unless(revision, "sign", now)
    # Signing twice is no error: the first signature stands.
    if revision.provider_signed_by_id is None:
        _refuse_same_person(by, revision.customer_signed_by)
        revision.provider_signed_by, revision.provider_signed_at = by, now
    return _signed(revision, now)


@transaction.atomic
def sign_as_customer(revision: Revision, *, by: User, now: datetime) -> Revision:
    """The customer's signature; the second of the two publishes."""
    revision = _locked_revision(revision)
    if not rules.may_sign_as_customer(by, revision.agreement.product):
        raise PermissionDenied
    _refuse_unless(revision, "sign", now)
    if revision.customer_signed_by_id is None:
        _refuse_same_person(by, revision.provider_signed_by)
        revision.customer_signed_by, revision.customer_signed_at = by, now
    return _signed(revision, now)


@transaction.atomic
def retire(revision: Revision, *, by: rules.Actor, now: datetime, at: datetime | None = None) -> Revision:
    """End a revision now or at a later moment; its end can be set once."""
    revision = _taken(revision, "retire", by=by, now=now)
    # A second retirement, or a successor that is agreed: both sides rely on that end.
    if revision.in_force_to is not None:
        raise Refused(_("The end of this revision is already agreed and cannot be moved."))
    # What was promised yesterday stays promised.
    revision.in_force_to = max(at or now, now, revision.in_force_from)
    revision.save(update_fields=["in_force_to"])
    return revision


def _draft(
    agreement: Agreement, *, wording: Wording, in_force_from: datetime, reason: str, by: rules.Actor
) -> Revision:
    # Numbers go on from the newest, also after a draft was discarded.
    newest = agreement.revisions.order_by("number").last()
    revision = Revision(
        agreement=agreement,
        number=1 if newest is None else newest.number + 1,
        in_force_from=in_force_from,
        change_reason=reason,
        created_by=by,
    )
    write(revision, wording)
    return revision


def _locked(agreement: Agreement) -> Agreement:
    """The agreement under the lock of its product: whatever starts or ends on a product waits in one line."""
    agreement = Agreement.objects.select_related("product__team__lead").get(pk=agreement.pk)
    Product.objects.select_for_update().get(pk=agreement.product_id)
    return agreement


def _locked_revision(revision: Revision) -> Revision:
    agreement = _locked(revision.agreement)
    # The product first, then the revision: one order of locks everywhere.
    locked = Revision.objects.select_for_update().filter(pk=revision.pk).first()
    if locked is None:
        raise Refused(_("Somebody else discarded this draft just now."))
    locked.agreement = agreement
    return locked


def _taken(revision: Revision, move: lifecycle.Move, *, by: rules.Actor, now: datetime) -> Revision:
    """The revision, locked, once it is clear that this person may and the state permits the move."""
    revision = _locked_revision(revision)
    if not rules.may_edit(by):
        raise PermissionDenied
    _refuse_unless(revision, move, now)
    return revision


def _refuse_unless(revision: Revision, move: lifecycle.Move, now: datetime) -> None:
    state = agreements.state_of(revision, now)
    if lifecycle.is_permitted(move, state=state):
        return
    if state == "draft":
        raise Refused(_("This revision is still a draft. Discard it instead."))
    if move == "retire":
        raise Refused(_("This revision is no longer in force."))
    raise Refused(_("This revision is published and cannot be changed. Draft a new one."))


def _refuse_same_person(by: User, other: User | None) -> None:
    if by == other:
        raise Refused(_("You have already signed for the other side. Somebody else must sign for this one."))


def _signed(revision: Revision, now: datetime) -> Revision:
    if revision.provider_signed_by_id is None or revision.customer_signed_by_id is None:
        revision.save()
    else:
        publish(revision, now=now)
    return revision
