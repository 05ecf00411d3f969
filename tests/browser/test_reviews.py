"""The product owner holds a review: reads the pack, finds too few rows, decides, and completes an action."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Review
from slas.models import User
from tests.browser.conftest import Opener
from tests.factories import build_house
from tests.incidents.rows import review


@pytest.mark.django_db(transaction=True)
def test_a_review_is_held_with_more_actions_than_there_were_rows(open_as: Opener) -> None:
    house, today = build_house(), timezone.localdate()
    row = review(house, today)
    page = open_as(house.mira, f"/reviews/{row.pk}/", locale="en")

    page.locator("#id_notes").fill("The router again.")
    page.locator("#id_actions-0-title").fill("Replace the router")
    page.locator("[name=more]").click()
    page.locator("input[name=decision][value=change]").check()
    for number, owner in enumerate(["Jana Petersen", "Timo Kern", "Mira Aydin"]):
        page.locator(f"#id_actions-{number}-title").fill(f"Step {number}")
        page.locator(f"#id_actions-{number}-owner").select_option(label=owner)
        page.locator(f"#id_actions-{number}-due_on").fill((today + timedelta(number)).isoformat())
    page.locator("section[aria-labelledby=hold] button:not([name])").click()
    page.wait_for_selector("#outcome")
    page.locator("section[aria-labelledby=outcome] tbody button").first.click()
    page.wait_for_selector(".message--good")

    held = Review.objects.get(pk=row.pk)
    assert (held.notes, held.decision, held.held_by) == ("The router again.", "change", house.mira)
    done = [(action.title, action.owner.name, action.done_by) for action in held.actions.order_by("due_on")]
    assert done == [
        ("Step 0", "Jana Petersen", User.objects.get(username="mira")),
        ("Step 1", "Timo Kern", None),
        ("Step 2", "Mira Aydin", None),
    ]
