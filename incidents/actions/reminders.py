"""Letters that remind of reviews and of the actions taken on in them; one for each reminder and reader, for good."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import OuterRef, Prefetch, Subquery

from incidents import cadence, figures
from incidents.actions.circulars import circular
from incidents.models import Review, ReviewAction
from incidents.queries.reviews import open_reviews
from slas.actions.notices import Letter
from slas.models import Agreement, ReviewParticipant, Revision, User
from slas.queries import agreements

Facts = dict[str, object]


def of_the_day(*, now: datetime) -> list[Letter]:
    """Every reminder that stands for today, known to the outbox already or not."""
    return [*_of_reviews(now), *_of_actions(now)]


def topic_of(row: Review | ReviewAction) -> str:
    """Under which name the reminders of a review or an action are withdrawn."""
    return f"review:{row.pk}" if isinstance(row, Review) else f"review-action:{row.pk}"


def _of_reviews(now: datetime) -> Iterator[Letter]:
    people = ReviewParticipant.objects.select_related("person__deputy").order_by("pk")
    in_force = Revision.objects.filter(agreements.in_force(now)).prefetch_related(Prefetch("participants", people))
    revisions = {revision.agreement_id: revision for revision in in_force}
    # An agreement that ended reminds nobody; its overdue reviews stay on the page.
    rows = open_reviews().filter(agreement__in=revisions)
    for review in rows.select_related("agreement__product__owner__deputy", "agreement__product__team__lead__deputy"):
        revision = revisions[review.agreement_id]
        today = figures.local_day(now, revision.zone)
        reminder = cadence.reminder(review.due_on, today)
        if reminder is not None:
            facts = _facts(review, revision, today) | {"reminder": reminder.partition("-")[0]}
            readers = _readers(review, revision)
            yield from circular(
                "review_reminder", topic=topic_of(review), step=reminder, people=readers, facts=facts, now=now
            )


def _of_actions(now: datetime) -> Iterator[Letter]:
    published = Revision.objects.filter(agreement=OuterRef("review__agreement"), published_at__isnull=False)
    rows = ReviewAction.objects.filter(done_at__isnull=True).select_related(
        "owner__deputy", "review__agreement__product"
    )
    named = rows.annotate(agreement_title=Subquery(published.order_by("-number").values("title")[:1]))
    for action in named.order_by("pk"):
        today = action.owner.day_at(now)
        reminder = cadence.reminder(action.due_on, today)
        # A week before is for meetings; an action reminds on the day before and when it is late.
        if reminder not in (None, "week"):
            facts: Facts = {
                "title": action.title,
                "agreement": _name(action.review.agreement, action.agreement_title),
                "due_on": action.due_on.isoformat(),
                "days": abs((action.due_on - today).days),
                "reminder": reminder.partition("-")[0],
                "path": f"/reviews/{action.review_id}/",
            }
            yield from circular(
                "review_action_due", topic=topic_of(action), step=reminder, people=[action.owner], facts=facts, now=now
            )


def _readers(review: Review, revision: Revision) -> list[User]:
    """Who takes part; where nobody was named, the product owner and the team lead."""
    product = review.agreement.product
    named = [row.person for row in revision.participants.all() if row.person.is_active]
    return named or [product.owner, product.team.lead]


def _facts(review: Review, revision: Revision, today: date) -> Facts:
    return {
        "title": revision.title,
        "agreement": _name(review.agreement, revision.title),
        "rhythm": review.rhythm,
        "due_on": review.due_on.isoformat(),
        "from_on": review.period_from_on.isoformat(),
        "to_on": review.period_to_on.isoformat(),  # exclusive
        "days": abs((review.due_on - today).days),
        "path": f"/reviews/{review.pk}/",
    }


def _name(agreement: Agreement, title: str) -> str:
    return f"{agreement.product.name} · {title}"
