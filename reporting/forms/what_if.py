"""What would happen if I reported it then?"""

from collections.abc import Sequence
from datetime import UTC, datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.forms.fields import MomentInput

# Holidays are only worked out for so long, and a datetime near year 1 or 9999 cannot change its zone.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class WhatIfForm(forms.Form):
    """A priority and a moment in the reader's zone; without an entry the suggestion is answered."""

    use_required_attribute = False
    priority = forms.ChoiceField(label=_("A fault of priority"))
    at = forms.DateTimeField(label=_("reported on"), widget=MomentInput())

    def __init__(self, entered: QueryDict, *, priorities: Sequence[str], suggestion: datetime) -> None:
        """`entered` may lack either field."""
        # Always bound: the suggestion is answered like any question, so the page never opens empty.
        data = {"priority": entered.get("priority") or priorities[0], "at": entered.get("at") or suggestion}
        super().__init__(data)
        field = self.fields["priority"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(priority, priority) for priority in priorities]

    def clean_at(self) -> datetime:
        """A year that somebody's calendar can know."""
        at: datetime = self.cleaned_data["at"]
        if not EARLIEST <= at < LATEST:
            raise forms.ValidationError(_("Choose a moment between the years 2000 and 2099."))
        return at
