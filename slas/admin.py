"""The administration site: everything can be looked up, nothing changed.

Whoever changes something does it on the pages, where the actions ask who may and keep the evidence.
"""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from slas import rules
from slas.models import (
    Agreement,
    Attempt,
    AvailabilityPromise,
    Calendar,
    CalendarRevision,
    CreditBand,
    CreditPromise,
    Notice,
    PriorityDefinition,
    Product,
    ReviewParticipant,
    Revision,
    Step,
    Target,
    Team,
    User,
)

if TYPE_CHECKING:
    _Rows = admin.ModelAdmin[Model]
    _Parts = admin.TabularInline[Model, Model]
else:  # the stubs make these classes generic, Django itself does not
    _Rows = admin.ModelAdmin
    _Parts = admin.TabularInline


class Permissions:
    """Those who may read everything look; nobody writes."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Service level managers, auditors and administrators, as far as the site lets them in."""
        return isinstance(request.user, User) and rules.may_read_everything(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same for the whole drawer."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never here."""
        return False


class LookUp(Permissions, _Rows):
    """A list and a page of rows, without a form."""

    # Without actions no list has a button that deletes.
    actions = None
    list_per_page = 50
    # Counting a million notices would take longer than showing fifty of them.
    show_full_result_count = False


class _Part(Permissions, _Parts):
    extra = 0


class _Definitions(_Part):
    model = PriorityDefinition


class _Targets(_Part):
    model = Target


class _Steps(_Part):
    model = Step


class _Participants(_Part):
    model = ReviewParticipant


class _Availability(_Part):
    model = AvailabilityPromise


class _Credits(_Part):
    model = CreditPromise


class _Bands(_Part):
    model = CreditBand


@admin.register(User)
class UserLookUp(LookUp):
    """People, without anything that signs them in."""

    list_display = ("username", "name", "email", "manager", "is_active")
    list_select_related = ("manager",)
    search_fields = ("username", "name", "email")
    # Even a hash is something to take away and try.
    exclude = ("password", "groups", "user_permissions", "is_superuser")


@admin.register(Team)
class TeamLookUp(LookUp):
    """Teams."""

    list_display = ("slug", "name", "lead")
    list_select_related = ("lead",)
    search_fields = ("slug", "name")


@admin.register(Product)
class ProductLookUp(LookUp):
    """Products."""

    list_display = ("slug", "name", "team", "owner", "tier", "visible_to")
    list_select_related = ("team", "owner")
    search_fields = ("slug", "name")


@admin.register(Calendar)
class CalendarLookUp(LookUp):
    """Calendars by name."""

    search_fields = ("name",)


@admin.register(CalendarRevision)
class CalendarRevisionLookUp(LookUp):
    """The hours of calendars, each as it was written."""

    list_display = ("calendar", "number", "in_force_from", "zone", "holidays", "created_by")
    list_select_related = ("calendar", "created_by")
    search_fields = ("calendar__name",)


@admin.register(Agreement)
class AgreementLookUp(LookUp):
    """Agreements."""

    list_display = ("slug", "product")
    list_select_related = ("product",)
    search_fields = ("slug", "product__name")


@admin.register(Revision)
class RevisionLookUp(LookUp):
    """Revisions with everything they promise."""

    list_display = ("agreement", "number", "title", "in_force_from", "in_force_to", "published_at")
    list_select_related = ("agreement",)
    search_fields = ("agreement__slug", "title")
    # A revision is read whole, as it was signed.
    inlines = (_Definitions, _Targets, _Availability, _Credits, _Bands, _Steps, _Participants)


@admin.register(Notice)
class NoticeLookUp(LookUp):
    """The outbox."""

    list_display = ("key", "kind", "recipient", "state", "created_at", "sent_at")
    list_select_related = ("recipient",)
    list_filter = ("state", "kind")
    search_fields = ("key", "recipient__username")


@admin.register(Attempt)
class AttemptLookUp(LookUp):
    """Every try to hand over a notice."""

    list_display = ("notice", "at", "address", "code", "is_accepted")
    list_select_related = ("notice",)
    search_fields = ("notice__key", "address")
