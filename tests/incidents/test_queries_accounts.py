"""Evidence as people read it: what counted, what did not, and why."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from incidents.models import DataGap, Outage
from incidents.models.outages import Effect, Responsibility, Standing
from incidents.queries import accounts
from incidents.queries.availability import Facts
from slas.availability import Maintenance
from slas.clock import Span
from tests.incidents.judged import BERLIN, certified_month, down

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 6, 15, 10, tzinfo=BERLIN)  # at ten the office is open
NIGHT = datetime(2026, 6, 15, 20, tzinfo=BERLIN)
WEEK_BEFORE = MONDAY - timedelta(days=7)
KINDS = (
    "down", "customer", "outside", "ignored", "maintenance", "closed", "up", "nothing_promised", "shields",
    "emergency", "unused", "count_as_down", "late", "exposed", "unknown", "known",
)  # fmt: skip


def work(
    start: datetime = MONDAY, *, used: bool = True, announced_at: datetime = WEEK_BEFORE, emergency: bool = False
) -> Maintenance:
    """Two hours of planned work, used as planned unless it was not."""
    planned = Span(start, start + 2 * HOUR)
    return Maintenance(planned, announced_at, planned if used else None, emergency)


def how_outage(outage: Outage, *, maintenance: tuple[Maintenance, ...] = (), **terms: object) -> tuple[str, Fraction]:
    figures, evidence = certified_month(Facts([outage], [], maintenance), **terms)
    (account,) = accounts.outages(figures, evidence)
    return account.how, account.seconds


def how_work(done: Maintenance, **terms: object) -> tuple[str, Fraction]:
    figures, evidence = certified_month(Facts([], [], [done]), **terms)
    (account,) = accounts.maintenance(figures, evidence)
    return account.how, account.seconds


@pytest.mark.parametrize(
    ("outage", "how", "seconds"),
    [
        (down(MONDAY, HOUR), "down", 3600),
        (down(MONDAY, HOUR, effect=Effect.DEGRADED), "down", 1800),  # half, as the agreement says
        (down(MONDAY, HOUR, effect=Effect.DEGRADED, weight=Fraction(1, 4)), "down", 900),
        (down(MONDAY, HOUR, effect=Effect.DEGRADED, weight=Fraction(0)), "up", 0),
        (down(MONDAY, 2 * MINUTE), "ignored", 0),
        (down(NIGHT, HOUR), "closed", 0),
        (down(MONDAY, HOUR, responsibility=Responsibility.CUSTOMER), "customer", 0),
        (down(MONDAY, HOUR, responsibility=Responsibility.OUTSIDE), "outside", 0),
    ],
)
def test_an_outage_says_how_it_counts(outage: Outage, how: str, seconds: int) -> None:
    found = how_outage(outage, is_office=True, ignore_up_to=5 * MINUTE)

    assert found == (how, seconds)


def test_an_outage_behind_announced_work_does_not_count() -> None:
    assert how_outage(down(MONDAY, HOUR), maintenance=(work(),)) == ("maintenance", 0)
    # Half of it goes on after the work has ended.
    assert how_outage(down(MONDAY + HOUR, 2 * HOUR), maintenance=(work(),)) == ("down", 3600)


def test_an_outage_before_anything_was_promised_does_not_count() -> None:
    assert how_outage(down(MONDAY, HOUR), begins=MONDAY + timedelta(days=1)) == ("nothing_promised", 0)


@pytest.mark.parametrize(
    ("done", "how"),
    [
        (work(), "shields"),
        (work(used=False), "unused"),
        (work(emergency=True), "emergency"),
        (work(announced_at=MONDAY - 47 * HOUR), "late"),
        (work(NIGHT), "exposed"),
    ],
)
def test_planned_work_says_what_it_shields(done: Maintenance, how: str) -> None:
    found, seconds = how_work(done, is_office=True)

    assert (found, seconds) == (how, 7200 if how == "shields" else 0)


def test_work_that_the_agreement_never_shields() -> None:
    assert how_work(work(), maintenance="count_as_down") == ("count_as_down", 0)


def test_work_beyond_the_cap_of_the_month() -> None:
    assert how_work(work(), monthly_cap=HOUR) == ("shields", 3600)
    assert how_work(work(), monthly_cap=timedelta(0)) == ("exposed", 0)


@pytest.mark.parametrize(("start", "how", "seconds"), [(MONDAY, "unknown", 3600), (NIGHT, "known", 0)])
def test_a_time_without_data_says_what_it_leaves_open(start: datetime, how: str, seconds: int) -> None:
    gap = DataGap(started_at=start, ended_at=start + HOUR, reason="The monitor fell")
    figures, evidence = certified_month(Facts([], [gap], []), is_office=True)

    (account,) = accounts.gaps(figures, evidence)

    assert (account.title, account.how, account.seconds) == ("The monitor fell", how, seconds)


def test_what_somebody_saw_is_known() -> None:
    gap = DataGap(started_at=MONDAY, ended_at=MONDAY + HOUR, reason="The monitor fell")
    figures, evidence = certified_month(Facts([down(MONDAY, HOUR)], [gap], []))

    assert accounts.gaps(figures, evidence)[0].how == "known"


def test_a_proposal_is_no_evidence() -> None:
    figures, evidence = certified_month(Facts([down(MONDAY, HOUR, standing=Standing.PROPOSED)], [], []))

    assert accounts.outages(figures, evidence) == []


def test_the_sheet_of_a_month() -> None:
    figures, _ = certified_month(Facts([down(MONDAY, 90 * MINUTE)], [], []))

    sheet = accounts.sheet(figures)

    assert (sheet.agreed, sheet.down, sheet.allowed, sheet.incidents, sheet.revision) == (2_592_000, 5400, 12_960, 1, 1)
    assert (sheet.availability, sheet.promised, sheet.state) == (Fraction(2395, 24), "99.5\u00a0%", "kept")
    assert (sheet.span.start.isoformat(), sheet.coverage) == ("2026-06-01T00:00:00+02:00", 100)


@pytest.mark.parametrize(
    ("hours", "unknown", "state"), [(1, False, "kept"), (9, False, "broken"), (0, True, "no_data")]
)
def test_the_verdict_has_a_word(hours: int, unknown: bool, state: str) -> None:
    gap = DataGap(started_at=WEEK_BEFORE - timedelta(days=30), ended_at=None, reason="Silence")
    facts = Facts([down(MONDAY, hours * HOUR)] if hours else [], [gap] if unknown else [], [])

    assert accounts.sheet(certified_month(facts)[0]).state == state


def test_a_target_that_changed_is_not_named() -> None:
    figures, _ = certified_month(Facts(), changes=MONDAY)

    assert accounts.sheet(figures).promised == ""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("how", KINDS)
def test_every_way_to_count_has_a_sentence(how: str, language: str) -> None:
    account = accounts.Account("Payment", Span(MONDAY, NIGHT), how, Fraction(5400))

    with translation.override(language):
        said = render_to_string("incidents/certificates/_how.html", {"account": account}).strip()

    assert said
    assert ("1\u00a0h" in said) == (how in ("down", "shields", "unknown"))
