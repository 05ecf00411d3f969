"""Reviews as JSON."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from incidents.api.filters import ReviewFilter
from incidents.api.packs import ReviewShape, WholeReviewShape
from incidents.models import Review
from incidents.queries import reviews
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of


class Reviews(Personal, ReadOnlyModelViewSet[Review]):
    """Reviews that come round."""

    queryset = Review.objects.none()  # the schema's hint of the row
    serializer_class = ReviewShape
    filterset_class = ReviewFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Review]:
        """Those in whose work this person has a part."""
        return reviews.visible_to(person_of(self.request))

    @extend_schema(responses=WholeReviewShape)
    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One review with its pack and the actions taken on."""
        # A live pack is reckoned as of this moment; a held one ignores it.
        return Response(WholeReviewShape(self.get_object(), context={"now": timezone.now()}).data)
