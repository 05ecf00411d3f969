"""What a field of a form lets people choose among."""

from typing import Any

from django import forms
from django.db.models import QuerySet


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:  # Any: each field has its own rows
    """Let the field of this name choose among these rows: mostly those that the reader sees."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
