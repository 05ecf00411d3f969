"""People: who they are, what they may, whom they report to, and who is told in the end."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from slas import rules
from slas.actions import rows
from slas.errors import Refused
from slas.models import FallbackPerson, Role, User

_REPORTING_LINES = 7_426_002  # any number of its own: the advisory lock under which managers are set


class PersonChanges(TypedDict, total=False):
    """What can be said about a person; what is left out stays as it is. `absent_to_on` is the first day back."""

    name: str
    email: str
    language: str
    zone: str
    manager: User | None
    roles: Sequence[str]
    deputy: User | None
    absent_from_on: date | None
    absent_to_on: date | None
    is_active: bool


@transaction.atomic
def create_person(*, username: str, by: rules.Actor, now: datetime, **said: Unpack[PersonChanges]) -> User:
    """A new account without a usable password: the person sets one by the reset mail."""
    if not rules.may_edit(by):
        raise PermissionDenied
    # “Jana” and “jana” would be two accounts that no letter tells apart.
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("There is already somebody known as “%(username)s”.") % {"username": username})
    person = User(username=username)
    person.set_unusable_password()
    return _keep(person, said, by=by)


@transaction.atomic
def change_person(person: User, *, by: rules.Actor, now: datetime, **said: Unpack[PersonChanges]) -> User:
    """Change what is said about a person."""
    # Two edits at once could close a circle that neither of them sees, so reporting lines change one after the other.
    if "manager" in said:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REPORTING_LINES])
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not rules.may_edit(by):
        raise PermissionDenied
    return _keep(person, said, by=by)


@transaction.atomic
def set_fallback(people: Sequence[User], *, by: rules.Actor, now: datetime) -> None:
    """Who is told when nobody else can be, in this order; at least one person."""
    standing = list(FallbackPerson.objects.select_for_update().order_by("position").values_list("person", flat=True))
    if not rules.may_edit(by):
        raise PermissionDenied
    if not people:
        raise Refused(_("Somebody must be told when nobody else can be. Name at least one person."))
    # Named twice counts once, at the earlier place.
    wanted = list(dict.fromkeys(person.pk for person in people))
    if wanted != standing:
        FallbackPerson.objects.all().delete()
        FallbackPerson.objects.bulk_create(
            FallbackPerson(person_id=pk, position=place) for place, pk in enumerate(wanted, start=1)
        )


def _keep(person: User, said: PersonChanges, *, by: rules.Actor) -> User:
    _refuse_lifting(person, said.get("roles"), by=by)
    _refuse_circle(person, said.get("manager"))
    _refuse_taken_email(person, said.get("email"))
    _refuse_leaving(person, is_active=said.get("is_active", True))
    for name, value in said.items():
        setattr(person, name, sorted(set(_texts(value))) if name == "roles" else value)
    # The administration site is for administrators; nothing else gives the right to it.
    person.is_staff = Role.ADMINISTRATOR in person.roles
    rows.save(person)
    return person


def _texts(roles: object) -> Iterable[str]:
    return [str(role) for role in roles] if isinstance(roles, Iterable) else []


def _refuse_lifting(person: User, roles: Sequence[str] | None, *, by: rules.Actor) -> None:
    """Only administrators make and unmake administrators: a service level manager cannot lift themselves."""
    # The operator at the command line makes the first administrator.
    if roles is None or by is None or Role.ADMINISTRATOR in by.roles:
        return
    if (Role.ADMINISTRATOR in roles) != (Role.ADMINISTRATOR in person.roles):
        raise PermissionDenied


def _refuse_circle(person: User, manager: User | None) -> None:
    if manager is None or person.pk is None:
        return
    if person == manager or person in rules.managers_above(manager):
        raise Refused(
            _("%(manager)s reports to %(person)s already; a reporting line cannot run in a circle.")
            % {"manager": manager, "person": person}
        )


def _refuse_taken_email(person: User, email: str | None) -> None:
    if email and User.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
        raise Refused(_("Another person already has the address %(email)s.") % {"email": email})


def _refuse_leaving(person: User, *, is_active: bool) -> None:
    if is_active or person.pk is None:
        return
    if FallbackPerson.objects.filter(person=person).exists():
        raise Refused(_("%(name)s is told when nobody else can be. Name somebody else first.") % {"name": person})
    if person.leads.exists():
        raise Refused(_("%(name)s leads a team. Give it another lead first.") % {"name": person})
    if person.owned_products.exists():
        raise Refused(_("%(name)s owns a product. Give it another owner first.") % {"name": person})
