"""What a broken month is worth: as values for the arithmetic, and in sentences of both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from slas.actions import agreements
from slas.availability import AvailabilityTerms, Outage, measure
from slas.clock import Span
from slas.credits import (
    Band,
    Bands,
    ChronicBreach,
    ClaimWindow,
    CreditRule,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    Sentence,
    StartedUnits,
    StepsBelow,
    due,
)
from slas.models import Revision
from slas.queries.credits import CreditsPromised, last_day_to_claim, promised_by, sentences, told, translated, warnings
from slas.queries.wordings import AvailabilityWording, CreditWording, wording_of
from tests.factories import House

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR, HALF_HOUR = timedelta(hours=1), timedelta(minutes=30)
LIMITLESS = "A credit can be claimed without a time limit."


def band(lower: str | None, upper: str | None, percent: int, signs: str = "[)") -> Band:
    """A band in the notation of intervals."""
    bounds = [None if bound is None else Decimal(bound) for bound in (lower, upper)]
    return Band(
        bounds[0],
        lower is not None and signs[0] == "[",
        bounds[1],
        upper is not None and signs[1] == "]",
        Decimal(percent),
    )


def drafted(house: House, said: CreditWording | None, *, boundary: str = "kept") -> Revision:
    """The house's agreement with this promise, as a draft."""
    wording = replace(
        wording_of(house.revision), availability=AvailabilityWording(Decimal("99.5"), boundary=boundary), credits=said
    )
    return agreements.draft(house.agreement, wording=wording, in_force_from=NOW, by=house.vera, now=NOW)


def in_words(said: CreditsPromised, language: str = "en") -> list[str]:
    with translation.override(language):
        return [sentence.replace("\u00a0", " ") for sentence in sentences(said)]


def test_nothing_is_promised_where_nothing_is_written(house: House) -> None:
    revision = drafted(house, None)

    assert (promised_by(revision), told(revision), warnings(revision)) == (None, [], [])


def test_what_was_written_is_promised(house: House) -> None:
    said = CreditWording(
        StepsBelow(Decimal("0.1"), Decimal("2.5"), "pro_rata", cap=Decimal(50)),
        monthly_fee=Decimal("1000.50"),
        currency="EUR",
        claim=ClaimWindow(30, "werktage"),
        chronic=ChronicBreach(of_twelve=4),
        holidays="DE-HH",
    )

    assert promised_by(drafted(house, said)) == said


@pytest.mark.parametrize(
    ("said", "last"),
    [
        (CreditWording(Linear()), None),
        (CreditWording(Linear(), claim=ClaimWindow(30)), date(2026, 5, 30)),
        # 1 May is a holiday, and 14 May in Hamburg, too.
        (CreditWording(Linear(), claim=ClaimWindow(12, "werktage")), date(2026, 5, 14)),
        (CreditWording(Linear(), claim=ClaimWindow(12, "werktage"), holidays="DE-HH"), date(2026, 5, 16)),
        # Fronleichnam is kept in Bavaria alone.
        (CreditWording(Linear(), claim=ClaimWindow(23, "arbeitstage"), holidays="DE-HH"), date(2026, 6, 5)),
        (CreditWording(Linear(), claim=ClaimWindow(23, "arbeitstage"), holidays="DE-BY"), date(2026, 6, 8)),
    ],
)
def test_the_last_day_to_claim_knows_the_holidays(said: CreditsPromised, last: date | None) -> None:
    assert last_day_to_claim(said, date(2026, 4, 30)) == last


def test_a_long_claim_reaches_the_holidays_of_later_years() -> None:
    said = CreditWording(Linear(), claim=ClaimWindow(340, "arbeitstage"), holidays="DE-HH")

    assert last_day_to_claim(said, date(2026, 12, 31)) == date(2028, 5, 2)


