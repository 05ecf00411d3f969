"""What beat asks for is what the worker knows."""

from config.celery import app


def test_every_entry_of_the_beat_table_is_a_task_of_ours() -> None:
    app.loader.import_default_modules()

    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert asked == {name for name in app.tasks if name.startswith(("slas.", "incidents."))}
