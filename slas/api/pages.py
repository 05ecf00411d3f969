"""Pages of lists, as every endpoint cuts them."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from slas.api.addresses import WHOLE_NUMBER

Row = TypeVar("Row")  # of what a list is made plays no part here, hence Any below


class Pages(PageNumberPagination):
    """`page` and `page_size` (at most 200) with the exact count; what is no number is a 400, a page too far a 404."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(
        self, queryset: QuerySet[Any, Row] | Sequence[Row], request: Request, view: APIView | None = None
    ) -> list[Row] | None:
        """The rows of the page asked for."""
        # REST framework takes a malformed size for none at all.
        for name in ("page", "page_size"):
            given = request.query_params.get(name, "1")
            if not WHOLE_NUMBER.fullmatch(given) or int(given) < 1:
                raise ValidationError({name: [_("Write a whole number from 1 on.")]})
        return super().paginate_queryset(queryset, request, view)
