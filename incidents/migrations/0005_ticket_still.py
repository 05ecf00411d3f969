"""Let the queue find the tickets that stand still without reading those that run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One partial index."""

    dependencies = [("incidents", "0004_timer_cycle_started_at")]
    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["opened_at", "id"],
                condition=models.Q(
                    ("is_history", False), ("queue_position__isnull", True), ("status__in", ["new", "open", "waiting"])
                ),
                name="ticket_queue_still",
            ),
        ),
    ]
