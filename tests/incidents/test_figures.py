"""The sums of contracts.md, Figures: due instants, sums over sums, truncation, verdicts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents import figures
from incidents.figures import Period, Promise, Result, Row, Tally, Verdict

HOUR = timedelta(hours=1)
COMMITTED = Promise(HOUR, attainment=Decimal("95"), is_commitment=True)
OBJECTIVE = Promise(HOUR, attainment=Decimal("90"), is_commitment=False)
WITHOUT_EXCEPTION = Promise(HOUR, attainment=None, is_commitment=True)
counts = st.integers(min_value=0, max_value=100_000)
tallies = st.builds(Tally, met=counts, breached=counts)


@pytest.mark.parametrize(
    ("tally", "percent"),
    [
        (Tally(), None),
        (Tally(met=0, breached=3), Decimal("0.0")),
        (Tally(met=3, breached=0), Decimal("100.0")),
        (Tally(met=2, breached=1), Decimal("66.6")),
        (Tally(met=1999, breached=1), Decimal("99.9")),
        (Tally(met=19_999, breached=1), Decimal("99.9")),
        (Tally(met=949, breached=51), Decimal("94.9")),
        (Tally(met=9_499, breached=501), Decimal("94.9")),
    ],
)
def test_percent_is_truncated_to_one_decimal(tally: Tally, percent: Decimal | None) -> None:
    assert tally.percent == percent


@given(tallies)
def test_percent_never_says_more_than_the_share(tally: Tally) -> None:
    percent = tally.percent

    if percent is None:
        assert tally.counted == 0
    else:
        assert percent * tally.counted <= tally.met * 100 < (percent + Decimal("0.1")) * tally.counted


@given(st.lists(tallies))
def test_total_is_a_sum_over_sums(many: list[Tally]) -> None:
    assert figures.total(many) == Tally(sum(one.met for one in many), sum(one.breached for one in many))


def test_total_differs_from_the_average_of_percentages() -> None:
    small, large = Tally(met=0, breached=1), Tally(met=99, breached=0)

    assert figures.total([small, large]).percent == Decimal("99.0")


@pytest.mark.parametrize(
    ("tally", "promise", "is_over", "verdict"),
    [
        (Tally(19, 1), COMMITTED, True, Verdict.KEPT),  # exactly 95 %: equality keeps
        (Tally(18, 1), COMMITTED, True, Verdict.BROKEN),
        (Tally(18, 1), COMMITTED, False, Verdict.AT_RISK),
        (Tally(18, 0), COMMITTED, False, Verdict.KEPT),
        (Tally(), COMMITTED, True, Verdict.TOO_FEW),
        (Tally(5, 5), None, True, Verdict.TOO_FEW),
        (Tally(999, 1), WITHOUT_EXCEPTION, False, Verdict.BROKEN),  # no later timer can heal it
        (Tally(999, 0), WITHOUT_EXCEPTION, False, Verdict.KEPT),
        (Tally(9_499, 501), COMMITTED, True, Verdict.BROKEN),  # 94.99 % is not 95 %
    ],
)
def test_judge(tally: Tally, promise: Promise | None, is_over: bool, verdict: Verdict) -> None:
    assert figures.judge(tally, promise, is_over=is_over) is verdict


@given(tallies, st.decimals(min_value=1, max_value=100, places=2))
def test_a_met_timer_never_worsens_and_a_breach_never_betters_a_verdict(tally: Tally, attainment: Decimal) -> None:
    promise = Promise(HOUR, attainment=attainment, is_commitment=True)

    if tally.counted and tally.keeps(promise.percent):
        assert (tally + Tally(met=1)).keeps(promise.percent)
    if tally.counted and not tally.keeps(promise.percent):
        assert not (tally + Tally(breached=1)).keeps(promise.percent)


def test_rows_stand_by_priority_and_then_in_the_order_of_a_ticket() -> None:
    promises = {("P2", "response"): OBJECTIVE, ("P1", "resolution"): COMMITTED, ("P1", "response"): COMMITTED}
    found = {("P1", "response"): Tally(19, 1), ("P3", "update"): Tally(1, 1)}

    judged = figures.rows(promises, found, is_over=True)

    assert judged == (
        Row("P1", "response", COMMITTED, Tally(19, 1), Verdict.KEPT),
        Row("P1", "resolution", COMMITTED, Tally(), Verdict.TOO_FEW),
        Row("P2", "response", OBJECTIVE, Tally(), Verdict.TOO_FEW),
        Row("P3", "update", None, Tally(1, 1), Verdict.TOO_FEW),
    )


def row(promise: Promise | None, verdict: Verdict) -> Row:
    return Row("P1", "response", promise, Tally(1, 1), verdict)


@pytest.mark.parametrize(
    ("promise", "verdict", "state"),
    [
        (COMMITTED, Verdict.BROKEN, "broken"),
        (OBJECTIVE, Verdict.BROKEN, "missed"),
        (OBJECTIVE, Verdict.AT_RISK, "at_risk"),
        (COMMITTED, Verdict.KEPT, "kept"),
        (None, Verdict.TOO_FEW, "no_data"),
    ],
)
def test_only_a_commitment_is_called_broken(promise: Promise | None, verdict: Verdict, state: str) -> None:
    assert Row("P1", "response", promise, Tally(1, 1), verdict).state == state


@pytest.mark.parametrize(
    ("judged", "verdict"),
    [
        ([], Verdict.TOO_FEW),
        ([row(COMMITTED, Verdict.KEPT), row(OBJECTIVE, Verdict.BROKEN)], Verdict.KEPT),
        ([row(COMMITTED, Verdict.KEPT), row(COMMITTED, Verdict.AT_RISK)], Verdict.AT_RISK),
        ([row(COMMITTED, Verdict.BROKEN), row(COMMITTED, Verdict.AT_RISK)], Verdict.BROKEN),
        ([row(COMMITTED, Verdict.KEPT), row(COMMITTED, Verdict.TOO_FEW)], Verdict.KEPT),
        ([row(OBJECTIVE, Verdict.BROKEN)], Verdict.BROKEN),
        ([row(None, Verdict.TOO_FEW)], Verdict.TOO_FEW),
    ],
)
def test_verdict_of_a_period_is_the_worst_of_its_commitments(judged: list[Row], verdict: Verdict) -> None:
    result = Result(figures.month_of(date(2026, 11, 1), "UTC"), is_over=True, rows=tuple(judged))

    assert (result.verdict, result.tally.counted) == (verdict, 2 * len(judged))


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2026, 1, 1), "Europe/Berlin", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (date(2026, 7, 1), "Europe/Berlin", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        (date(2026, 7, 1), "Asia/Kolkata", datetime(2026, 6, 30, 18, 30, tzinfo=UTC)),
        # Chile skips midnight: the day begins at 01:00, the instant of the change.
        (date(2026, 9, 6), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
        # Cuba lives midnight twice: the day begins with the first.
        (date(2026, 11, 1), "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_midnight_is_the_first_instant_of_the_local_day(day: date, zone: str, start: datetime) -> None:
    assert figures.midnight(day, zone) == start


def test_a_month_lasts_from_local_midnight_to_local_midnight_over_the_clock_change() -> None:
    march = figures.month_of(date(2026, 3, 31), "Europe/Berlin")

    assert march == Period(date(2026, 3, 1), date(2026, 4, 1), "Europe/Berlin")
    assert (march.start, march.end) == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )
    assert not march.is_over(datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC))
    assert march.is_over(march.end)


def test_months_up_to_run_over_the_turn_of_the_year_without_a_gap() -> None:
    months = figures.months_up_to(date(2026, 2, 28), "UTC", count=12)

    assert (months[0].from_on, months[-1].to_on) == (date(2025, 3, 1), date(2026, 3, 1))
    assert [month.to_on for month in months[:-1]] == [month.from_on for month in months[1:]]
