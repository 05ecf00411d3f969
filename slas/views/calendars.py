"""Support calendars: read by everyone, written by service level managers with a preview."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slas import rules
from slas.actions import calendars as actions
from slas.forms.calendars import CalendarForm
from slas.forms.profile import zones
from slas.models import Calendar, CalendarRevision
from slas.queries import calendars, previews
from slas.queries.schedules import holiday_places, schedule_of
from slas.queries.weeks import week_text
from slas.queries.years import exceptions, year_of
from slas.views import lists
from slas.views.access import entered, for_editors, person_of
from slas.views.refusals import refusals, status_of

COLUMNS: list[lists.Column[Calendar]] = [
    lists.Column("name", gettext_lazy("Name"), order="name"),
    lists.Column("zone", gettext_lazy("Time zone"), order="zone"),
    lists.Column("holidays", gettext_lazy("Public holidays"), order="holidays"),
    lists.Column("uses", gettext_lazy("Promises"), order="uses", is_number=True),
]
# Holidays are worked out for such years; beyond them the page would show a wrong picture.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@login_required
def index(request: HttpRequest) -> HttpResponseBase:
    """Every calendar with the hours that count now."""
    listing = lists.make(request, _with_hours(), columns=COLUMNS, search=("name", "zone"))
    if listing.wants_csv:
        return listing.csv("calendars")
    newest = _newest_hours([row.pk for row in listing.rows])
    weeks = [(row, week_text(schedule_of(newest[row.pk])) if row.pk in newest else "") for row in listing.rows]
    context = {"listing": listing, "weeks": weeks, "may_edit": rules.may_edit(person_of(request))}
    return render(request, "slas/calendars.html", context)


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The week, the exceptions, and a year at a glance."""
    calendar = get_object_or_404(Calendar, pk=pk)
    now = timezone.now()
    revision = calendars.revision_in_force(calendar, now)
    year = _year(request.GET.get("year", ""), now.year)
    context = {
        "calendar": calendar,
        "revision": revision,
        "schedule": schedule_of(revision),
        "week": week_text(schedule_of(revision)),
        "year": year,
        "months": year_of(revision, year),
        "exceptions": list(exceptions(revision, year)),
        "revisions": calendar.revisions.select_related("created_by").order_by("-number"),
        "targets": previews.targets_on(calendar, now, reader=person_of(request)),
        "availability": previews.availability_on(calendar, now, reader=person_of(request)),
        "may_edit": rules.may_edit(person_of(request)),
    }
    return render(request, "slas/calendar.html", context)


@for_editors
def new(request: HttpRequest) -> HttpResponse:
    """A new calendar."""
    form = CalendarForm(entered(request))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            row = actions.create(
                name=form.cleaned_data["name"], schedule=form.schedule(), by=person_of(request), now=timezone.now()
            )
            messages.success(request, _("The calendar is saved."))
            return redirect("slas:calendar", row.calendar_id)
    return _form_page(request, form, title=_("New calendar"))


@for_editors
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other hours, with a preview of the deadlines they would move before anything is saved."""
    calendar = get_object_or_404(Calendar, pk=pk)
    form = CalendarForm(entered(request), stored=calendars.latest_revision(calendar))
    # None: nobody has asked yet; an empty list: somebody asked, and nothing counts on this calendar.
    moved = None
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            # Two buttons of one form: the preview must show exactly what saving would keep.
            if "save" in request.POST:
                return _revised(request, calendar, form)
            shown = previews.preview(calendar, form.schedule(), timezone.now())
            moved = [example for example in shown if example.is_moved]
    return _form_page(request, form, title=calendar.name, calendar=calendar, moved=moved)


def _revised(request: HttpRequest, calendar: Calendar, form: CalendarForm) -> HttpResponse:
    actions.revise(
        calendar,
        schedule=form.schedule(),
        by=person_of(request),
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        in_force_from=form.start(),
    )
    messages.success(request, _("The new hours are saved. Tickets that are open keep the hours they began with."))
    return redirect("slas:calendar", calendar.pk)


def _form_page(request: HttpRequest, form: CalendarForm, *, title: str, **more: object) -> HttpResponse:
    context = {"form": form, "title": title, "zones": zones(), "regions": holiday_places(), **more}
    return render(request, "slas/calendar_form.html", context, status=status_of(form))


def _with_hours() -> QuerySet[Calendar]:
    """Calendars with what their newest revision says."""
    # As subqueries, so that the list can be sorted by what they say.
    newest = CalendarRevision.objects.filter(calendar=OuterRef("pk")).order_by("-number")
    return Calendar.objects.annotate(
        zone=Subquery(newest.values("zone")[:1]),
        holidays=Subquery(newest.values("holidays")[:1]),
        # Distinct, because two joins would multiply each other's rows.
        uses=Count("targets", filter=Q(targets__revision__published_at__isnull=False), distinct=True)
        + Count("availability", filter=Q(availability__revision__published_at__isnull=False), distinct=True),
    ).order_by("name")


def _newest_hours(keys: list[int]) -> dict[int, CalendarRevision]:
    rows = CalendarRevision.objects.filter(calendar__in=keys).order_by("calendar_id", "-number").distinct("calendar_id")
    return {row.calendar_id: row for row in rows}


def _year(asked: str, this_year: int) -> int:
    # Five digits are enough to see that a number is too large; a longer one is never turned into an integer.
    return int(asked) if asked.isdecimal() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR else this_year
