"""Who reported much finds their own part of the queue by index, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One partial index."""

    dependencies = [("incidents", "0005_ticket_still")]
    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["reporter", "queue_calendar", "queue_position", "id"],
                condition=models.Q(
                    ("is_history", False), ("queue_position__isnull", False), ("status__in", ["new", "open", "waiting"])
                ),
                name="ticket_queue_reporter",
            ),
        ),
    ]
