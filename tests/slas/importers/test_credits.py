"""The credits of an agreement file: what is read, and what is refused with its line."""

from datetime import timedelta
from decimal import Decimal

import pytest

from slas.credits import Band, Bands, ChronicBreach, ClaimWindow, CreditRule, PerPeriodBeyond, StartedUnits, StepsBelow
from slas.importers.applying import apply
from slas.models import Revision
from slas.queries.wordings import CreditWording, wording_of
from tests.slas.importers.test_refusals import LINES, NOW, said, written

BOUNDS = "is not between 0.0001 and 100 with at most 4 decimal places."
MONEY = "is not between 0 and 9999999999.99 with at most 2 decimal places."
ONE_WAY = (
    "A credit is counted in one way; name one of bands, steps_below, per_period_beyond, started_units, linear,"
    " multiple_of_share."
)
LATER = NOW + timedelta(days=1)

pytestmark = pytest.mark.django_db


def beside(promise: str, words: str) -> bytes:
    """The small file with credits in the line below another."""
    return written("agreement", f"{promise}\n    credits: {words}")


def credited(words: str) -> bytes:
    """Credits with these words beside a promise that can be broken."""
    return beside("availability: {target: 99.5}", words)


def stored() -> CreditWording | None:
    return wording_of(Revision.objects.get()).credits


