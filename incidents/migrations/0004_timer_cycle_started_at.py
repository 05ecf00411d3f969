"""Remember when a timer's cycle began, and let the queue walk by product and by team."""

import django.utils.timezone
from django.db import migrations, models

LIVE = models.Q(("is_history", False), ("queue_position__isnull", False), ("status__in", ["new", "open", "waiting"]))


class Migration(migrations.Migration):
    """One column, and one index for each way into the queue."""

    dependencies = [("incidents", "0003_evidence")]
    operations = [
        migrations.AddField(
            "timer", "cycle_started_at", models.DateTimeField(default=django.utils.timezone.now), preserve_default=False
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["product", "queue_calendar", "queue_position", "id"], condition=LIVE, name="ticket_queue_product"
            ),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["team", "queue_calendar", "queue_position", "id"], condition=LIVE, name="ticket_queue_team"
            ),
        ),
    ]
