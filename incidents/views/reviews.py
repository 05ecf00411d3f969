"""Reviews: the list, one review with its pack, an action done, and the calendar feed."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from incidents import rules
from incidents.actions import reviews as actions
from incidents.exports import reviews as exports
from incidents.forms.reviews import Protocol, ReviewFilter
from incidents.models import Review, ReviewAction
from incidents.models.reviews import Decision
from incidents.queries import packs
from incidents.queries import reviews as queries
from slas.models import User
from slas.views import lists
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponseBase:
    """Every review this person sees, those to hold first, and the actions they took on."""
    assert isinstance(request.user, User)
    today = timezone.localdate()
    listing = lists.make(
        request,
        # What is to hold comes first and by its day, then the held ones from the newest.
        queries.visible_to(request.user).order_by(F("held_at").desc(nulls_first=True), "due_on", "pk"),
        columns=_columns(today),
        search=("agreement__product__name", "agreement_title"),
        filters=ReviewFilter(request.GET, today=today),
    )
    if listing.wants_csv:
        return listing.csv("reviews")
    context = {
        "listing": listing,
        "today": today,
        "own_actions": queries.open_actions_of(request.user),
        "feed": request.build_absolute_uri(exports.feed_path(request.user)),
    }
    return render(request, "incidents/reviews/list.html", context)


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: the pack, and the form to hold it or what came of it."""
    assert isinstance(request.user, User)
    row = get_object_or_404(queries.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return _page(request, row, Protocol())
    if "more" in request.POST:  # works without script: the same page, longer
        return _page(request, row, Protocol.longer(request.POST))
    protocol = Protocol(request.POST)
    if protocol.is_valid:
        with refusals(protocol.form):
            held = actions.hold(
                row,
                by=request.user,
                now=timezone.now(),
                notes=protocol.form.cleaned_data["notes"],
                decision=Decision(protocol.form.cleaned_data["decision"]),
                actions=protocol.taken_on(),
            )
            messages.success(request, _("The review is held; its figures are kept as they are now."))
            return redirect("incidents:review", pk=held.pk)
    return _page(request, row, protocol, status=400 if protocol.form.is_valid() else status_of(protocol.form))


@login_required
@require_POST
def action_done(request: HttpRequest, pk: int) -> HttpResponse:
    """One button: this action is done."""
    assert isinstance(request.user, User)
    # Somebody may own an action of a review they do not see; the button stands in their own list.
    seen = ReviewAction.objects.filter(review__in=queries.visible_to(request.user).order_by().values("pk"))
    row = get_object_or_404(seen | ReviewAction.objects.filter(owner=request.user), pk=pk)
    done = actions.complete_action(row, by=request.user, now=timezone.now())
    messages.success(request, _("“%(action)s” is done.") % {"action": done.title})
    is_visible = queries.visible_to(request.user).filter(pk=done.review_id).exists()
    return redirect("incidents:review", pk=done.review_id) if is_visible else redirect("incidents:reviews")


def _columns(today: date) -> list[Column[Review]]:
    return [
        Column("due", gettext_lazy("Due"), order="due_on", value=lambda row: row.due_on),
        Column(
            "product",
            gettext_lazy("Product"),
            order="agreement__product__name",
            value=lambda row: row.agreement.product.name,
        ),
        Column("agreement_title", gettext_lazy("Agreement"), order="agreement_title"),
        Column("rhythm", gettext_lazy("Rhythm"), order="rhythm", value=lambda row: row.get_rhythm_display()),
        Column("state", gettext_lazy("State"), value=lambda row: _state(row, today)),
        Column("decision", gettext_lazy("Decision"), order="decision", value=lambda row: row.get_decision_display()),
    ]


def _state(row: Review, today: date) -> str:
    if row.held_at is not None:
        return _("held")
    return _("overdue") if row.due_on < today else _("due")


def _page(request: HttpRequest, row: Review, protocol: Protocol, *, status: int = 200) -> HttpResponse:
    assert isinstance(request.user, User)
    may_hold = rules.may_hold(request.user, row)
    context = {
        "review": row,
        "today": timezone.localdate(),
        "pack": packs.of(row, now=timezone.now()),
        "taken_on": row.actions.select_related("owner", "done_by").order_by("due_on", "pk"),
        # What was typed stays on the page, also when somebody else was quicker.
        "protocol": protocol if may_hold and (row.held_at is None or protocol.form.is_bound) else None,
        "last_on": row.period_to_on - timedelta(days=1),
        "may_hold": may_hold,
    }
    return render(request, "incidents/reviews/review.html", context, status=status)