@pytest.mark.parametrize(
    ("rule", "english", "german"),
    [
        (
            StepsBelow(Decimal("0.1"), Decimal("2.5")),
            "For every full 0.1 percentage points below the target, 2.5 % of the monthly fee is credited.",
            "Für je volle 0,1 Prozentpunkte unter der Vorgabe beträgt die Gutschrift 2,5 % des Monatsentgelts.",
        ),
        (
            StepsBelow(Decimal(1), Decimal(5), "pro_rata"),
            "For 1 percentage points below the target, 5 % of the monthly fee is credited, and parts of it in"
            " proportion.",
            "Für 1 Prozentpunkte unter der Vorgabe beträgt die Gutschrift 5 % des Monatsentgelts, für Teile davon"
            " anteilig.",
        ),
        (
            PerPeriodBeyond(HOUR, Decimal(5)),
            "For every full 1 h down beyond what is allowed, 5 % of the monthly fee is credited.",
            "Für je volle 1 h Ausfall über das Erlaubte hinaus beträgt die Gutschrift 5 % des Monatsentgelts.",
        ),
        (
            PerPeriodBeyond(HALF_HOUR, Decimal(5), "started"),
            "For every started 30 min down beyond what is allowed, 5 % of the monthly fee is credited.",
            "Für je angefangene 30 min Ausfall über das Erlaubte hinaus beträgt die Gutschrift 5 % des Monatsentgelts.",
        ),
        (
            StartedUnits(HALF_HOUR, 30),
            "For every started 30 min that a month is down beyond what is allowed, 1/30 of the monthly fee is"
            " credited.",
            "Für je angefangene 30 min, die ein Monat über das Erlaubte hinaus ausfällt, beträgt die Gutschrift 1/30"
            " des Monatsentgelts.",
        ),
        (
            StartedUnits(HALF_HOUR, 30, "excess", "incident"),
            "For every started 30 min of an outage beyond what is allowed, 1/30 of the monthly fee is credited; the"
            " first outages of the month use up what is allowed.",
            "Für je angefangene 30 min eines Ausfalls über das Erlaubte hinaus beträgt die Gutschrift 1/30 des"
            " Monatsentgelts; das Erlaubte brauchen die ersten Ausfälle des Monats auf.",
        ),
        (
            StartedUnits(HALF_HOUR, 30, "all", "month"),
            "If a month breaks the promise, 1/30 of the monthly fee is credited for every started 30 min that it was"
            " down.",
            "Bricht ein Monat die Zusage, beträgt die Gutschrift 1/30 des Monatsentgelts für je angefangene 30 min"
            " Ausfall.",
        ),
        (
            StartedUnits(HALF_HOUR, 30, "all", "incident"),
            "If a month breaks the promise, 1/30 of the monthly fee is credited for every started 30 min of each"
            " outage.",
            "Bricht ein Monat die Zusage, beträgt die Gutschrift 1/30 des Monatsentgelts für je angefangene 30 min"
            " jedes Ausfalls.",
        ),
        (
            Linear(),
            "If a month breaks the promise, the monthly fee for the time it was down is credited.",
            "Bricht ein Monat die Zusage, wird das Monatsentgelt für die Ausfallzeit gutgeschrieben.",
        ),
        (
            MultipleOfShare(Decimal(3)),
            "If a month breaks the promise, 3 times the monthly fee for the time it was down is credited.",
            "Bricht ein Monat die Zusage, wird das 3-Fache des Monatsentgelts für die Ausfallzeit gutgeschrieben.",
        ),
    ],
)
def test_every_rule_is_a_sentence_in_both_languages(rule: CreditRule, english: str, german: str) -> None:
    said = CreditWording(rule)

    assert in_words(said) == [english, LIMITLESS]
    assert in_words(said, "de")[0] == german


def test_bands_say_which_months_they_mean() -> None:
    table = Bands(
        (
            band("99", None, 5, "()"),
            band("98", "99", 10, "(]"),
            band("97", "98", 12, "[]"),
            band("95", "97", 20),
            band(None, "95", 0),
        )
    )

    assert in_words(CreditWording(table))[:-1] == [
        "If a month's availability is above 99 %, 5 % of the monthly fee is credited.",
        "If a month's availability is above 98 % and at most 99 %, 10 % of the monthly fee is credited.",
        "If a month's availability is at least 97 % and at most 98 %, 12 % of the monthly fee is credited.",
        "If a month's availability is at least 95 % and below 97 %, 20 % of the monthly fee is credited.",
        "If a month's availability is below 95 %, nothing is credited.",
    ]


