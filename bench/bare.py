"""What opening a ticket is measured against: one row, inserted by the plainest REST framework there is."""

from django.conf import settings
from django.db import connections, models
from django.urls import include, path
from rest_framework import serializers
from rest_framework.viewsets import ModelViewSet

from slas.models import Product


class BareTicket(models.Model):
    """A row as wide as a ticket, with the ticket's keys, and nothing that follows from it."""

    number = models.CharField(max_length=20, blank=True)
    external_reference = models.CharField(max_length=100, null=True, blank=True)
    product = models.ForeignKey("slas.Product", models.PROTECT, related_name="+")
    team = models.ForeignKey("slas.Team", models.PROTECT, null=True, related_name="+")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    priority = models.CharField(max_length=2)
    status = models.CharField(max_length=10, default="new")
    opened_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "bench"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title


class BareShape(serializers.ModelSerializer[BareTicket]):
    """The same body as ours, the row as the answer."""

    product = serializers.SlugRelatedField(slug_field="slug", queryset=Product.objects.all())

    class Meta:
        model = BareTicket
        fields = (
            "id", "number", "external_reference", "product", "title", "description", "priority", "status", "team",
            "reporter", "opened_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("number", "status", "team", "reporter")


class BareTickets(ModelViewSet[BareTicket]):
    """Create as REST framework does it, under the portal's own settings: token, parsers, renderers, middleware."""

    queryset = BareTicket.objects.all()
    serializer_class = BareShape

    def perform_create(self, serializer: serializers.BaseSerializer[BareTicket]) -> None:
        """Keep who reported it."""
        serializer.save(reporter=self.request.user)


urlpatterns = [path("bare/", BareTickets.as_view({"post": "create"})), path("", include("config.urls"))]


def create_table() -> None:
    """The owner makes it, the application fills it, as with every other table."""
    with connections["owner"].schema_editor() as editor:
        editor.create_model(BareTicket)
