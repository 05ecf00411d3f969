"""What the SLA page reads: Friday night, people, revisions, and the budget of each promise."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from incidents.models import Status
from reporting.figures import Budget
from reporting.queries.people import Person, people_of
from reporting.queries.sla import friday_night, sla
from reporting.queries.wordings import history
from slas.models import Revision, User
from slas.models.wordings import Binding
from tests.factories import House, RevisionFactory, fill, publish
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        ("2026-11-20T12:00:00+00:00", "Europe/Berlin", "2026-11-20T22:00:00+01:00"),
        ("2026-11-20T21:00:00+00:00", "Europe/Berlin", "2026-11-27T22:00:00+01:00"),
        ("2026-11-20T20:59:59+00:00", "Europe/Berlin", "2026-11-20T22:00:00+01:00"),
        ("2026-11-21T00:30:00+00:00", "America/New_York", "2026-11-20T22:00:00-05:00"),
        ("2026-03-28T12:00:00+00:00", "Europe/Berlin", "2026-04-03T22:00:00+02:00"),
        ("2026-11-20T12:00:00+00:00", "Asia/Kolkata", "2026-11-20T22:00:00+05:30"),
    ],
    ids=[
        "same day",
        "exactly then: the next one",
        "a second before",
        "already Saturday in UTC",
        "summer time",
        "Kolkata",
    ],
)
def test_friday_night_is_the_next_one_on_the_wall_clock(now: str, zone: str, night: str) -> None:
    found = friday_night(datetime.fromisoformat(now), ZoneInfo(zone))

    assert found == datetime.fromisoformat(night)
    assert found.utcoffset() == datetime.fromisoformat(night).utcoffset()


def test_people_are_lead_owner_and_deputies(house: House) -> None:
    assert people_of(house.product, NOW) == [
        Person("lead", house.holger, None),
        Person("owner", house.mira, None),
        Person("deputy", house.olaf, None),
    ]


@pytest.mark.parametrize(
    ("since", "until", "is_away"),
    [
        (date(2026, 11, 20), None, True),
        (date(2026, 11, 21), None, False),
        (date(2026, 11, 1), date(2026, 11, 20), False),
        (date(2026, 11, 1), date(2026, 11, 21), True),
    ],
)
def test_stand_in_is_named_on_the_days_away_only(house: House, since: date, until: date | None, is_away: bool) -> None:
    User.objects.filter(pk=house.mira.pk).update(absent_from_on=since, absent_to_on=until, deputy=house.olaf)
    house.product.owner.refresh_from_db()

    owner = people_of(house.product, NOW)[1]

    assert owner.stand_in == (house.olaf if is_away else None)


def test_absence_is_judged_by_the_day_of_the_absent(house: House) -> None:
    """At 23:30 in Berlin it is already the next day in Tokyo."""
    User.objects.filter(pk=house.mira.pk).update(
        absent_from_on=date(2026, 11, 21), deputy=house.olaf, zone="Asia/Tokyo"
    )
    house.product.owner.refresh_from_db()

    owner = people_of(house.product, datetime(2026, 11, 20, 23, 30, tzinfo=BERLIN))[1]

    assert owner.stand_in == house.olaf


def successor(house: House, *, since: datetime) -> Revision:
    """A second revision that takes over at this moment."""
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=since)
    second = RevisionFactory(agreement=house.agreement, in_force_from=since, change_reason="Faster answers")
    fill(second, office=house.office, clock=house.clock)
    return publish(second, provider=house.holger, customer=house.mira)


@pytest.mark.parametrize(
    ("since", "states"),
    [
        (NOW - timedelta(days=30), ["in_force", "superseded"]),
        (NOW + timedelta(days=30), ["published", "in_force"]),
    ],
)
def test_history_tells_where_each_revision_stands(house: House, since: datetime, states: list[str]) -> None:
    second = successor(house, since=since)

    found = history(house.agreement, NOW)

    assert [(entry.revision, entry.state) for entry in found] == [
        (second, states[0]),
        (house.revision, states[1]),
    ]


def test_draft_is_no_part_of_the_history(house: House) -> None:
    RevisionFactory(agreement=house.agreement)

    assert [entry.revision for entry in history(house.agreement, NOW)] == [house.revision]


def test_agreement_without_a_published_revision_has_no_history(house: House) -> None:
    assert history(RevisionFactory().agreement, NOW) == []


def test_sla_reads_promise_state_and_reviews_of_one_product(house: House) -> None:
    soon, missed = rows.review(house, date(2026, 12, 1)), rows.review(house, date(2026, 11, 2), rhythm="quarterly")
    rows.timer(rows.ticket(house), NOW + HOUR)

    found = sla(house.product, reader=house.outsider, now=NOW)

    assert found.agreement == house.agreement
    assert found.terms is not None
    assert found.terms.revision == house.revision
    assert (found.state.open, found.state.late, found.unseen) == (1, 0, 1)
    assert (found.next_review, list(found.overdue)) == (soon, [missed])
    assert len(found.months) == 12
    assert found.this_month == found.months[-1]


def test_budget_stands_beside_each_promise_that_has_something_due(house: House) -> None:
    for late in (-HOUR, -HOUR, HOUR):
        rows.timer(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=2), late=late)

    found = sla(house.product, reader=house.mira, now=NOW)

    budgets = {(entry.row.priority, entry.row.kind): entry.budget for entry in found.month_rows}
    assert budgets.pop(("P1", "response")) == Budget(counted=3, allowed=0, late=1)
    assert set(budgets.values()) == {None}


def test_what_was_never_promised_has_no_budget(house: House) -> None:
    rows.timer(rows.ticket(house, priority="P2", status=Status.CLOSED), NOW - HOUR, late=HOUR, kind="update")

    found = sla(house.product, reader=house.mira, now=NOW)

    [update] = [entry for entry in found.month_rows if (entry.row.priority, entry.row.kind) == ("P2", "update")]
    assert (update.row.promise, update.budget, update.row.tally.counted) == (None, None, 1)


def test_terms_of_the_page_are_those_of_the_agreement(house: House) -> None:
    found = sla(house.product, reader=house.mira, now=NOW)

    assert found.terms is not None
    target = found.terms.targets["P1", "response"]
    assert (target.allowance, target.binding, target.attainment) == (HOUR, Binding.COMMITMENT, Decimal(95))


def test_before_the_agreement_nothing_is_promised_but_its_history_is_known(house: House) -> None:
    found = sla(house.product, reader=house.mira, now=datetime(2025, 6, 1, tzinfo=UTC))

    assert (found.terms, list(found.measures)) == (None, [])
    assert found.agreement == house.agreement
    assert [entry.state for entry in found.revisions] == ["published"]
