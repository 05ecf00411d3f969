"""Agreements with all their wordings as JSON."""

from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from slas.models import AvailabilityPromise, CreditBand, CreditPromise
from tests.callers import Caller
from tests.factories import House, RevisionFactory, fill, publish


@pytest.fixture
def rita(house: House) -> Caller:
    """Somebody without any role."""
    return Caller(house.rita)


def test_agreement_has_all_its_wordings(house: House, rita: Caller) -> None:
    first = house.revision
    first.in_force_to = datetime(2026, 11, 1, tzinfo=UTC)
    first.save()
    second = RevisionFactory(agreement=house.agreement, in_force_from=first.in_force_to, title="Better")
    fill(second, office=house.office, clock=house.clock)
    publish(second, provider=house.holger, customer=house.mira)
    RevisionFactory(agreement=house.agreement, in_force_from=datetime(2027, 1, 1, tzinfo=UTC), title="Cheaper")

    with travel("2026-11-20T22:00:00+01:00", tick=False):
        status, answer = rita.get("/agreements/kasse-2026/")

    assert (status, answer["slug"], answer["product"]) == (200, "kasse-2026", "kasse")
    assert [(row["number"], row["state"], row["title"]) for row in answer["revisions"]] == [
        (1, "superseded", "Running the till"),
        (2, "in_force", "Better"),
        (3, "draft", "Cheaper"),
    ]
    better = answer["revisions"][1]
    assert (better["provider_signed_by"], better["customer_signed_by"], better["reopen_within_seconds"]) == (
        "holger", "mira", 120 * 3600,
    )  # fmt: skip
    assert (better["is_response_paused"], better["review_rhythms"]) == (False, ["monthly", "quarterly", "yearly"])
    assert [one for one in better["targets"] if (one["priority"], one["kind"]) == ("P1", "response")] == [
        {
            "priority": "P1",
            "kind": "response",
            "allowance_seconds": 3600,
            "calendar": "Büro Hamburg",
            "binding": "commitment",
            "attainment": "95.00",
        }
    ]
    assert [step["position"] for step in better["steps"]] == [1, 2, 3, 4, 5, 6]


def test_agreement_tells_what_it_promises_about_availability(house: House, rita: Caller) -> None:
    draft = RevisionFactory(agreement=house.agreement)
    fill(draft, office=house.office, clock=house.clock)
    AvailabilityPromise.objects.create(
        revision=draft,
        target="99.95",
        calendar=house.office,
        notice=timedelta(hours=48),
        ignore_up_to=timedelta(minutes=3),
    )

    _, answer = rita.get("/agreements/kasse-2026/")

    assert [row["availability"] for row in answer["revisions"]] == [
        None,
        {
            "target": "99.9500",
            "calendar": "Büro Hamburg",
            "maintenance": "exclude",
            "notice_seconds": 48 * 3600,
            "monthly_cap_seconds": None,
            "ignore_up_to_seconds": 180,
            "is_in_whole_minutes": False,
            "boundary": "kept",
            "degraded_weight": "0.500",
        },
    ]


def test_agreement_tells_what_a_broken_month_is_worth(house: House, rita: Caller) -> None:
    draft = RevisionFactory(agreement=house.agreement)
    AvailabilityPromise.objects.create(revision=draft, target=99)
    CreditPromise.objects.create(
        revision=draft,
        kind="bands",
        cap=50,
        monthly_fee="1000.5",
        currency="EUR",
        claim_within=30,
        claim_days="werktage",
        holidays="DE-HH",
        in_a_row=3,
        floor=95,
    )
    CreditBand.objects.create(revision=draft, lower=98, lower_inclusive=True, upper=99, percent="2.5")

    _, answer = rita.get("/agreements/kasse-2026/")

    without = {"period_seconds": None, "unit_seconds": None, "reading": "", "counting": "", "rounding": ""}
    assert [row["credits"] for row in answer["revisions"]] == [
        None,
        {
            "kind": "bands",
            "bands": [
                {
                    "lower": "98.0000",
                    "lower_inclusive": True,
                    "upper": "99.0000",
                    "upper_inclusive": False,
                    "percent": "2.5000",
                }
            ],
            **dict.fromkeys(("per", "percent", "denominator", "factor")),
            **without,
            "cap": "50.0000",
            "monthly_fee": "1000.50",
            "currency": "EUR",
            "claim_within": 30,
            "claim_days": "werktage",
            "holidays": "DE-HH",
            "in_a_row": 3,
            "of_twelve": None,
            "floor": "95.0000",
        },
    ]


def test_the_units_of_a_credit_are_whole_seconds(house: House, rita: Caller) -> None:
    draft = RevisionFactory(agreement=house.agreement)
    AvailabilityPromise.objects.create(revision=draft, target=99)
    CreditPromise.objects.create(
        revision=draft,
        kind="started_units",
        unit=timedelta(minutes=30),
        denominator=30,
        counting="excess",
        rounding="month",
    )

    _, answer = rita.get("/agreements/kasse-2026/")

    said = answer["revisions"][1]["credits"]
    assert (said["unit_seconds"], said["denominator"], said["period_seconds"], said["bands"]) == (1800, 30, None, [])
