"""Availability beside its limits: a month with a thousand outages, and a year of ten thousand agreements.

`python -m bench.availability` ends with 1 when a month takes longer than 10 ms, the year longer than 60 s, or when ten
times as many agreements take more than 1.5 times as long each.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import median

from slas.availability import AvailabilityTerms, Maintenance, Outage, measure
from slas.clock import ServiceHours, Span

MONTH_MS, YEAR_SECONDS, LINEAR = 10.0, 60.0, 1.5
OUTAGES, AGREEMENTS, MONTHS, ROUNDS = 1000, 10_000, 12, 30
WEEK = {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    chance = Random(4711)
    held = [_month(chance), *_years(chance)]
    return 0 if all(held) else 1


def _month(chance: Random) -> bool:
    outages = [_outage(chance, BEGINNING, 31 * 24) for _ in range(OUTAGES)]
    terms = _terms(round_the_clock=False)
    times = [_seconds(lambda: measure(month=date(2026, 1, 1), terms=terms, outages=outages)) for _ in range(ROUNDS)]
    return _said(f"a month with {OUTAGES:,} outages", median(times) * 1000, "ms", MONTH_MS)


def _years(chance: Random) -> list[bool]:
    """All agreements of a company over a year, three outages and two windows a month each; and a tenth of them."""
    _year(chance, AGREEMENTS // 100)
    few, many = _year(chance, AGREEMENTS // 10), _year(chance, AGREEMENTS)
    growth = (many / AGREEMENTS) / (few / (AGREEMENTS // 10))
    return [
        _said(f"{AGREEMENTS:,} agreements × {MONTHS} months", many, "s", YEAR_SECONDS),
        _said("each of ten times as many", growth, "×", LINEAR),
    ]


def _year(chance: Random, agreements: int) -> float:
    terms = [_terms(round_the_clock=True), _terms(round_the_clock=False)]
    facts = []
    for number in range(MONTHS):
        begin = datetime(2026, number + 1, 1, tzinfo=UTC)
        works = [Span(begin + day * 24 * HOUR, begin + day * 24 * HOUR + 4 * HOUR) for day in (6, 20)]
        maintenance = [Maintenance(work, work.start - 100 * HOUR, work) for work in works]
        facts.append((begin.date(), [_outage(chance, begin, 28 * 24) for _ in range(3)], maintenance))

    def every() -> None:
        for number in range(agreements):
            for month, outages, maintenance in facts:
                measure(month=month, terms=terms[number % 2], outages=outages, maintenance=maintenance)

    return _seconds(every)


def _terms(*, round_the_clock: bool) -> AvailabilityTerms:
    hours = None if round_the_clock else ServiceHours.parse(zone="Europe/Berlin", week=WEEK)
    return AvailabilityTerms(
        target=Decimal("99.5"), zone="Europe/Berlin", service_hours=hours, notice=48 * HOUR, monthly_cap=8 * HOUR
    )


def _outage(chance: Random, begin: datetime, hours: int) -> Outage:
    start = begin + chance.randrange(hours * 60) * MINUTE
    return Outage(Span(start, start + chance.randrange(1, 240) * MINUTE), Fraction(chance.choice((1, 1, 2)), 2))


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _said(what: str, value: float, unit: str, limit: float) -> bool:
    print(
        f"{'ok  ' if value <= limit else 'SLOW'} {what:<44} {value:>10.2f} {unit:<3} limit {limit:g} {unit}", flush=True
    )
    return value <= limit


if __name__ == "__main__":
    sys.exit(main())
