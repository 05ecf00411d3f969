"""Whose record somebody keeps, as the forms of outages and of maintenance offer it."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from incidents.queries.outages import kept_by
from slas.models import Product
from slas.views.access import person_of


def offered_to(request: HttpRequest) -> QuerySet[Product]:
    """The products a form may offer; PermissionDenied for whoever keeps the record of none."""
    products = kept_by(person_of(request))
    # An empty form would only say later what can be said now.
    if not products.exists():
        raise PermissionDenied
    return products
