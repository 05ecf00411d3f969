"""What every feed shares: an address that says who asks, entries that stay the same, and a calendar to put them in."""

import re
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core import signing
from icalendar import Calendar, Event

from slas.models import User

# What XML has no way to write, and no calendar program expects.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def address_of(path: str, user: User) -> str:
    """The address of a person's own feed. It does not expire: a calendar program never signs in again."""
    return f"{path}?token={_signer(path).sign(str(user.pk))}"


def reader_of(path: str, token: str) -> User | None:
    """Whose feed it is; None for a forged address, for that of another feed, and for people who have left."""
    try:
        # Whoever leaves loses the feed with the account; there is nothing else to revoke.
        return User.objects.filter(pk=_signer(path).unsign(token), is_active=True).first()
    except signing.BadSignature:
        return None


def link(path: str) -> str:
    """Where a page of the portal is reached from outside."""
    return urljoin(settings.BASE_URL, path)


def host() -> str:
    """The portal's own name, for entries that must stay the same when everything about them changes."""
    return urlsplit(settings.BASE_URL).hostname or "zusage"


def writable(text: str) -> str:
    """A text without the signs that no feed can hold."""
    return _UNWRITABLE.sub("", text)


def calendar(what: str, *, name: str) -> Calendar:
    """An empty calendar (RFC 5545); `what` is English and tells programs what is in it."""
    found = Calendar()
    found.add("prodid", f"-//Zusage//{what}//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")  # nobody is invited, so nobody has to answer
    found.add("x-wr-calname", writable(name))
    return found


def event(uid: str, *, stamp: datetime, summary: str, text: str, path: str) -> Event:
    """An entry with a key that never changes; its times are still to be added."""
    found = Event()
    found.add("uid", f"{uid}@{host()}")
    found.add("dtstamp", stamp)
    found.add("summary", writable(summary))
    found.add("description", f"{writable(text)}\n{link(path)}")
    found.add("url", link(path))
    return found


def _signer(path: str) -> signing.Signer:
    # Signed for this one address: whoever is given it learns nothing about the others.
    return signing.Signer(salt=path.lstrip("/"))
