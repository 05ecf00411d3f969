"""What a person says about themselves: language, zone, absence with deputy, and which plain notices they want."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from slas.errors import Refused
from slas.models import User


@dataclass(frozen=True)
class Profile:
    """The part of a person that they keep themselves; `absent_to_on` is the first day back."""

    language: str
    zone: str
    deputy: User | None
    absent_from_on: date | None
    absent_to_on: date | None
    muted_notices: tuple[str, ...]


@transaction.atomic
def change(person: User, *, by: User, profile: Profile) -> User:
    """Take over what the person entered; nobody else may."""
    # Locked, so that a service level manager who edits the same person does not lose a change.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if by.pk != person.pk:
        raise PermissionDenied
    if profile.deputy is not None and not profile.deputy.is_active:
        raise Refused(_("%(name)s has no active account. Choose another deputy.") % {"name": profile.deputy})
    if profile.absent_to_on is not None and profile.absent_from_on is None:
        raise Refused(_("Say from which day you are away, too."))
    person.language, person.zone, person.deputy = profile.language, profile.zone, profile.deputy
    person.absent_from_on, person.absent_to_on = profile.absent_from_on, profile.absent_to_on
    person.muted_notices = list(profile.muted_notices)
    # Only these columns: somebody may edit roles or manager of the same row at this moment.
    person.save(
        update_fields=["language", "zone", "deputy", "absent_from_on", "absent_to_on", "muted_notices"],
    )
    return person
