"""Reviews: planned by the rhythm of the agreement, held by people, their actions completed; and who is reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import figures, rules
from incidents.actions import planning, reminders
from incidents.models import Review, ReviewAction
from incidents.models.reviews import Decision
from incidents.queries import packs
from slas.actions import notices
from slas.errors import Refused
from slas.models import User


@dataclass(frozen=True, slots=True)
class TakenOn:
    """An action as it is agreed in a review: what, who, by when."""

    title: str
    owner: User
    due_on: date


def remind(*, now: datetime) -> None:
    """Plan the reviews that come next and leave the reminders of the day in the outbox; a second run adds nothing."""
    with transaction.atomic():
        planning.plan(now=now)
        notices.put(reminders.of_the_day(now=now), now=now)


def hold(
    review: Review, *, by: User, now: datetime, notes: str, decision: Decision, actions: Sequence[TakenOn] = ()
) -> Review:
    """Write down what was seen and decided; the figures are frozen, and the next review is planned."""
    with transaction.atomic():
        review = _locked(review)
        if not rules.may_hold(by, review):
            raise PermissionDenied(
                _("Only participants, the product owner, the team lead and service level managers hold this review.")
            )
        # Reckoned under the lock: what is frozen is what stood on the page at that moment, or newer.
        pack = packs.reckon(review, now=now)
        _check(review, actions, today=figures.local_day(now, pack.result.period.zone))
        review.held_at, review.held_by = now, by
        review.notes, review.decision = notes, decision
        review.pack = packs.freeze(pack)
        review.save(update_fields=["held_at", "held_by", "notes", "decision", "pack"])
        ReviewAction.objects.bulk_create(
            ReviewAction(review=review, title=action.title, owner=action.owner, due_on=action.due_on)
            for action in actions
        )
        # At once, not at the next tick: the page that follows already names the next date.
        planning.plan(now=now, agreement=review.agreement)
        notices.withdraw(reminders.topic_of(review))
        return review


def complete_action(action: ReviewAction, *, by: User, now: datetime) -> ReviewAction:
    """Say that an action is done; saying it again changes nothing."""
    with transaction.atomic():
        rows = ReviewAction.objects.select_for_update(of=("self",))
        action = rows.select_related("review__agreement__product__team", "owner").get(pk=action.pk)
        if not rules.may_complete(by, action):
            raise PermissionDenied(_("Only its owner and those who hold the review complete an action."))
        if action.done_at is None:
            action.done_at, action.done_by = now, by
            action.save(update_fields=["done_at", "done_by"])
            notices.withdraw(reminders.topic_of(action))
        return action


def _locked(review: Review) -> Review:
    rows = Review.objects.select_for_update(of=("self",))
    return rows.select_related("agreement__product__team").get(pk=review.pk)


def _check(review: Review, actions: Sequence[TakenOn], *, today: date) -> None:
    if review.held_at is not None:
        raise Refused(_("This review was already held; open the next one."))
    # Before the period is over is allowed: people meet when they can, and the pack says it is provisional.
    if today < review.period_from_on:
        raise Refused(_("The period of this review has not begun yet; hold the one before it first."))
    if any(action.due_on < today for action in actions):
        raise Refused(_("Give every action a day that is not over yet."))
    if any(not action.owner.is_active for action in actions):
        raise Refused(_("Give every action to somebody who still works here."))
