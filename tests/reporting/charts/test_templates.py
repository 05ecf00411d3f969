"""The charts as people see them: an SVG with a name, numbers no language changes, and a table that says the same."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from reporting.charts import budget, months
from slas.availability import AvailabilityTerms, Outage, measure
from slas.clock import Span
from tests.reporting.charts.columns import a_year

BERLIN = "Europe/Berlin"
PLACES = ("x", "y", "width", "height", "x1", "x2", "y1", "y2")


def figure(name: str, chart: object, language: str = "en") -> Element:
    """A rendered chart; it is well-formed XML, or this fails."""
    with translation.override(language):
        return fromstring(render_to_string(f"reporting/charts/{name}.html", {"chart": chart}))


def text(element: Element | None) -> str:
    """All words in an element, with single spaces."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def rows(element: Element) -> list[list[str]]:
    """The cells of the table."""
    return [[text(cell) for cell in row] for row in element.iterfind(".//tbody/tr")]


def classes(element: Element, name: str) -> list[str]:
    """The classes of each element that carries this one."""
    return [found for one in element.iter() if name in (found := one.get("class", "")).split()]


def a_november(target: str = "99.9") -> budget.BudgetChart:
    """The running month up to the 20th at noon: an outage of half an hour, and a day without data."""
    terms = AvailabilityTerms(target=Decimal(target), zone=BERLIN)
    start = datetime(2026, 11, 10, 8, tzinfo=UTC)
    unknown = [Span(start + timedelta(days=2), start + timedelta(days=3))]
    outages = [Outage(Span(start, start + timedelta(minutes=30)))]
    now = datetime(2026, 11, 20, 11, tzinfo=UTC)
    return budget.drawn(
        measure(month=date(2026, 11, 1), terms=terms, outages=outages, unknown=unknown, now=now), zone=BERLIN
    )


def numbers(element: Element) -> Iterator[str]:
    """Every number that places something."""
    for one in element.iter():
        yield from (value.removesuffix("%") for key, value in one.items() if key in PLACES)
        yield from re.split("[ ,]", one.get("points", "").strip()) if one.get("points") else ()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("name", "chart"), [("months", months.drawn(a_year(), zone=BERLIN)), ("budget", a_november())])
def test_a_chart_has_a_name_and_numbers_that_no_language_changes(name: str, chart: object, language: str) -> None:
    drawn = figure(name, chart, language)

    plot = drawn.find("svg")
    assert plot is not None
    assert (plot.get("role"), bool(text(plot.find("title"))), bool(text(plot.find("desc")))) == ("img", True, True)
    assert all(re.fullmatch(r"\d+(\.\d+)?", number) for number in numbers(drawn))
    assert not [one.tag for one in drawn.iter() if one.get("style") or one.tag in {"style", "script"}]


def test_the_months_are_told_by_verdict() -> None:
    drawn = figure("months", months.drawn(a_year(), zone=BERLIN))

    told = [text(month.find("title")) for month in drawn.iterfind(".//g")]
    assert told == [
        "January 2026: no agreement",
        "February 2026: too little data",
        "March 2026: 0 min down, 43 min 12 s allowed: kept",
        "April 2026: 1 s down, 43 min 12 s allowed: kept",
        "May 2026: 43 min 12 s down, 43 min 12 s allowed: kept",
        "June 2026: 43 min 13 s down, 43 min 12 s allowed: broken",
        "July 2026: 720 h down, 43 min 12 s allowed: broken",
        "August 2026: 20 min down, 43 min 12 s allowed: kept, provisional",
    ]


def test_the_months_wear_their_verdicts() -> None:
    plot = figure("months", months.drawn(a_year(), zone=BERLIN)).find("svg")

    assert plot is not None
    assert classes(plot, "chart__bar") == [
        "chart__bar chart__bar--kept",
        "chart__bar chart__bar--kept",
        "chart__bar chart__bar--kept",
        "chart__bar chart__bar--broken",
        "chart__bar chart__bar--broken",
        "chart__bar chart__bar--kept chart__bar--provisional",
    ]
    assert [text(word) for word in plot.iterfind(".//text[@class='chart__word']")] == [
        "no agreement", "too little data",
    ]  # fmt: skip
    assert [text(word) for word in plot.iterfind(".//text[@class='chart__value']")] == ["43 min", "720 h"]


