"""The filters above a list."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form

Row = TypeVar("Row", bound=Model)


class FilterForm(Form):
    """The filters of a list: fields with choices, none of them required; `narrow` applies what was chosen."""

    @property
    def is_used(self) -> bool:
        """True when something was chosen."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Equality on the field of the same name; a list with other ideas says so here."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        return rows.filter(**chosen)
