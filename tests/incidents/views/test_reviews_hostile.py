"""Hostile words in a review: kept as typed, and harmless on the page, in the pack, the file, the feed and mail."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from icalendar import Calendar

from incidents.actions import reviews
from incidents.actions.reviews import TakenOn
from incidents.exports import reviews as exports
from incidents.models.reviews import Decision
from incidents.queries import packs
from slas import mail
from slas.models import Notice
from tests.factories import House
from tests.incidents.rows import HOUR, NOW, breach, review, ticket

CASES = [json.loads(line) for line in Path("tests/cases/hostile_inputs.jsonl").read_text(encoding="utf-8").splitlines()]
# Half a character and a zero byte cannot be stored at all; the forms refuse them.
STORABLE = [
    case["value"]
    for case in CASES
    if isinstance(case["value"], str) and not re.search("[\x00\ud800-\udfff]", case["value"])
]
WORDS = sorted(set(STORABLE))
TITLES = [words for words in WORDS if len(words) <= 300 and words.strip()]


@pytest.fixture
def mira(house: House, client: Client) -> Client:
    """The product owner, signed in."""
    client.force_login(house.mira)
    return client


def test_every_hostile_note_comes_back_as_text(house: House, mira: Client) -> None:
    notes = "\n".join(words for words in WORDS if words.isprintable())
    row = review(house, NOW.date())

    held = reviews.hold(row, by=house.mira, now=NOW, notes=notes, decision=Decision.KEEP)

    held.refresh_from_db()
    page = mira.get(f"/reviews/{row.pk}/").content.decode()
    assert held.notes == notes
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_every_hostile_cause_and_title_survives_the_frozen_pack(house: House) -> None:
    for number, words in enumerate(TITLES[:40]):
        late = breach(ticket(house), NOW.replace(month=10, day=14, minute=number), cause=words)
        late.ticket.title = words
        late.ticket.save()
    row = review(house, NOW.date())
    seen = packs.reckon(row, now=NOW)

    held = reviews.hold(row, by=house.mira, now=NOW, notes="", decision=Decision.KEEP)

    held.refresh_from_db()
    assert packs.of(held, now=NOW + HOUR) == seen
    assert [(line.title, line.cause) for line in seen.breaches] == [(words, words) for words in TITLES[:40]]


def test_every_hostile_action_is_reminded_of_in_one_line(house: House) -> None:
    actions = [TakenOn(words, house.jana, NOW.date()) for words in TITLES]
    row = review(house, NOW.date())
    reviews.hold(row, by=house.mira, now=NOW, notes="", decision=Decision.KEEP, actions=actions)

    reviews.remind(now=NOW)

    letters = Notice.objects.filter(kind="review_action_due")
    written = [mail.compose(letter) for letter in letters]
    assert len(written) == len(TITLES)
    for message in written:
        sent = message.message()
        assert (sent["To"], sent["Bcc"], "\n" in message.subject) == ("jana@example.test", None, False)


def test_a_hostile_product_stays_one_event_and_one_cell(house: House, mira: Client) -> None:
    row = review(house, NOW.date())
    for words in [words for words in TITLES if len(words) <= 200]:
        house.product.name = words
        house.product.save()

        events = Calendar.from_ical(exports.calendar(house.mira, now=NOW)).walk("VEVENT")

        assert [str(event["uid"]) for event in events] == [f"review-{row.pk}@testserver"]

    house.product.name = "=1+1"
    house.product.save()
    lines = b"".join(mira.get("/reviews/?format=csv").streaming_content).decode()
    assert ",'=1+1," in lines
