"""Sources of signals: set up, changed, given another secret."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.signals import silence
from incidents.models import SignalSource
from incidents.queries.sources import products_of
from slas import rules
from slas.actions import rows
from slas.errors import Refused
from slas.models import Product, User


class SourceChanges(TypedDict, total=False):
    """What can be said about a source; what is left out stays as it is."""

    name: str
    default_product: Product | None
    rules: Sequence[dict[str, str]]
    expects_every: timedelta | None
    is_active: bool


def create_source(*, slug: str, kind: str, by: User, now: datetime, **said: Unpack[SourceChanges]) -> SignalSource:
    """A new source with a secret of its own (incidents.queries.sources.secret_of)."""
    with transaction.atomic():
        _demand(by)
        # A sentence that names it; of two at once the unique column refuses the second.
        if SignalSource.objects.filter(slug=slug).exists():
            raise Refused(_("There is already a source named “%(slug)s”. Choose another name.") % {"slug": slug})
        source = SignalSource(slug=slug, kind=kind, created_at=now, created_by=by, quiet_since=now, seed=_seed())
        _take_over(source, said)
        return source


def change_source(source: SignalSource, *, by: User, now: datetime, **said: Unpack[SourceChanges]) -> SignalSource:
    """Change what is said about a source; where that changes what is expected of it, its silence counts from now."""
    with transaction.atomic():
        source = _locked(source, by=by)
        # Products count, too: one that is added was never silent, so nothing is unknown about it yet.
        before = _expected(source)
        _take_over(source, said)
        if _expected(source) != before:
            silence.start_again(source, now=now)
        return source


def renew_secret(source: SignalSource, *, by: User) -> SignalSource:
    """Another secret; the one before it opens nothing any more."""
    with transaction.atomic():
        source = _locked(source, by=by)
        # Only the seed is kept, so the old secret is gone for good: there is nothing to go back to.
        source.seed = _seed()
        source.save(update_fields=["seed"])
        return source


def _locked(source: SignalSource, *, by: User) -> SignalSource:
    found = SignalSource.objects.select_for_update(no_key=True, of=("self",)).select_related("default_product")
    source = found.get(pk=source.pk)
    _demand(by)
    return source


def _expected(source: SignalSource) -> tuple[bool, timedelta | None, list[Product]]:
    return source.is_active, source.expects_every, products_of(source)


def _demand(by: User) -> None:
    if not rules.may_edit(by):
        raise PermissionDenied


def _seed() -> str:
    return secrets.token_hex(32)


def _take_over(source: SignalSource, said: SourceChanges) -> None:
    for name, value in said.items():
        setattr(source, name, value)
    rows.save(source)