def test_the_whole_promise_in_german() -> None:
    said = CreditWording(
        Bands((band("99", "99.9", 10), band(None, "99", 25)), cap=Decimal(50)),
        monthly_fee=Decimal(12000),
        claim=ClaimWindow(30, "werktage"),
        chronic=ChronicBreach(3, 4, Decimal(95)),
        holidays="DE-HH",
    )

    assert in_words(said, "de") == [
        "Liegt die Verfügbarkeit eines Monats bei mindestens 99 % und unter 99,9 %, beträgt die Gutschrift 10 % des"
        " Monatsentgelts.",
        "Liegt die Verfügbarkeit eines Monats unter 99 %, beträgt die Gutschrift 25 % des Monatsentgelts.",
        "Für einen Monat sind es höchstens 50 % des Monatsentgelts.",
        "Das Monatsentgelt beträgt 12.000 Punkte.",
        "Eine Gutschrift kann innerhalb von 30 Werktagen (Montag bis Samstag) nach Monatsende verlangt werden.",
        "Feiertage (DE-HH) zählen nicht.",
        "3 Monate in Folge mit gebrochener Zusage geben dem Kunden das Recht, die Vereinbarung zu beenden.",
        "4 von zwölf Monaten mit gebrochener Zusage geben dem Kunden das Recht, die Vereinbarung zu beenden.",
        "Schon ein Monat unter 95 % gibt dem Kunden das Recht, die Vereinbarung zu beenden.",
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (CreditWording(Linear(cap=Decimal("12.5"))), "For one month that is at most 12.5 % of the monthly fee."),
        (CreditWording(Linear(), Decimal("1234567.8"), "EUR"), "The monthly fee is 1,234,567.80 EUR."),
        (CreditWording(Linear(), Decimal("1.00")), "The monthly fee is 1 point."),
        (CreditWording(Linear(), Decimal("0.50")), "The monthly fee is 0.5 points."),
        (
            CreditWording(Linear(), claim=ClaimWindow(1)),
            "A credit can be claimed within 1 calendar day after the end of the month.",
        ),
        (
            CreditWording(Linear(), claim=ClaimWindow(20, "arbeitstage")),
            "A credit can be claimed within 20 working days (Monday to Friday) after the end of the month.",
        ),
        (
            CreditWording(Linear(), chronic=ChronicBreach(in_a_row=1)),
            "1 broken month gives the customer the right to leave.",
        ),
        (
            CreditWording(Linear(), chronic=ChronicBreach(of_twelve=1)),
            "1 broken month within twelve gives the customer the right to leave.",
        ),
    ],
)
def test_what_stands_around_the_rule_is_said_where_it_is_written(said: CreditsPromised, sentence: str) -> None:
    assert sentence in in_words(said)


@pytest.mark.parametrize(
    ("bands", "boundary", "sentences"),
    [
        ([band("99", "99.5", 10), band(None, "99", 25)], "kept", []),
        (
            [band("99", "99.4", 10), band(None, "99", 25)],
            "kept",
            ["The table says nothing about an availability between 99.4 % and 99.5 %."],
        ),
        (
            [band("99", "99.5", 10), band(None, "99", 25)],
            "broken",
            ["The table says nothing about an availability of exactly 99.5 %."],
        ),
        (
            [band("99", "99.5", 10), band(None, "99.2", 25)],
            "kept",
            ["Two bands hold what lies between 99 % and 99.2 %: the higher credit counts."],
        ),
        (
            [band("99", "99.5", 10), band(None, "99", 25, "[]")],
            "kept",
            ["Two bands hold exactly 99 %: the higher credit counts."],
        ),
        (
            [band("99", None, 10), band(None, "99", 25)],
            "kept",
            ["A band reaches to where the promise is kept (99.5 %): nothing is credited there."],
        ),
        (
            [band("99", "99.5", 25), band(None, "99", 10)],
            "kept",
            ["Between 0 % and 99.5 %, less availability is worth a smaller credit."],
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_said(
    house: House, bands: list[Band], boundary: str, sentences: list[str]
) -> None:
    revision = drafted(house, CreditWording(Bands(tuple(bands))), boundary=boundary)

    with translation.override("en"):
        assert warnings(revision) == sentences


def test_the_reading_of_a_computed_credit_is_told_in_the_readers_language() -> None:
    begin = datetime(2026, 6, 1, tzinfo=UTC)
    month = measure(
        month=date(2026, 6, 1),
        terms=AvailabilityTerms(target=Decimal("99.5"), zone="UTC"),
        outages=[Outage(Span(begin, begin + timedelta(minutes=302)))],
    )
    credit = due(StepsBelow(Decimal("0.1"), Decimal("2.5"), cap=Decimal("1.5")), month)

    with translation.override("de"):
        said = [translated(sentence) for sentence in credit.sentences]

    assert said == [
        "2,5 % des Entgelts für je volle 0,1 Prozentpunkte unter der Vorgabe.",
        "Höchstens 1,5 % des Monatsentgelts.",
    ]


def test_a_sentence_without_facts_is_told_as_well() -> None:
    with translation.override("de"):
        assert translated(Sentence("The promise is kept, so nothing is due.")) == (
            "Die Zusage ist gehalten; darum ist nichts fällig."
        )
