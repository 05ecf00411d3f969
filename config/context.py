"""What every page shows around its content: the way to other pages, and a word when the engine is ill."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from incidents.queries import engine
from slas.models import Role, User


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    label: str
    address: str
    is_here: bool


def portal(request: HttpRequest) -> dict[str, object]:
    """The navigation for this person's roles and the engine's banner; nothing before signing in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"places": [], "engine_banner": ""}
    # Lazy: a part of a page that htmx asks for shows no banner and asks the database for none.
    return {
        "places": list(_places(request, user)),
        "engine_banner": SimpleLazyObject(lambda: _banner(user)),
    }


def _places(request: HttpRequest, user: User) -> Iterator[Place]:
    yield _place(request, _("Overview"), "reporting:home")
    yield _place(request, _("Products"), "reporting:products")
    yield _place(request, _("Tickets"), "incidents:queue")
    yield _place(request, _("Escalations"), "incidents:escalations")
    # One place for everything that months of availability are measured on; its lists lead to each other.
    yield _place(request, _("Availability"), "incidents:outages", also=("/maintenance/", "/no-data/", "/signals/"))
    yield _place(request, _("Reviews"), "incidents:reviews")
    yield _place(request, _("Certificates"), "incidents:certificates")
    yield _place(request, _("Agreements"), "slas:agreements")
    if user.has_role(Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR):
        yield _place(request, _("Calendars"), "slas:calendars")
        yield _place(request, _("Teams"), "slas:teams")
        yield _place(request, _("People"), "slas:people")
        yield _place(request, _("Engine"), "incidents:engine")


def _place(request: HttpRequest, label: str, name: str, *, also: tuple[str, ...] = ()) -> Place:
    address = reverse(name)
    # “/” begins every address, so the overview is only here when it is exactly here.
    is_here = request.path == address or (address != "/" and request.path.startswith((address, *also)))
    return Place(label=label, address=address, is_here=is_here)


def _banner(user: User) -> str:
    if engine.is_alive() or not _leads(user):
        return ""
    return _("The engine stands still: escalations and mails are late. Whoever runs the portal has to look at it now.")


def _leads(user: User) -> bool:
    """Managers, team leads and service level managers: whoever would otherwise wait for an escalation in vain."""
    if user.has_role(Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR):
        return True
    # One query, because every page asks this while the engine stands still.
    return User.objects.filter(Q(pk=user.pk), Exists(user.reports.all()) | Exists(user.leads.all())).exists()
