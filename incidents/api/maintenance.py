"""Planned work as JSON."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents import maintenance as pure
from incidents.actions import maintenance as actions
from incidents.api.windows import STATES, MaintenanceShape, WholeMaintenanceShape
from incidents.maintenance import State
from incidents.models import Maintenance
from incidents.queries import maintenance as queries
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of
from slas.api.fields import Instant, Named
from slas.api.filters import InstantFilter, Ordering
from slas.models import Product, User
from slas.queries import parties

Attrs = dict[str, Any]  # Any: the fields' own types


class Why(serializers.Serializer[object]):
    """A reason, for everybody who sees one of the products."""

    reason = serializers.CharField(max_length=1000)


class Window(Why):
    """A window, and why it lies there."""

    planned_from = Instant()
    planned_to = Instant()

    def validate(self, attrs: Attrs) -> Attrs:
        """One window in place of two moments."""
        # Compared in UTC: two offsets may turn the order of the clock on the wall around.
        window = pure.window(attrs.pop("planned_from"), attrs.pop("planned_to"))
        if window.end is not None and window.end <= window.start:
            raise serializers.ValidationError({"planned_to": [_("The window must end after it begins.")]})
        return attrs | {"window": window}


class NewWindow(Window):
    """Planned work, or an emergency."""

    products = serializers.ListField(child=serializers.CharField(), allow_empty=False, max_length=200)
    title = serializers.CharField(max_length=200)
    is_emergency = serializers.BooleanField(default=False)

    def validate_products(self, slugs: list[str]) -> list[Product]:
        """The products as the person in the context sees them."""
        named = Named[Product](slug_field="slug", queryset=parties.visible_to(self.context["person"]))
        # A list may name one twice; it is one product all the same.
        return [named.run_validation(slug) for slug in dict.fromkeys(slugs)]


class Use(Why):
    """When the work was really done; both null when it was not."""

    used_from = Instant(allow_null=True)
    used_to = Instant(allow_null=True)

    def validate(self, attrs: Attrs) -> Attrs:
        """Both moments or none."""
        start, end = attrs.pop("used_from"), attrs.pop("used_to")
        if (start is None) != (end is None):
            missing = "used_to" if end is None else "used_from"
            raise serializers.ValidationError({missing: [_("Give both times, or leave both empty.")]})
        return attrs | {"used": pure.window(start, end) if start else None}


class Nothing(serializers.Serializer[object]):
    """No words are needed."""


class MaintenanceFilter(django_filters.FilterSet):
    """Windows by product, state and time."""

    product = django_filters.CharFilter(method="of_product")
    state = django_filters.ChoiceFilter(method="in_state", choices=STATES)
    ends_after = InstantFilter(field_name="planned_to", lookup_expr="gt")
    begins_before = InstantFilter(field_name="planned_from", lookup_expr="lt")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")
    ordering = Ordering(fields=["planned_from", "updated_at"])

    class Meta:
        model = Maintenance
        fields: list[str] = []

    def of_product(self, rows: QuerySet[Maintenance], name: str, value: str) -> QuerySet[Maintenance]:
        """Of a product this person sees: another one must not show itself by its windows."""
        assert isinstance(self.request.user, User)
        return rows.filter(products__in=parties.visible_to(self.request.user).filter(slug=value))

    def in_state(self, rows: QuerySet[Maintenance], name: str, value: str) -> QuerySet[Maintenance]:
        """The state follows from moments."""
        return rows.filter(queries.in_state(State(value), timezone.now()))


class Windows(Personal, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Maintenance]):
    """Windows of planned work."""

    queryset = Maintenance.objects.none()  # the schema's hint of the row
    serializer_class = MaintenanceShape
    filterset_class = MaintenanceFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Maintenance]:
        """Those of the products this person sees."""
        return queries.visible_to(person_of(self.request))

    def get_serializer_context(self) -> dict[str, Any]:  # Any: REST framework's own type
        """The state depends on the clock."""
        return {**super().get_serializer_context(), "now": timezone.now()}

    @extend_schema(responses=WholeMaintenanceShape)
    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One window, what it means for each product, and what this person may do with it now."""
        return Response(self._shown(self.get_object()))

    @extend_schema(request=NewWindow, responses={201: WholeMaintenanceShape})
    def create(self, request: Request) -> Response:
        """Plan a window, or record an emergency; a plan is not announced yet."""
        person = person_of(request)
        wanted = NewWindow(data=request.data, context={"person": person})
        wanted.is_valid(raise_exception=True)
        said: Attrs = dict(wanted.validated_data)
        deed = actions.emergency if said.pop("is_emergency") else actions.plan
        row = deed(said.pop("products"), by=person, now=timezone.now(), **said)
        return Response(self._shown(row), status=status.HTTP_201_CREATED)

    @extend_schema(request=Nothing, responses=WholeMaintenanceShape)
    @action(detail=True, methods=["post"])
    def announce(self, request: Request, pk: str) -> Response:
        """Tell the people of the products; from now on the notice runs."""
        return self._do(actions.announce, Nothing)

    @extend_schema(request=Window, responses=WholeMaintenanceShape)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Another window; unless it lies inside the old one, its notice starts now."""
        return self._do(actions.move, Window)

    @extend_schema(request=Nothing, responses=WholeMaintenanceShape)
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, pk: str) -> Response:
        """The work begins."""
        return self._do(actions.begin, Nothing)

    @extend_schema(request=Nothing, responses=WholeMaintenanceShape)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The work is done."""
        return self._do(actions.end, Nothing)

    @extend_schema(request=Why, responses=WholeMaintenanceShape)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """The work is not done."""
        return self._do(actions.cancel, Why)

    @extend_schema(request=Use, responses=WholeMaintenanceShape)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Other times than those at which somebody pressed the button."""
        return self._do(actions.correct, Use)

    def _do(self, deed: Callable[..., Maintenance], wanted: type[serializers.Serializer[object]]) -> Response:
        """Unpack, make the one call, present the window."""
        row, person = self.get_object(), person_of(self.request)
        # Before the words: a stranger must not learn from a 400 what would be asked.
        actions.demand(queries.products_of(row), by=person)
        words = wanted(data=self.request.data)
        words.is_valid(raise_exception=True)
        return Response(self._shown(deed(row, by=person, now=timezone.now(), **(words.validated_data or {}))))

    def _shown(self, row: Maintenance) -> Any:  # noqa: ANN401 - JSON
        """The window as this person sees it, read afresh."""
        # With only the visible products at hand, whoever did the deed.
        seen, now = self.get_queryset().get(pk=row.pk), timezone.now()
        context = {
            "now": now,
            "effects": queries.of_window(seen, seen.products.all(), now=now),
            "actions": queries.deeds_for(person_of(self.request), seen, now),
        }
        return WholeMaintenanceShape(seen, context=context).data
