"""Who holds a review and completes its actions (contracts.md, Who may)."""

import pytest

from incidents import rules
from slas.models import ReviewParticipant, Role
from tests.factories import AgreementFactory, House, RevisionFactory, publish
from tests.incidents.rows import NOW, review, taken_on

TODAY = NOW.date()
EVERYBODY = (
    "vera", "holger", "doris", "jana", "timo", "mira", "olaf", "stella", "rita", "anton", "ida", "adam", "outsider",
)  # fmt: skip


def test_participants_owner_lead_and_service_level_managers_hold_it(house: House) -> None:
    row = review(house, TODAY)

    assert {name for name in EVERYBODY if rules.may_hold(getattr(house, name), row)} == {
        "vera",
        "holger",
        "mira",
        "adam",
    }


def test_a_participant_of_a_draft_does_not_and_of_any_published_revision_does(house: House) -> None:
    revision = RevisionFactory(agreement=AgreementFactory(product=house.product))
    ReviewParticipant.objects.create(revision=revision, person=house.rita)
    row = review(house, TODAY, agreement=revision.agreement)
    assert not rules.may_hold(house.rita, row)

    publish(revision, provider=house.holger, customer=house.mira)

    assert rules.may_hold(house.rita, row)


@pytest.mark.parametrize("place", ["owner", "lead"])
def test_an_auditor_changes_nothing_wherever_else_they_belong(house: House, place: str) -> None:
    if place == "owner":
        house.product.owner = house.anton
        house.product.save()
    else:
        house.team.lead = house.anton
        house.team.save()
    row = review(house, TODAY)
    assert not rules.may_hold(house.anton, row)

    house.anton.roles = [Role.AUDITOR, Role.ADMINISTRATOR]

    assert rules.may_hold(house.anton, row)


def test_an_action_is_completed_by_its_owner_or_by_who_may_hold(house: House) -> None:
    action = taken_on(review(house, TODAY), house.rita, TODAY)

    assert {name for name in EVERYBODY if rules.may_complete(getattr(house, name), action)} == {
        "vera",
        "holger",
        "mira",
        "adam",
        "rita",
    }