def test_everything_that_can_be_said_is_read() -> None:
    words = (
        "{bands: [{below: 99, percent: 25}, {from: 99, below: 99.5%, percent: 10%}], cap: 50, monthly_fee: 12000.50,"
        " currency: EUR, claim: {within: 30, days: werktage, holidays: DE-HH},"
        " chronic: {in_a_row: 3, of_twelve: 4, below: 95}}"
    )

    outcome = apply(credited(words), now=NOW)

    assert outcome.warnings == []
    assert stored() == CreditWording(
        Bands(
            (
                Band(Decimal(99), True, Decimal("99.5"), False, Decimal(10)),
                Band(None, False, Decimal(99), False, Decimal(25)),
            ),
            cap=Decimal(50),
        ),
        monthly_fee=Decimal("12000.50"),
        currency="EUR",
        claim=ClaimWindow(30, "werktage"),
        chronic=ChronicBreach(3, 4, Decimal(95)),
        holidays="DE-HH",
    )
    assert apply(credited(words), now=LATER).summary() == "0 created, 0 changed, 6 unchanged."


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("{steps_below: {per: 0.1, percent: 2.5}}", StepsBelow(Decimal("0.1"), Decimal("2.5"))),
        (
            "{per_period_beyond: {period: 1h, percent: 5, reading: started}}",
            PerPeriodBeyond(timedelta(hours=1), Decimal(5), "started"),
        ),
        ("{started_units: {unit: 30m, denominator: 30}}", StartedUnits(timedelta(minutes=30), 30)),
        (
            "{started_units: {unit: 30m, denominator: 30, counting: all, rounding: incident}}",
            StartedUnits(timedelta(minutes=30), 30, "all", "incident"),
        ),
    ],
)
def test_what_is_left_out_has_the_usual_reading(words: str, rule: CreditRule) -> None:
    apply(credited(words), now=NOW)

    assert stored() == CreditWording(rule)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("[linear]", "Keys with values are expected here."),
        ("{}", ONE_WAY),
        ("{cap: 50}", ONE_WAY),
        ("{linear: true, multiple_of_share: {factor: 2}}", ONE_WAY),
        ("{linear: false}", "“linear” is true, or it is left out."),
        ("{linear: perhaps}", "“perhaps” is neither true nor false."),
        ("{linear: true, caps: 50}", "“caps” is not known here. Is “cap” meant?"),
        ("{linear: true, cap: 0}", f"0 {BOUNDS}"),
        ("{linear: true, monthly_fee: -1}", f"-1 {MONEY}"),
        ("{linear: true, monthly_fee: 1.005}", f"1.005 {MONEY}"),
        ("{linear: true, currency: Euro}", "“Euro” is no currency; use a code such as EUR, or points."),
        ("{steps_below: 0.1}", "Keys with values are expected here."),
        ("{steps_below: {per: 0.1}}", "“percent” is missing here."),
        ("{steps_below: {per: 0, percent: 5}}", f"0 {BOUNDS}"),
        (
            "{steps_below: {per: 1, percent: 5, reading: started}}",
            "“started” is not known here; use full, pro_rata.",
        ),
        ("{steps_below: {per: 1, percent: 5, unit: 1h}}", "“unit” is not known here."),
        (
            "{per_period_beyond: {period: 0s, percent: 5}}",
            "The time must be longer than nothing.",
        ),
        ("{started_units: {unit: 30m, denominator: 0}}", "0 is not between 1 and 999999."),
        ("{started_units: {unit: 30m, denominator: x}}", "“x” is no whole number."),
        (
            "{multiple_of_share: {factor: 1001}}",
            "1001 is not between 0.0001 and 1000 with at most 4 decimal places.",
        ),
        ("{bands: []}", "A table of credits has at least one band."),
        ("{bands: [10]}", "Keys with values are expected here."),
        ("{bands: [{below: 99}]}", "“percent” is missing here."),
        (
            "{bands: [{percent: 10}]}",
            "A band says where it begins (from, above) or where it ends (below, up_to).",
        ),
        (
            "{bands: [{from: 98, above: 98, percent: 10}]}",
            "“from” and “above” say the same; use one.",
        ),
        (
            "{bands: [{from: 99, below: 99, percent: 10}]}",
            "A band has its lower bound below its upper bound.",
        ),
        ("{linear: true, claim: {days: werktage}}", "“within” is missing here."),
        ("{linear: true, claim: {within: 1001}}", "1001 is not between 1 and 1000."),
        (
            "{linear: true, claim: {within: 9, days: workdays}}",
            "“workdays” is not known here; use days, werktage, arbeitstage.",
        ),
        (
            "{linear: true, claim: {within: 9, days: werktage, holidays: DE-XX}}",
            "“DE-XX” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
        (
            "{linear: true, claim: {within: 9, holidays: DE-HH}}",
            "Public holidays matter to werktage and arbeitstage alone.",
        ),
        (
            "{linear: true, chronic: {}}",
            "Say when the customer may leave: in_a_row, of_twelve, below.",
        ),
        ("{linear: true, chronic: {below: }}", "“below” is missing here."),
        ("{linear: true, chronic: {in_a_row: 13}}", "13 is not between 1 and 12."),
    ],
)
def test_nonsense_names_its_line(words: str, sentence: str) -> None:
    assert said(credited(words)) == [(LINES["agreement"] + 1, sentence)]


def test_credits_need_a_promise_that_can_be_broken() -> None:
    sentence = "Credits are for months that break the availability promise; promise it, too."

    assert said(beside("inside: [Kassen]", "{linear: true}")) == [(LINES["agreement"] + 1, sentence)]
    # What is written and empty is refused by the action, for the agreement as a whole.
    [(line, found)] = said(beside("availability:", "{linear: true}"))
    assert found == "Credits are for months that break the availability promise. Promise availability, too."
    assert line < LINES["agreement"]


def test_others_than_departments_of_one_house_name_their_currency() -> None:
    outside = "relation: external\n    availability: {target: 99.5}"

    assert said(beside(outside, "{linear: true}")) == [(LINES["agreement"] + 2, "“currency” is missing here.")]


def test_a_table_that_leaves_something_open_is_written_with_a_warning() -> None:
    outcome = apply(credited("{bands: [{below: 99, percent: 10}]}"), now=NOW)

    assert stored() is not None
    assert outcome.warnings == [
        "Agreement kasse-2026: The table says nothing about an availability between 99 % and 99.5 %."
    ]
