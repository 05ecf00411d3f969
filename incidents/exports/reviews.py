"""Reviews as a calendar that other programs subscribe to."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Event

from incidents.exports import feeds
from incidents.models import Review
from incidents.queries import reviews
from slas.models import User

KEPT = timedelta(days=400)  # held reviews stay in the calendar for a year and a bit


def feed_path(user: User) -> str:
    """The address of a person's own feed."""
    return feeds.address_of(reverse("incidents:reviews_ics"), user)


def calendar(user: User, *, now: datetime) -> bytes:
    """The reviews this person sees, in their language: whole days, so that no zone can move them."""
    rows = reviews.visible_to(user).filter(due_on__gte=(now - KEPT).date())
    # The calendar program asks, not the person: its headers say nothing about their language.
    with translation.override(user.language):
        found = feeds.calendar("Reviews", name=_("Zusage: reviews"))
        for review in rows:
            found.add_component(_event(review, now=now))
        written: bytes = found.to_ical()
        return written


def _event(review: Review, *, now: datetime) -> Event:
    event = feeds.event(
        f"review-{review.pk}",
        # A held review never changes again; an open one is as new as the feed.
        stamp=review.held_at or now,
        summary=_summary(review),
        text=_period(review),
        path=reverse("incidents:review", args=[review.pk]),
    )
    event.add("dtstart", review.due_on)
    event.add("dtend", review.due_on + timedelta(days=1))
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