def test_the_table_of_months_says_the_same_figures() -> None:
    drawn = figure("months", months.drawn(a_year(), zone=BERLIN), "de")

    assert "Europe/Berlin" in text(drawn.find(".//caption"))
    assert rows(drawn)[::3] == [
        ["Januar 2026", "–", "–", "–", "–", "keine Vereinbarung"],
        ["April 2026", "1 s", "43 min 12 s", "99,999 %", "50 %", "gehalten bescheinigt"],
        ["Juli 2026", "720 h", "43 min 12 s", "0 %", "0 %", "verletzt bescheinigt"],
    ]
    assert rows(drawn)[-1][-1] == "gehalten vorläufig"


def test_a_cut_month_is_explained_only_where_there_is_one() -> None:
    year = a_year()
    explained = "taller than the axis"

    assert explained in text(figure("months", months.drawn(year, zone=BERLIN)))
    assert explained not in text(figure("months", months.drawn(year[:6], zone=BERLIN)))


@pytest.mark.parametrize(
    ("target", "language", "sentence"),
    [
        ("99.9", "en", "11 min 45 s left of the 41 min 45 s that the month allows."),
        ("99.95", "de", "9 min 7 s mehr als die 20 min 52 s, die der Monat erlaubt."),
    ],
)
def test_the_budget_is_a_sentence_first(target: str, language: str, sentence: str) -> None:
    drawn = figure("budget", a_november(target), language)

    assert text(drawn.find("svg/desc")).startswith(sentence)


def test_a_month_nobody_knows_anything_of_promises_no_rest() -> None:
    terms = AvailabilityTerms(target=Decimal(99), zone="UTC")
    blind = measure(
        month=date(2026, 6, 1), terms=terms, outages=[], unknown=[Span(datetime(2026, 6, 1, tzinfo=UTC), None)]
    )

    said = text(figure("budget", budget.drawn(blind, zone="UTC")).find("svg/desc"))
    assert said.startswith("Too little data to say what is left.")


def test_the_table_of_the_budget_is_in_the_zone_of_the_agreement() -> None:
    drawn = figure("budget", a_november())

    assert text(drawn.find(".//caption")) == (
        "Counted up to Fri 20 Nov 2026, 12:00, Europe/Berlin. Available: 99.928 % of the month’s agreed time with data,"
        " cut off and never rounded up. Provisional until the month is over."
    )
    assert rows(drawn) == [
        ["Sun 1 Nov 2026, 00:00", "", "the whole budget", "", "41 min 45 s"],
        ["Tue 10 Nov 2026, 09:00", "Tue 10 Nov 2026, 09:30", "outage", "30 min", "11 min 45 s"],
        ["Thu 12 Nov 2026, 09:00", "Fri 13 Nov 2026, 09:00", "no data", "–", "11 min 45 s"],
    ]


def test_days_on_the_axis_are_written_as_the_language_does() -> None:
    days = {
        language: [
            text(day) for day in figure("budget", a_november(), language).iterfind(".//text[@class='chart__name']")
        ]
        for language in ("en", "de")
    }

    assert days["en"] == ["1 Nov", "8 Nov", "15 Nov", "22 Nov", "29 Nov"]
    assert days["de"] == ["1. Nov", "8. Nov", "15. Nov", "22. Nov", "29. Nov"]


def test_a_month_that_is_over_is_drawn_to_its_end_without_a_mark() -> None:
    terms = AvailabilityTerms(target=Decimal(99), zone="UTC")
    over = budget.drawn(measure(month=date(2026, 6, 1), terms=terms, outages=[]), zone="UTC")
    drawn = figure("budget", over)

    assert (over.left, over.until) == (Fraction(720 * 36), 100)
    assert classes(drawn, "chart__until") == []
    assert "Provisional" not in text(drawn)
