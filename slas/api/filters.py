"""Filters that refuse what they do not know, so that a typing error never looks like an empty list."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

Row = TypeVar("Row", bound=Model)
ALWAYS = {"page", "page_size"}


class StrictFilters(DjangoFilterBackend):
    """django-filter, with a 400 for a parameter no filter has."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Row], view: APIView) -> QuerySet[Row]:
        """The rows that pass; ValidationError beside the parameter otherwise."""
        chosen = self.get_filterset_class(view, queryset)
        known = set(chosen.base_filters) | ALWAYS if chosen else ALWAYS
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            sentence = _("There is no such filter; there are: %(names)s.") % {"names": ", ".join(sorted(known))}
            raise ValidationError({name: [sentence] for name in unknown})
        rows: QuerySet[Row] = super().filter_queryset(request, queryset, view)
        return rows
