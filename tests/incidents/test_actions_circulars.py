"""The same letter to several people: each reader once, for good, unless they do not want it."""

from datetime import date

import pytest

from incidents.actions.circulars import circular
from slas.actions import notices
from slas.actions.notices import Letter
from slas.models import Notice, User
from slas.models.parties import PlainNotice
from tests.factories import House
from tests.incidents.rows import NOW


def letters(*people: User, step: str = "ready", mute: PlainNotice | None = None) -> list[Letter]:
    return list(
        circular(
            "certificate", topic="certificate:7", step=step, people=people, facts={"number": 1}, now=NOW, mute=mute
        )
    )


def readers(found: list[Letter]) -> list[tuple[int, object]]:
    return [(letter.recipient_id, letter.context["stands_in_for"]) for letter in found]  # type: ignore[index]  # facts, not text


def away(person: User, deputy: User | None) -> User:
    person.absent_from_on, person.deputy = date(2026, 1, 1), deputy
    person.save()
    return person


def test_one_letter_for_each_person(house: House) -> None:
    first, second = letters(house.mira, house.holger)

    assert first == Letter(
        key="certificate:7:ready:mira:mail:0",
        kind="certificate",
        recipient_id=house.mira.pk,
        context={"number": 1, "stands_in_for": ""},
        subject="certificate:7",
        topic="certificate:7",
    )
    assert second.key == "certificate:7:ready:holger:mail:0"


def test_a_person_of_two_parts_reads_one_letter(house: House) -> None:
    assert readers(letters(house.mira, house.mira)) == [(house.mira.pk, "")]


def test_the_deputy_reads_for_the_absent(house: House) -> None:
    assert readers(letters(away(house.mira, house.olaf))) == [(house.olaf.pk, "Mira Aydin")]
    # Who is meant and stands in for somebody is told once.
    assert readers(letters(house.olaf, house.mira)) == [(house.olaf.pk, "")]


def test_without_a_deputy_the_letter_goes_to_the_absent(house: House) -> None:
    assert readers(letters(away(house.mira, None))) == [(house.mira.pk, "")]


@pytest.mark.parametrize(("muted", "count"), [([], 1), (["credits"], 0), (["new", "settled"], 1)])
def test_a_mute_silences_its_own_kind(house: House, muted: list[str], count: int) -> None:
    house.mira.muted_notices = muted

    assert len(letters(house.mira, mute=PlainNotice.CREDITS)) == count


def test_the_wish_of_who_is_meant_counts_and_not_that_of_the_deputy(house: House) -> None:
    house.olaf.muted_notices = ["credits"]
    house.olaf.save()

    assert readers(letters(away(house.mira, house.olaf), mute=PlainNotice.CREDITS)) == [(house.olaf.pk, "Mira Aydin")]


def test_a_step_is_said_once_for_good(house: House) -> None:
    for step in ("ready", "ready", "later"):
        notices.put(letters(house.mira, step=step), now=NOW)

    assert list(Notice.objects.order_by("pk").values_list("key", flat=True)) == [
        "certificate:7:ready:mira:mail:0",
        "certificate:7:later:mira:mail:0",
    ]
