"""The form of support hours."""

from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.forms.fields import Days, Hours, MomentInput, SpecialDays
from slas.models import CalendarRevision
from slas.queries.schedules import Schedule, schedule_of
from slas.queries.weeks import WEEKDAYS
from slas.validators import validate_moment, validate_zone

DAY_LABELS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class CalendarForm(forms.Form):
    """A week, its exceptions, and from when; the name is asked for a new calendar alone."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as “Office Hamburg”."))
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        initial="Europe/Berlin",
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    holidays = forms.CharField(
        label=_("Public holidays"),
        max_length=20,
        initial="none",
        widget=forms.TextInput(attrs={"list": "places"}),
        help_text=_("Country and state such as DE-HH, or none."),
    )
    closed = Days(label=_("Closed on"), required=False, help_text=_("One date per line, such as 2026-12-24."))
    special = SpecialDays(
        label=_("Special days"),
        required=False,
        help_text=_("One per line, such as 2026-12-31: 08:00-12:00. They count instead of the week and of holidays."),
    )
    in_force_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        validators=[validate_moment],
        widget=MomentInput(),
        help_text=_("Empty means now. In your own time zone."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("Kept with the revision, for everyone."))

    def __init__(self, entered: QueryDict | None = None, *, stored: CalendarRevision | None = None) -> None:
        """Start from the newest hours; seven fields make the week."""
        schedule = None if stored is None else schedule_of(stored)
        super().__init__(entered, initial={} if schedule is None else _initial(schedule))
        # Made in a loop, so that the week has one definition.
        for day, label in zip(WEEKDAYS, DAY_LABELS, strict=True):
            self.fields[day] = Hours(label=label, required=False)
        if stored is not None:
            # Renaming is another deed; a revision keeps the name of its calendar.
            del self.fields["name"]
        else:
            # The first hours of a calendar stand for all the time before.
            del self.fields["in_force_from"], self.fields["reason"]

    @property
    def week(self) -> list[forms.BoundField]:
        """The seven fields of the week."""
        return [self[day] for day in WEEKDAYS]

    def schedule(self) -> Schedule:
        """What was entered, once every field is valid; whether it makes sense the action says."""
        said = self.cleaned_data
        return Schedule(
            zone=said["zone"],
            week={day: said[day] for day in WEEKDAYS if said[day]},
            holidays=said["holidays"],
            closed=said["closed"],
            special=said["special"],
        )

    def start(self) -> datetime | None:
        """From when the hours count; None means now."""
        start: datetime | None = self.cleaned_data.get("in_force_from")
        return start


def _initial(schedule: Schedule) -> dict[str, object]:
    kept: dict[str, object] = {
        "zone": schedule.zone,
        "holidays": schedule.holidays,
        "closed": schedule.closed,
        "special": schedule.special,
    }
    return kept | {day: schedule.week.get(day, ()) for day in WEEKDAYS}
