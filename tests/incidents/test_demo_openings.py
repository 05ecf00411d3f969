"""The pure side of the demonstration: what is told, and when tickets come in."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from incidents.importers.demo import house, stories
from incidents.importers.demo.openings import openings
from incidents.importers.demo.stories import Story
from incidents.models import PauseReason, RejectReason

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TOLD, WORDS = stories.read()


def story(slug: str) -> Story:
    return next(found for found in TOLD if found.slug == slug)


def moments(slug: str, *, seed: int = 1) -> list[datetime]:
    return openings(story(slug), now=NOW, rng=Random(seed))


def test_the_stories_make_about_two_thousand_tickets_of_ten_products() -> None:
    assert len(TOLD) == 10
    assert sum(found.share for found in TOLD) == 2000


@pytest.mark.parametrize("told", TOLD, ids=lambda found: found.slug)
def test_every_story_is_whole(told: Story) -> None:
    assert sum(told.mix) == 100
    assert set(told.titles) == {"P1", "P2", "P3"}
    assert all(titles and max(map(len, titles)) <= 300 for titles in told.titles.values())


def test_reasons_are_those_of_the_tables() -> None:
    assert set(WORDS.rejections) <= set(RejectReason.values)
    assert set(WORDS.pauses) <= set(PauseReason.values)
    assert all(len(pair) == 2 for pair in WORDS.causes)


def test_priorities_come_as_often_as_the_mix_says() -> None:
    rng = Random(3)

    seen = Counter(story("kasse").priority(rng) for _ in range(5000))

    assert {priority: round(100 * count / 5000) for priority, count in seen.items()} == pytest.approx(
        {"P1": 8, "P2": 32, "P3": 60}, abs=2
    )


def test_openings_are_the_same_each_time_and_different_for_another_seed() -> None:
    assert moments("kasse") == moments("kasse")
    assert moments("kasse") != moments("kasse", seed=2)


def test_openings_fill_twelve_months_and_leave_today_alone() -> None:
    found = moments("kasse")

    assert len(found) == story("kasse").share
    assert found == sorted(found)
    assert found[0] >= NOW - timedelta(days=366)
    assert found[-1] < NOW - timedelta(hours=24)


def test_mondays_are_the_busiest_days_of_an_office() -> None:
    week = Counter(at.astimezone(BERLIN).weekday() for at in moments("telefonie"))

    assert week.most_common(1)[0][0] == 0
    assert week[5] + week[6] < 0.1 * week.total()


def test_shops_are_busy_on_saturdays_and_before_christmas() -> None:
    found = [at.astimezone(BERLIN) for at in moments("kasse")]
    months = Counter(at.month for at in found)

    assert Counter(at.weekday() for at in found)[5] > 0.1 * len(found)
    assert months[12] > 1.5 * months[7]


def test_offices_sleep_and_the_leitstand_does_not() -> None:
    night = range(5)

    assert [at for at in moments("telefonie") if at.astimezone(BERLIN).hour in night] == []
    assert any(at.astimezone(BERLIN).hour in night for at in moments("zahlungsverkehr"))


def test_midnight_is_the_start_of_the_local_day() -> None:
    assert house.midnight(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == datetime(2026, 7, 1, 22, tzinfo=UTC)
