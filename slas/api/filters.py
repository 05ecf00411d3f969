"""Filters that refuse what they do not know, so that a typing error never looks like an empty list."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from slas.api.fields import Instant, Month

Row = TypeVar("Row", bound=Model)
ALWAYS = {"page", "page_size"}
ISO_DAY = ["%Y-%m-%d"]


class StrictFilters(DjangoFilterBackend):
    """django-filter, with a 400 for a parameter no filter has."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Row], view: APIView) -> QuerySet[Row]:
        """The rows that pass; ValidationError beside the parameter otherwise."""
        # django-filter passes over names it does not know, and the whole list would look like the answer.
        chosen = self.get_filterset_class(view, queryset)
        known = set(chosen.base_filters) | ALWAYS if chosen else ALWAYS
        unknown = sorted(set(request.query_params) - known - {api_settings.URL_FORMAT_OVERRIDE})
        if unknown:
            sentence = _("There is no such filter; there are: %(names)s.") % {"names": ", ".join(sorted(known))}
            raise ValidationError({name: [sentence] for name in unknown})
        rows: QuerySet[Row] = super().filter_queryset(request, queryset, view)
        return rows


class InstantField(forms.Field):
    """An instant in a query string, read as strictly as one in a body."""

    def to_python(self, value: object) -> object:
        """The instant; a ValidationError for what is none."""
        if value in self.empty_values:
            return None
        try:
            return Instant().run_validation(value)
        except serializers.ValidationError as wrong:
            raise forms.ValidationError(list(wrong.detail)) from None


class InstantFilter(django_filters.IsoDateTimeFilter):
    """Before or after an instant."""

    field_class = InstantField


class MonthField(forms.Field):
    """A month in a query string, such as 2026-11."""

    def to_python(self, value: object) -> date | None:
        """Its first day; a ValidationError for what is none."""
        if value in self.empty_values:
            return None
        try:
            first: date = Month().run_validation(value)
        except serializers.ValidationError as wrong:
            raise forms.ValidationError(list(wrong.detail)) from None
        return first


class MonthFilter(django_filters.Filter):
    """A month by its name."""

    field_class = MonthField


class DayFilter(django_filters.DateFilter):
    """Before or after a day, written as 2026-11-27."""

    def __init__(self, **kwargs: object) -> None:
        """One way to write a day, whatever the reader's language."""
        super().__init__(**kwargs, input_formats=ISO_DAY)


class TruthField(forms.Field):
    """`true` or `false`; a third word is a typing error and no “both”."""

    def to_python(self, value: object) -> bool | None:
        """What was chosen; None when nothing was."""
        if value in self.empty_values:
            return None
        if value not in ("true", "false"):
            raise forms.ValidationError(_("Write true or false."))
        return value == "true"


class TruthFilter(django_filters.BooleanFilter):
    """Yes or no."""

    field_class = TruthField


class Ordering(django_filters.OrderingFilter):
    """The order of a list, made unique by the key, so that no row stands on two pages or on none."""

    def filter(self, qs: QuerySet[Row], value: Sequence[Any] | None) -> QuerySet[Row]:  # Any: django-filter's type
        """The rows in this order."""
        if not value:
            return qs
        names = [self.get_ordering_value(name) for name in value]
        # The key follows the direction of the last name, so that an index can be walked either way.
        return qs.order_by(*names, "-pk" if names[-1].startswith("-") else "pk")
