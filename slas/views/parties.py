"""People, teams and products: lists and forms of those who look after agreements."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slas import rules
from slas.actions import parties, products
from slas.forms.parties import FallbackForm, PartyForm, PersonForm, ProductForm, TeamForm
from slas.models import Product, Team, User
from slas.queries import parties as queries
from slas.views import lists
from slas.views.access import entered, for_editors, for_readers, person_of
from slas.views.refusals import refusals, status_of

Deed = Callable[..., Model]

PEOPLE: list[lists.Column[User]] = [
    lists.Column("name", gettext_lazy("Name"), order="name"),
    lists.Column("username", gettext_lazy("Username"), order="username"),
    lists.Column("email", gettext_lazy("E-mail"), order="email"),
    lists.Column("manager", gettext_lazy("Manager"), order="manager__name"),
    lists.Column("roles", gettext_lazy("Roles"), value=lambda person: ", ".join(person.role_names)),
    lists.Column("absent_from_on", gettext_lazy("Away from"), order="absent_from_on"),
]
TEAMS: list[lists.Column[Team]] = [
    lists.Column("name", gettext_lazy("Name"), order="name"),
    lists.Column("lead", gettext_lazy("Lead"), order="lead__name"),
    lists.Column("size", gettext_lazy("Members"), order="size", is_number=True),
]


@for_readers
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody, with their place in the reporting line."""
    found = queries.people()
    listing = lists.make(request, found, columns=PEOPLE, search=("name", "username", "email"))
    if listing.wants_csv:
        return listing.csv("people")
    may_edit = rules.may_edit(person_of(request))
    context = {"listing": listing, "fallback": queries.fallback_people(), "may_edit": may_edit}
    return render(request, "slas/people.html", context)


@for_readers
def teams(request: HttpRequest) -> HttpResponseBase:
    """Every team with its lead."""
    found = queries.teams().annotate(size=Count("members"))
    listing = lists.make(request, found, columns=TEAMS, search=("name", "lead__name"))
    if listing.wants_csv:
        return listing.csv("teams")
    return render(request, "slas/teams.html", {"listing": listing, "may_edit": rules.may_edit(person_of(request))})


@for_editors
def person_new(request: HttpRequest) -> HttpResponse:
    """A new person; they set their password by the reset mail."""
    # No password here: whoever creates an account must never know it.
    form = PersonForm(entered(request))
    return _edit(request, form, deed=parties.create_person, title=_("New person"), back=reverse("slas:people"))


@for_editors
def person_edit(request: HttpRequest, username: str) -> HttpResponse:
    """What is said about a person, absence and deputy included."""
    person = get_object_or_404(User, username=username)
    form = PersonForm(entered(request), row=person)
    return _edit(request, form, deed=parties.change_person, row=person, title=person.name, back=reverse("slas:people"))


@for_editors
def fallback(request: HttpRequest) -> HttpResponse:
    """Who is told when nobody else can be."""
    form = FallbackForm(entered(request), people=list(queries.fallback_people()))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            parties.set_fallback(form.order(), by=person_of(request), now=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("slas:people")
    context = {"form": form, "title": _("When nobody else can be told"), "back": reverse("slas:people")}
    return render(request, "slas/party_form.html", context, status=status_of(form))


@for_editors
def team_new(request: HttpRequest) -> HttpResponse:
    """A new team."""
    form = TeamForm(entered(request))
    return _edit(request, form, deed=products.create_team, title=_("New team"), back=reverse("slas:teams"))


@for_editors
def team_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A team's lead and members."""
    team = get_object_or_404(Team, slug=slug)
    form = TeamForm(entered(request), row=team)
    return _edit(request, form, deed=products.change_team, row=team, title=team.name, back=reverse("slas:teams"))


@for_editors
def product_new(request: HttpRequest) -> HttpResponse:
    """A new product; its agreement comes next."""
    form = ProductForm(entered(request))
    back = reverse("reporting:products")
    return _edit(request, form, deed=products.create_product, title=_("New product"), back=back)


@for_editors
def product_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Who provides a product, who answers for it, who sees it."""
    product = get_object_or_404(Product, slug=slug)
    form = ProductForm(entered(request), row=product)
    back = reverse("reporting:product", args=[product.slug])
    return _edit(request, form, deed=products.change_product, row=product, title=product.name, back=back)


def _edit(
    request: HttpRequest,
    form: PartyForm,
    *,
    deed: Deed,
    title: str | Promise,
    back: str,
    row: Model | None = None,
) -> HttpResponse:
    """One form page: show, or do the one deed and go back to the list."""
    if request.method == "POST" and form.is_valid():
        # Creating and changing are two deeds; both take the form's words as they stand.
        subject: list[Any] = [] if row is None else [row]  # Any: each deed has its own row type
        # A new row has no subject yet, a stored one is locked by its action.
        with refusals(form):
            deed(*subject, by=person_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {"form": form, "title": title, "back": back}
    return render(request, "slas/party_form.html", context, status=status_of(form))
