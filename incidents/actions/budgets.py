"""A word about a month's error budget before it is gone: once for each warning, to both sides."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from django.db import transaction

from incidents.actions import apart
from incidents.actions.circulars import circular
from incidents.queries import availability
from incidents.queries.availability import Month
from slas.actions import notices
from slas.actions.notices import Letter
from slas.availability.alarms import alarm, passed
from slas.models import Product
from slas.queries.spells import promising


def warn(*, now: datetime) -> None:
    """Leave the warnings that running months deserve in the outbox; a second run adds nothing."""
    products = list(promising(now).select_related("owner__deputy", "team__lead__deputy").order_by("pk"))
    # All products at once: this round comes every quarter of an hour, and one by one would be a query storm.
    months = availability.of_products(products, now=now)
    apart.each(products, lambda product: _warn(product, months[product.pk][-1], now), what="The budget of a product")


def _warn(product: Product, month: Month, now: datetime) -> None:
    with transaction.atomic():
        notices.put(_of_month(product, month, now), now=now)


def _of_month(product: Product, month: Month, now: datetime) -> Iterator[Letter]:
    whole = month.whole
    word = alarm(whole) if whole else None
    if whole is None or word is None:
        return
    # The month is part of the name, so that each word is said once in every month.
    topic = f"{product.slug}:budget:{month.period.from_on:%Y-%m}"
    facts: dict[str, object] = {
        "product": product.name,
        "alarm": word,
        "month_on": month.period.from_on.isoformat(),
        "used": _percent(whole.budget_used or Fraction()),
        "passed": _percent(passed(whole)),
        "down_seconds": int(whole.down),
        "allowed_seconds": int(whole.allowed),
        "path": f"/products/{product.slug}/",
    }
    people = (product.team.lead, product.owner)
    yield from circular("budget", topic=topic, step=word, people=people, facts=facts, now=now)


def _percent(share: Fraction) -> str:
    """Whole percent, cut off."""
    # Rounded up, a budget that is not quite gone would read as gone.
    return f"{int(share)}\u00a0%"
