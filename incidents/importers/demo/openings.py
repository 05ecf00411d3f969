"""When tickets come in: on working days more than on others, Monday mornings most, before Christmas in the shops."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from incidents.importers.demo.stories import Story

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = 365  # days
LAST = 1  # days before now that are left to the live tickets
#                Mon  Tue  Wed  Thu  Fri  Sat  Sun
OFFICE_WEEK = (1.6, 1.1, 1.0, 1.0, 0.9, 0.1, 0.05)
SHOP_WEEK = (1.4, 0.9, 0.9, 1.0, 1.2, 1.1, 0.15)
MONTHS = (0.9, 0.9, 1.0, 1.0, 1.0, 0.9, 0.75, 0.75, 1.0, 1.1, 1.2, 1.0)
SHOP_MONTHS = (1.1, 0.8, 0.9, 1.0, 0.9, 0.9, 0.8, 0.8, 0.9, 1.1, 1.6, 1.9)
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 1, 4, 10, 14, 12, 9, 5, 8, 10, 8, 6, 3, 1, 1, 0, 0, 0, 0)
EVERY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 9, 8, 8, 9, 9, 8, 8, 8, 9, 8, 6, 4, 2)


def openings(story: Story, *, now: datetime, rng: Random) -> list[datetime]:
    """The moments at which the tickets of twelve months were opened, earliest first."""
    days = list(_days(now))
    chosen = rng.choices(days, [_weight(story, day) for day in days], k=story.share)
    return sorted(_moment(story, day, rng) for day in chosen)


def _days(now: datetime) -> Iterator[date]:
    # Days of Berlin: at midnight UTC the shops are on another day.
    today = now.astimezone(BERLIN).date()
    return (today - timedelta(days=back) for back in range(YEAR, LAST, -1))


def _weight(story: Story, day: date) -> float:
    week, months = (SHOP_WEEK, SHOP_MONTHS) if story.is_shop else (OFFICE_WEEK, MONTHS)
    return week[day.weekday()] * months[day.month - 1]


def _moment(story: Story, day: date, rng: Random) -> datetime:
    hour = rng.choices(range(24), EVERY_HOUR if story.is_always else OFFICE_HOURS)[0]
    local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), BERLIN)
    return local.astimezone(UTC)
