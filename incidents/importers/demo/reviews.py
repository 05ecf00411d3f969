"""The reviews of the last months: nearly all of them held, with notes and actions."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from incidents.actions import planning, reviews
from incidents.actions.reviews import TakenOn
from incidents.importers.demo.openings import BERLIN
from incidents.importers.demo.stories import Words
from incidents.models import Review
from incidents.models.reviews import Decision, ReviewAction

SINCE = timedelta(days=84)  # whole weeks, so that the last look is today
FORGETFUL = "logistikteam"  # too busy to look at its own figures
AGREED, DONE = 0.3, 0.6


def hold(*, words: Words, now: datetime) -> None:
    """Plan and hold week by week as it would have gone; the struggling team has skipped its last ones."""
    rng = Random("Zusage reviews")
    for days in range(SINCE.days, -1, -7):
        moment = now - timedelta(days=days)
        # Planned as the portal does it every day, so that the rows are those it would have.
        planning.plan(now=moment)
        for review in _due(moment):
            if not _is_skipped(review, now):
                _held(review, words=words, rng=rng)
    _complete(rng, now=now)


def _due(moment: datetime) -> Iterator[Review]:
    found = Review.objects.filter(held_at__isnull=True, due_on__lt=moment.date()).order_by("due_on", "pk")
    return iter(found.select_related("agreement__product__team", "agreement__product__owner"))


def _is_skipped(review: Review, now: datetime) -> bool:
    return review.agreement.product.team.slug == FORGETFUL and review.due_on > (now - timedelta(days=45)).date()


def _held(review: Review, *, words: Words, rng: Random) -> None:
    owner, lead = review.agreement.product.owner, review.agreement.product.team.lead
    actions = []
    if rng.random() < AGREED:
        due_on = review.due_on + timedelta(days=rng.randrange(14, 60))
        actions.append(TakenOn(rng.choice(words.actions), rng.choice((owner, lead)), due_on))
    reviews.hold(
        review,
        by=owner,
        now=_at_ten(review.due_on),
        notes=rng.choice(words.notes),
        decision=Decision.CHANGE if rng.random() < 0.1 else Decision.KEEP,
        actions=actions,
    )


def _complete(rng: Random, *, now: datetime) -> None:
    for action in ReviewAction.objects.filter(due_on__lt=now.date()).select_related("owner").order_by("pk"):
        if rng.random() < DONE:
            reviews.complete_action(action, by=action.owner, now=_at_ten(action.due_on - timedelta(days=2)))


def _at_ten(day: date) -> datetime:
    return datetime.combine(day, time(10), BERLIN)
