"""The list of products: with an agreement or without, in the same list."""

from collections.abc import Callable
from operator import attrgetter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reporting.forms.products import ProductFilter
from reporting.queries.overviews import Overview, overviews
from slas import rules
from slas.models import Product, User
from slas.queries import parties
from slas.templatetags.portal import duration
from slas.views import lists
from slas.views.lists import Column


@login_required
def products(request: HttpRequest) -> HttpResponseBase:
    """Every product this person may see, with its promise in one line."""
    assert isinstance(request.user, User)
    known: dict[int, Overview] = {}
    listing = lists.make(
        request,
        parties.visible_to(request.user),
        columns=_columns(known),
        search=("name", "slug", "owner__name", "team__name"),
        filters=ProductFilter(request.GET, person=request.user),
    )
    # The file holds every row, the page only its own: read no more than is shown.
    shown = overviews(listing.everything if listing.wants_csv else listing.rows, now=timezone.now())
    known.update({line.product.pk: line for line in shown})
    if listing.wants_csv:
        return listing.csv("products")
    context = {
        "listing": listing,
        "overviews": shown,
        "today": timezone.localdate(),
        "may_edit": rules.may_edit(request.user),
    }
    return render(request, "reporting/products.html", context)


def _columns(known: dict[int, Overview]) -> list[Column[Product]]:
    """The columns of table and file; `known` is filled before the file is written."""

    def told(tell: Callable[[Overview], object]) -> Callable[[Product], object]:
        # A product that was made while the file is written has nothing to tell yet.
        return lambda product: tell(known[product.pk]) if product.pk in known else ""

    return [
        Column("name", _("Product"), order="name"),
        Column("promise", _("Promise"), value=told(_promise)),
        Column("state", _("Now"), value=told(_state)),
        Column("month", _("This month"), value=told(_month)),
        Column("review", _("Next review"), value=told(attrgetter("review_on"))),
        Column("owner", _("Owner"), order="owner__name"),
        Column("team", _("Team"), order="team__name"),
    ]


def _promise(line: Overview) -> str:
    if line.headline is None:
        return ""
    return f"{line.headline.priority} {duration(line.headline.response)} / {duration(line.headline.resolution)}"


def _state(line: Overview) -> str:
    if line.state.late:
        return _("%(late)s of %(open)s late") % {"late": line.state.late, "open": line.state.open}
    return _("%(open)s open") % {"open": line.state.open} if line.state.open else _("nothing open")


def _month(line: Overview) -> str:
    tally = line.month.tally if line.month else None
    return f"{tally.met}/{tally.counted}" if tally else ""
