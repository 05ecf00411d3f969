"""From what was told to spans, in any order."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.signals import Told, runs, spans_by_start
from slas.clock import Span
from tests.incidents.signals.payloads import TEN
from tests.laws import law


def at(minute: int) -> datetime:
    return TEN + timedelta(minutes=minute)


def down(minute: int) -> Told:
    return Told(at(minute), None)


def up(minute: int) -> Told:
    return Told(None, at(minute))


class TestSpansByStart:
    """Alerts that say when they began."""

    def test_one_start_is_one_span(self) -> None:
        assert spans_by_start([down(0)]) == [Span(at(0))]
        assert spans_by_start([down(0), Told(at(0), at(5))]) == [Span(at(0), at(5))]
        assert spans_by_start([Told(at(0), at(5))]) == [Span(at(0), at(5))]

    def test_firing_again_after_its_end_opens_nothing_and_the_latest_end_counts(self) -> None:
        told = [Told(at(0), at(5)), down(0), Told(at(0), at(9)), down(0)]

        assert spans_by_start(told) == [Span(at(0), at(9))]

    def test_another_start_is_another_span(self) -> None:
        assert spans_by_start([down(3), Told(at(0), at(2))]) == [Span(at(0), at(2)), Span(at(3))]


class TestRuns:
    """Beats that say how it is at a moment."""

    def test_from_the_first_down_to_the_next_up(self) -> None:
        assert runs([down(0), down(2), up(5), up(6), down(9)]) == [Span(at(0), at(5)), Span(at(9))]

    def test_up_alone_is_nothing(self) -> None:
        assert runs([]) == runs([up(0), up(1)]) == []

    def test_at_one_moment_up_comes_first(self) -> None:
        assert runs([down(0), up(0)]) == [Span(at(0))]
        assert runs([down(0), up(3), down(3), up(4)]) == [Span(at(0), at(3)), Span(at(3), at(4))]


BEATS = st.lists(
    st.builds(lambda is_down, minute: (down if is_down else up)(minute), st.booleans(), st.integers(0, 12))
)


@law
@given(BEATS, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(told: list[Told], luck: object) -> None:
    mixed = [*told, *told[::2]]
    luck.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis' own random

    assert runs(mixed) == runs(told)
    whole = [one for one in told if one.starts_at]
    assert spans_by_start([one for one in mixed if one.starts_at]) == spans_by_start(whole)


@law
@given(BEATS)
def test_a_minute_is_down_when_the_last_word_before_it_was_down(told: list[Told]) -> None:
    for minute in range(13):
        moment = at(minute) + timedelta(seconds=30)
        before = [one for one in told if (one.starts_at or one.ends_at or TEN) < moment]
        last = max(before, key=lambda one: (one.starts_at or one.ends_at, one.starts_at is not None), default=None)
        inside = [span for span in runs(told) if span.start < moment and (span.end is None or moment < span.end)]

        assert len(inside) == int(last is not None and last.starts_at is not None)
