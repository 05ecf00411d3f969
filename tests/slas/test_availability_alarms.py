"""Words of warning about an error budget: at half, at three quarters, at its end, and when it goes too fast."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from slas.availability import AvailabilityTerms, Outage, measure
from slas.availability.alarms import alarm, passed
from slas.clock import Span

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
MONTH = 30 * 24 * 60  # minutes; 1 percent of them are 432
MINUTE = timedelta(minutes=1)


def said(down: int, *, at: int, target: str = "99") -> str | None:
    """After so many minutes down of 432, so many percent into the month."""
    now = JUNE + MONTH * MINUTE * at / 100
    outages = [Outage(Span(JUNE, JUNE + down * MINUTE))] if down else []
    terms = AvailabilityTerms(target=Decimal(target), zone="UTC")
    return alarm(measure(month=date(2026, 6, 1), terms=terms, outages=outages, now=now))


@pytest.mark.parametrize(
    ("down", "at", "word"),
    [
        (0, 10, None),
        (215, 80, None),
        (216, 80, "half"),
        (216, 50, "half"),
        (323, 80, "half"),
        (324, 80, "most"),
        (431, 80, "most"),
        (432, 80, "all"),
        (500, 80, "all"),
        # 25 points ahead of the time is fast, a little less is not.
        (151, 10, None),
        (152, 10, "fast"),
        (216, 25, "fast"),
        (216, 26, "half"),
        (324, 10, "most"),
    ],
)
def test_the_gravest_word_is_said(down: int, at: int, word: str | None) -> None:
    assert said(down, at=at) == word


def test_a_promise_of_everything_warns_of_the_first_second() -> None:
    assert [said(0, at=50, target="100"), said(1, at=50, target="100")] == [None, "all"]


def test_time_passes_by_agreed_time_and_stands_where_none_is_agreed() -> None:
    terms = AvailabilityTerms(target=Decimal(99), zone="UTC")
    half = measure(month=date(2026, 6, 1), terms=terms, outages=[], now=JUNE + timedelta(days=15))
    none = measure(month=date(2026, 6, 1), terms=terms, outages=[], part=Span(JUNE, JUNE))

    assert (passed(half), passed(none), alarm(none)) == (50, 0, None)
