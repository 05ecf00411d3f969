"""Months as plain values: exact strings, percentages cut off, and one way to write a record down."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from slas.availability import AvailabilityTerms, Outage, Whole, measure
from slas.availability.evidence import measured_again
from slas.availability.records import canonical, exact, figures, fingerprint, shown, span
from slas.clock import Span

BERLIN = "Europe/Berlin"
TERMS = AvailabilityTerms(target=Decimal("99.9"), zone=BERLIN)
NOON = datetime(2026, 6, 15, 10, tzinfo=UTC)
THIRD = Outage(Span(NOON, NOON + timedelta(seconds=1)), Fraction(1, 3))


def test_every_figure_is_an_exact_string() -> None:
    measured = measure(month=date(2026, 6, 1), terms=TERMS, outages=[THIRD])

    said = figures(measured, BERLIN)

    assert {name: said[name] for name in ("down", "target", "agreed", "allowed", "unknown", "coverage", "kept")} == {
        "down": "1/3", "target": "999/10", "agreed": "2592000", "allowed": "2592", "unknown": "0", "coverage": "100",
        "kept": True,
    }  # fmt: skip
    assert said["incidents"] == [
        {"start": "2026-06-15T12:00:00+02:00", "end": "2026-06-15T12:00:01+02:00", "down": "1/3"}
    ]
    assert [(one["state"], one["weight"]) for one in said["segments"]] == [("up", "0"), ("down", "1/3"), ("up", "0")]
    assert (said["is_final"], said["until"]) == (True, "2026-07-01T00:00:00+02:00")


def test_a_month_of_one_part_says_the_same_as_its_part() -> None:
    measured = measure(month=date(2026, 6, 1), terms=TERMS, outages=[THIRD])

    assert figures(Whole((measured,)), BERLIN) == figures(measured, BERLIN)


def test_what_is_not_known_is_empty() -> None:
    june = measure(
        month=date(2026, 6, 1), terms=TERMS, outages=[], unknown=[Span(datetime(2026, 5, 1, tzinfo=UTC), None)]
    )

    said = figures(june, BERLIN)

    assert (said["availability"], said["kept"], said["budget_used"], said["coverage"]) == (None, None, None, "0")


@pytest.mark.parametrize(
    ("percent", "written"),
    [
        (None, None),
        (Fraction(100), "100.000"),
        (Fraction("99.9999999999999999999999999999999999"), "99.999"),
        (Fraction(1195, 12), "99.583"),
        (Fraction(0), "0.000"),
        (Fraction("5.06"), "5.060"),
    ],
)
def test_percentages_are_cut_off_and_never_rounded_up(percent: Fraction | None, written: str | None) -> None:
    assert shown(percent) == written


def test_a_number_stays_what_it_is() -> None:
    assert (exact(Fraction(2, 3)), exact(Fraction(5)), exact(None)) == ("2/3", "5", None)


def test_an_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert span(Span(first, first + timedelta(hours=1)), BERLIN) == {
        "start": "2026-10-25T02:30:00+02:00",
        "end": "2026-10-25T02:30:00+01:00",
    }
    assert span(Span(first), BERLIN)["end"] is None


def test_a_record_has_one_way_to_be_written() -> None:
    record = {"b": [1, None, True], "a": "Ü\u2028"}

    assert canonical(record) == b'{"a":"\\u00dc\\u2028","b":[1,null,true]}'
    # By `printf … | sha256sum`, so that anybody can check it without this portal.
    assert fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert fingerprint(record) == fingerprint({"a": "Ü\u2028", "b": [1, None, True]})


def test_evidence_written_by_hand_is_measured() -> None:
    """Two half days down: one by its own weight, one by that of the agreement; a third that does not count."""
    terms = {
        "target": "199/2", "zone": BERLIN, "maintenance": "exclude", "notice": 0, "monthly_cap": None,
        "ignore_up_to": 0, "whole_minutes": False, "boundary": "kept", "degraded_weight": "1/2",
        "service_hours": {"zone": BERLIN, "week": {"mon": ["08:00-18:00"]}, "closed": ["2026-06-08"],
                          "special": {"2026-06-15": ["08:00-12:00"]}},
    }  # fmt: skip
    day = {"start": "2026-06-01T00:00:00+02:00", "end": "2026-06-02T00:00:00+02:00"}
    evidence = {
        "month": "2026-06",
        "zone": BERLIN,
        "parts": [{"start": "2026-06-01T00:00:00+02:00", "end": "2026-07-01T00:00:00+02:00", "terms": terms}],
        "outages": [
            {**day, "weight": None, "counts": True},
            {"start": "2026-06-15T10:00:00+02:00", "end": "2026-06-15T20:00:00+02:00", "weight": "1", "counts": True},
            {"start": "2026-06-22T10:00:00+02:00", "end": "2026-06-22T20:00:00+02:00", "weight": "1", "counts": False},
        ],
        "maintenance": [],
        "unknown": [],
    }

    whole = measured_again(evidence)

    # Mondays of June: the 1st and 22nd and 29th with ten hours, the 8th closed, the 15th with four.
    assert (whole.agreed, whole.down) == (34 * 3600, 5 * 3600 + 2 * 3600)
