"""Announced maintenance as a calendar (RFC 5545) and as news (Atom); what was cancelled stays, and says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from icalendar import Event

from incidents.exports import feeds
from incidents.models import Maintenance
from incidents.queries import maintenance
from slas.models import Product, User

KEPT = timedelta(days=400)  # as long as reviews
NEWEST = 100  # entries of an Atom feed, which is for news


def address_of(user: User) -> str:
    """The address of a person's own calendar: every window they see."""
    return feeds.address_of(reverse("incidents:maintenance_ics"), user)


def addresses_of(product: Product, user: User) -> tuple[str, str]:
    """The addresses of one product's calendar and news, as this person sees them."""
    paths = [reverse(f"incidents:product_maintenance_{kind}", args=[product.slug]) for kind in ("ics", "atom")]
    calendar, news = (feeds.address_of(path, user) for path in paths)
    return calendar, news


def calendar(user: User, *, now: datetime, product: Product | None = None) -> bytes:
    """The windows this person sees, of one product or of all of them, in their language and in UTC."""
    # The calendar program asks, not the person: its headers say nothing about their language.
    with translation.override(user.language):
        found = feeds.calendar("Maintenance", name=_name(product))
        for row in _announced(user, product).filter(planned_to__gte=now - KEPT):
            found.add_component(_event(row))
        written: bytes = found.to_ical()
        return written


def news(user: User, product: Product, *, path: str) -> str:
    """The latest changes to the windows of a product, as Atom."""
    with translation.override(user.language):
        feed = Atom1Feed(
            title=feeds.writable(_name(product)),
            link=feeds.link(f"{reverse('incidents:maintenance_list')}?product={product.slug}"),
            description="",
            language=user.language,
            author_name="Zusage",
            feed_url=feeds.link(path),
            feed_guid=_tag(f"maintenance-of-{product.pk}"),
        )
        # By change, not by window: news are what happened since somebody last looked.
        for row in _announced(user, product).order_by("-updated_at", "-pk")[:NEWEST]:
            feed.add_item(
                title=feeds.writable(_title(row)),
                link=feeds.link(reverse("incidents:maintenance", args=[row.pk])),
                description=feeds.writable(_text(row)),
                unique_id=_tag(f"maintenance-{row.pk}"),
                pubdate=row.announced_at,
                updateddate=row.updated_at,
            )
        written: str = feed.writeString("utf-8")
        return written


def _announced(user: User, product: Product | None) -> QuerySet[Maintenance]:
    """What people were told about, also when it was cancelled later."""
    # A plan may still come to nothing; whoever subscribes wants to know what counts.
    found = maintenance.visible_to(user).filter(announced_at__isnull=False)
    return found.filter(products=product) if product else found


def _event(row: Maintenance) -> Event:
    event = feeds.event(
        f"maintenance-{row.pk}",
        stamp=row.updated_at,
        summary=_title(row),
        text=_text(row),
        path=reverse("incidents:maintenance", args=[row.pk]),
    )
    event.add("dtstart", row.planned_from)
    event.add("dtend", row.planned_to)
    event.add("sequence", row.sequence)
    event.add("last-modified", row.updated_at)
    # An entry that vanished would stay in calendars that were not looked at meanwhile.
    event.add("status", "CANCELLED" if row.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a product is busy, not its reader
    return event


def _title(row: Maintenance) -> str:
    facts = {"products": ", ".join(_names(row)), "title": row.title}
    if row.cancelled_at is not None:
        return _("Cancelled: maintenance of %(products)s – %(title)s") % facts
    if row.is_emergency:
        return _("Emergency maintenance of %(products)s – %(title)s") % facts
    return _("Maintenance of %(products)s – %(title)s") % facts


def _text(row: Maintenance) -> str:
    if row.cancelled_at is not None:
        return _("Cancelled: %(reason)s") % {"reason": row.cancel_reason}
    return row.reason


def _names(row: Maintenance) -> Sequence[str]:
    # Only what the reader may see is at hand (`visible_to`).
    return [product.name for product in row.products.all()]


def _name(product: Product | None) -> str:
    return _("Zusage: maintenance of %(product)s") % {"product": product} if product else _("Zusage: maintenance")


def _tag(name: str) -> str:
    # A tag URI (RFC 4151): it stays when the portal's addresses change.
    return f"tag:{feeds.host()},2026:{name}"
