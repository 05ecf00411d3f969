"""A month in parts: sums over sums, never averages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from slas.availability import AvailabilityTerms, Measurement, Outage, Whole, measure
from slas.clock import Span

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
END = datetime(2026, 7, 1, tzinfo=UTC)
TERMS = AvailabilityTerms(target=Decimal("99.5"), zone="UTC")
HOUR = timedelta(hours=1)
FIGURES = (
    "agreed", "excluded", "down", "unknown", "allowed", "denominator", "so_far", "availability", "kept", "budget_used",
    "coverage", "target", "until", "is_final",
)  # fmt: skip


def figures(of: Whole | Measurement) -> dict[str, object]:
    """Every figure by its name."""
    return {name: getattr(of, name) for name in FIGURES}


@given(
    cut=st.integers(1, 30 * 24 - 1),
    starts=st.lists(st.integers(0, 30 * 24 - 1), max_size=6),
    blind=st.integers(0, 30 * 24 - 1),
    now=st.integers(0, 31 * 24),
)
def test_parts_on_the_same_terms_add_up_to_the_month(cut: int, starts: list[int], blind: int, now: int) -> None:
    """The one thing that a cut may change is a verdict: each part is judged on its own."""
    outages = [Outage(Span(BEGIN + start * HOUR, BEGIN + start * HOUR + 2 * HOUR)) for start in starts]
    unknown = [Span(BEGIN + blind * HOUR, BEGIN + (blind + 5) * HOUR)]

    def measured(part: Span | None) -> Measurement:
        return measure(
            month=date(2026, 6, 1), terms=TERMS, outages=outages, unknown=unknown, now=BEGIN + now * HOUR, part=part
        )

    middle = BEGIN + cut * HOUR
    parts = Whole((measured(Span(BEGIN, middle)), measured(Span(middle, END))))

    whole = measured(None)
    assert figures(parts) | {"kept": None} == figures(whole) | {"kept": None}
    assert parts.kept in (whole.kept, False)
    assert (parts.period, sum(one.down for one in parts.incidents)) == (Span(BEGIN, END), whole.down)
    assert [parts.segments[0].start, parts.segments[-1].end] == [BEGIN, END]


def test_a_part_outside_the_month_is_empty() -> None:
    part = measure(month=date(2026, 6, 1), terms=TERMS, outages=[], part=Span(END, END + HOUR))

    assert (part.agreed, part.availability, part.kept) == (0, None, None)
