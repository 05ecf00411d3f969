"""The calendar feed as another program reads it."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from incidents.actions import reviews as actions
from incidents.exports import feeds
from incidents.exports import reviews as exports
from incidents.models import Review
from incidents.models.reviews import Decision
from slas.models import User
from tests.factories import House
from tests.incidents.rows import NOW, review

TODAY = NOW.date()


def events(person: User) -> list[tuple[str, date, date, str, str]]:
    """UID, start, end, summary and description of every event in somebody's feed."""
    calendar = Calendar.from_ical(exports.calendar(person, now=NOW))
    return [
        (
            str(event["uid"]),
            event.decoded("dtstart"),
            event.decoded("dtend"),
            str(event["summary"]),
            str(event["description"]),
        )
        for event in calendar.walk("VEVENT")
    ]


def test_a_review_is_a_whole_day_with_its_page(house: House) -> None:
    row = review(house, TODAY)

    assert events(house.mira) == [
        (
            f"review-{row.pk}@testserver",
            TODAY,
            TODAY + timedelta(1),
            "Review: Kasse (monthly, tactical)",
            f"Looks back on Oct. 1, 2026 to Oct. 31, 2026.\nhttp://testserver/reviews/{row.pk}/",
        )
    ]


def test_held_reviews_say_so_and_old_ones_go(house: House) -> None:
    held = review(house, TODAY)
    actions.hold(held, by=house.mira, now=NOW, notes="", decision=Decision.KEEP)
    Review.objects.exclude(pk=held.pk).delete()
    review(house, TODAY - timedelta(401))

    assert [summary for *_, summary, _text in events(house.mira)] == ["Review held: Kasse (monthly, tactical)"]


def test_names_with_line_breaks_and_commas_survive(house: House) -> None:
    house.product.name = "Till; north,\nsouth"
    house.product.save()
    review(house, TODAY)

    assert [summary for *_, summary, _text in events(house.mira)] == ["Review: Till; north,\nsouth (monthly, tactical)"]


@pytest.mark.parametrize(("name", "count"), [("vera", 1), ("stella", 1), ("rita", 0)])
def test_a_feed_holds_what_its_reader_sees(house: House, name: str, count: int) -> None:
    review(house, TODAY)

    assert len(events(getattr(house, name))) == count


def test_the_address_names_its_reader_and_nobody_else(house: House) -> None:
    path, _, token = exports.feed_path(house.mira).partition("?token=")

    assert path == "/reviews.ics"
    assert feeds.reader_of(path, token) == house.mira
    assert feeds.reader_of(path, token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert feeds.reader_of("/maintenance.ics", token) is None
