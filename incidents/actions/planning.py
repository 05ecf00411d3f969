"""The reviews to come: rows for them while the agreement is in force, none once its rhythm changed or it ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Min, Q

from incidents import cadence, figures
from incidents.actions import reminders
from incidents.models import Review
from slas.actions import notices
from slas.models import Agreement, Revision
from slas.queries import agreements

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rhythms:
    """How an agreement is reviewed: its revision in force, the day it began at all, and the day it is there now."""

    revision: Revision
    since: date
    today: date


# The last due day of a rhythm that has a row, and the last that was held.
Planned = tuple[date, date | None]


def plan(*, now: datetime, agreement: Agreement | None = None) -> None:
    """Plan the next reviews of one agreement, or of all, and drop planned ones that no rhythm asks for any more.

    What is due or overdue stays, whatever became of its rhythm: somebody should have held it.
    """
    scope = Q() if agreement is None else Q(agreement=agreement)
    rhythms = {row.revision.agreement_id: row for row in _in_force(scope, now)}
    latest = _planned_up_to(scope)
    wanted = [review for row in rhythms.values() for review in _wanted(row, latest)]
    # Somebody may hold a review at this very moment and plan the same: one row, whoever comes first.
    Review.objects.bulk_create(wanted, ignore_conflicts=True)
    # A day of grace, because “today” is another day elsewhere; a review due today is never dropped.
    coming = Review.objects.filter(scope, held_at__isnull=True, due_on__gt=figures.local_day(now, "UTC") + ONE_DAY)
    stale = [review for review in coming if not _is_wanted(review, rhythms.get(review.agreement_id))]
    for review in stale:
        notices.withdraw(reminders.topic_of(review))
    Review.objects.filter(pk__in=[review.pk for review in stale], held_at__isnull=True).delete()


def _in_force(scope: Q, now: datetime) -> Iterator[Rhythms]:
    published = Revision.objects.filter(scope, published_at__isnull=False).order_by()
    begun = dict(published.values_list("agreement").annotate(first=Min("in_force_from")))
    for revision in published.filter(agreements.in_force(now)):
        since = figures.local_day(begun[revision.agreement_id], revision.zone)
        yield Rhythms(revision, since=since, today=figures.local_day(now, revision.zone))


def _planned_up_to(scope: Q) -> dict[tuple[int, str], Planned]:
    rows = Review.objects.filter(scope).order_by().values_list("agreement", "rhythm")
    told = rows.annotate(last=Max("due_on"), held=Max("due_on", filter=Q(held_at__isnull=False)))
    return {(agreement, rhythm): (last, held) for agreement, rhythm, last, held in told}


def _wanted(row: Rhythms, latest: dict[tuple[int, str], Planned]) -> Iterator[Review]:
    revision = row.revision
    # A rhythm that the agreement took up again is not made up for the time in which it had none.
    in_force_on = figures.local_day(revision.in_force_from, revision.zone) - ONE_DAY
    for rhythm in revision.rhythms:
        last, held = latest.get((revision.agreement_id, rhythm), (None, None))
        for slot in cadence.to_plan(
            rhythm,
            anchor=row.since,
            today=row.today,
            planned_up_to=None if last is None else max(last, in_force_on),
            held_up_to=held,
            every_weeks=revision.review_every_weeks,
        ):
            yield Review(
                agreement_id=revision.agreement_id,
                rhythm=rhythm,
                due_on=slot.due_on,
                period_from_on=slot.from_on,
                period_to_on=slot.to_on,
            )


def _is_wanted(review: Review, row: Rhythms | None) -> bool:
    if row is None or review.rhythm not in row.revision.rhythms:
        return False
    return review.due_on in cadence.due_days(
        review.rhythm, anchor=row.since, up_to=review.due_on, every_weeks=row.revision.review_every_weeks
    )
