"""Reviews as a calendar that other programs subscribe to (RFC 5545); who asks is told by a signed address."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from incidents.models import Review
from incidents.queries import reviews
from slas.models import User

SIGNER = signing.Signer(salt="reviews.ics")
KEPT = timedelta(days=400)  # held reviews stay in the calendar for a year and a bit


def feed_path(user: User) -> str:
    """The address of a person's own feed. It does not expire: a calendar program never signs in again."""
    return f"{reverse('incidents:reviews_ics')}?token={SIGNER.sign(str(user.pk))}"


def reader_of(token: str) -> User | None:
    """Whose feed it is; None for a forged address and for people who have left."""
    try:
        # Whoever leaves loses the feed with the account; there is nothing else to revoke.
        return User.objects.filter(pk=SIGNER.unsign(token), is_active=True).first()
    except signing.BadSignature:
        return None


def calendar(user: User, *, now: datetime) -> bytes:
    """The reviews this person sees, in their language: whole days, so that no zone can move them."""
    rows = reviews.visible_to(user).filter(due_on__gte=(now - KEPT).date())
    # The calendar program asks, not the person: its headers say nothing about their language.
    with translation.override(user.language):
        written: bytes = _calendar(rows, now=now).to_ical()
        return written


def _calendar(rows: Iterable[Review], *, now: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Zusage//Reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Zusage: reviews"))
    for review in rows:
        calendar.add_component(_event(review, now=now))
    return calendar


def _event(review: Review, *, now: datetime) -> Event:
    address = urljoin(settings.BASE_URL, reverse("incidents:review", args=[review.pk]))
    event = Event()
    # By key and host: the entry stays the same one when title, day or address of the review change.
    event.add("uid", f"review-{review.pk}@{urlsplit(settings.BASE_URL).hostname}")
    # A held review never changes again; an open one is as new as the feed.
    event.add("dtstamp", review.held_at or now)
    event.add("dtstart", review.due_on)
    event.add("dtend", review.due_on + timedelta(days=1))
    event.add("summary", _summary(review))
    event.add("description", f"{_period(review)}\n{address}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # a whole day must not block the calendar
    return event


def _summary(review: Review) -> str:
    facts = {"product": review.agreement.product.name, "rhythm": review.get_rhythm_display()}
    if review.held_at is not None:
        return _("Review held: %(product)s (%(rhythm)s)") % facts
    return _("Review: %(product)s (%(rhythm)s)") % facts


def _period(review: Review) -> str:
    last = review.period_to_on - timedelta(days=1)
    facts = {"first": date_format(review.period_from_on), "last": date_format(last)}
    return _("Looks back on %(first)s to %(last)s.") % facts
