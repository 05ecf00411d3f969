"""Who reads plain notices: each kind with its readers, mutes, deputies, and the facts that the words are made of."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from incidents.actions import letters, tickets
from incidents.models import Event, Ticket, Timer
from slas.actions.notices import Letter
from slas.models import Notice, User
from slas.models.parties import PlainNotice
from tests.factories import House, person
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, opened
from tests.incidents.acting import letters as written

AWAY = {"absent_from_on": date(2026, 11, 20), "absent_to_on": date(2026, 11, 27)}
MUTES = {"new": PlainNotice.NEW, "assigned": PlainNotice.ASSIGNED, "answered": PlainNotice.ANSWERED,
         "resolved": PlainNotice.SETTLED, "rejected": PlainNotice.SETTLED}  # fmt: skip


def put(user: User, **facts: object) -> None:
    """Change a person's profile."""
    User.objects.filter(pk=user.pk).update(**facts)


DEEDS: dict[str, Callable[[House, Ticket], object]] = {
    "new": lambda house, ticket: ticket,
    # Read anew, because a test may have changed the profile since.
    "assigned": lambda house, ticket: tickets.assign(
        ticket, by=house.holger, now=MONDAY_9, assignee=User.objects.get(username="jana")
    ),
    "answered": lambda house, ticket: tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="We look."),
    "resolved": lambda house, ticket: tickets.resolve(ticket, by=house.jana, now=MONDAY_9, text="Done."),
    "rejected": lambda house, ticket: tickets.reject(
        ticket, by=house.jana, now=MONDAY_9, reason="duplicate", text="Known."
    ),
}


def readers(house: House, kind: str) -> list[str]:
    """Who gets this kind of letter when its one deed is done to a fresh ticket of Rita's."""
    DEEDS[kind](house, opened(house))
    return sorted(reader for written_kind, reader in written() if written_kind == kind)


READERS = {
    "new": ["jana", "timo"],
    "assigned": ["jana"],
    "answered": ["rita"],
    "resolved": ["rita"],
    "rejected": ["rita"],
}


@pytest.mark.parametrize("kind", READERS)
def test_each_kind_has_its_readers(house: House, kind: str) -> None:
    assert readers(house, kind) == READERS[kind]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("muted", list(PlainNotice))
def test_a_mute_silences_its_own_kind_and_no_other(house: House, kind: str, muted: PlainNotice) -> None:
    User.objects.update(muted_notices=[muted])

    assert readers(house, kind) == ([] if MUTES[kind] == muted else READERS[kind])


@pytest.mark.parametrize("kind", READERS)
def test_the_deputy_reads_for_who_is_away(house: House, kind: str) -> None:
    for absent in (house.jana, house.rita):
        put(absent, deputy=house.olaf, **AWAY)

    assert readers(house, kind) == (["olaf", "timo"] if kind == "new" else ["olaf"])
    name = "Jana Petersen" if kind in ("new", "assigned") else "Rita"
    assert Notice.objects.get(recipient=house.olaf, kind=kind).context["stands_in_for"] == name


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        ({"absent_from_on": date(2026, 11, 24)}, ["jana", "timo"]),  # tomorrow
        ({"absent_from_on": date(2026, 11, 1), "absent_to_on": date(2026, 11, 23)}, ["jana", "timo"]),  # back today
        ({"absent_from_on": date(2026, 11, 23)}, ["olaf", "timo"]),  # since today, without an end
        (AWAY, ["olaf", "timo"]),
    ],
)
def test_absence_counts_by_the_day(house: House, away: dict[str, date], expected: list[str]) -> None:
    put(house.jana, deputy=house.olaf, **away)

    assert readers(house, "new") == expected


def test_deputies_stand_in_for_deputies(house: House) -> None:
    put(house.jana, deputy=house.olaf, **AWAY)
    put(house.olaf, deputy=house.stella, **AWAY)

    opened(house)

    assert sorted(reader for _, reader in written()) == ["stella", "timo"]


def test_without_anybody_there_it_is_the_absent_one_again(house: House) -> None:
    put(house.jana, deputy=house.olaf, **AWAY)
    put(house.olaf, deputy=house.jana, **AWAY)

    opened(house)

    assert sorted(reader for _, reader in written()) == ["jana", "timo"]


@pytest.mark.parametrize(("absent", "present"), [("jana", "timo"), ("timo", "jana")])
def test_who_is_meant_and_stands_in_is_told_once_in_the_own_role(house: House, absent: str, present: str) -> None:
    put(getattr(house, absent), deputy=getattr(house, present), **AWAY)

    opened(house)

    (notice,) = Notice.objects.all()
    assert (notice.recipient.username, notice.context["stands_in_for"]) == (present, "")


def test_one_deputy_of_two_reads_one_letter(house: House) -> None:
    for absent in (house.jana, house.timo):
        put(absent, deputy=house.olaf, **AWAY)

    opened(house)

    assert [reader for _, reader in written()] == ["olaf"]


@pytest.mark.parametrize("who", ["jana", "timo"])
def test_whoever_does_it_is_not_told(house: House, who: str) -> None:
    user = getattr(house, who)
    ticket = opened(house, by=user)

    tickets.resolve(tickets.assign(ticket, by=user, now=MONDAY_9, assignee=user), by=user, now=MONDAY_9, text="Done.")

    assert written() == [("new", {"jana": "timo", "timo": "jana"}[who])]


def test_people_who_left_read_nothing_new(house: House) -> None:
    put(house.jana, is_active=False)

    opened(house)

    assert written() == [("new", "timo")]


def test_a_team_of_nobody_is_its_lead(house: House) -> None:
    house.team.members.set([person("gone")])
    User.objects.filter(username="gone").update(is_active=False)

    opened(house)

    assert written() == [("new", "holger")]


def test_an_internal_word_is_told_to_nobody(house: House) -> None:
    tickets.comment(opened(house), by=house.jana, now=MONDAY_9, text="Router again.", is_public=False)

    assert {kind for kind, _ in written()} == {"new"}


def test_a_word_after_the_end_still_reaches_the_reporter(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")

    tickets.comment(ticket, by=house.jana, now=MONDAY_9 + MINUTE, text="We also cleaned it.", is_public=True)

    assert written()[-2:] == [("resolved", "rita"), ("answered", "rita")]


def test_a_letter_says_everything_there_is_to_say(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.holger, now=MONDAY_9, assignee=house.jana, reason="Knows it")
    event = Event.objects.get(ticket=ticket, kind="assigned")
    timers = list(Timer.objects.filter(ticket=ticket).order_by("pk"))

    (letter,) = letters.assigned(ticket, event=event, timers=timers, now=MONDAY_9)

    assert letter == Letter(
        key=f"{ticket.number}:assigned:0:{event.pk}:jana:mail:0",
        kind="assigned",
        recipient_id=house.jana.pk,
        context={
            "number": ticket.number,
            "title": "Till stands still",
            "priority": "P1",
            "product": "Kasse",
            "opened_at": MONDAY_8.isoformat(),
            "path": f"/tickets/{ticket.number}/",
            "timers": [
                {"kind": "response", "due_at": MONDAY_9.isoformat()},
                {"kind": "resolution", "due_at": (MONDAY_8 + 4 * HOUR).isoformat()},
            ],
            "by": "Holger Brandt",
            "text": "Knows it",
            "reason": "",
            "stands_in_for": "",
        },
        subject=f"ticket:{ticket.number}",
        topic=f"{ticket.number}:assigned",
        priority="P1",
    )


def test_facts_name_only_what_still_runs(house: House) -> None:
    ticket = opened(house)
    response, resolution = Timer.objects.filter(ticket=ticket).order_by("pk")
    response.stopped_at, resolution.due_at = MONDAY_9, None

    assert letters.about(ticket, [response, resolution])["timers"] == [{"kind": "resolution", "due_at": None}]
    resolution.is_withdrawn = True
    assert letters.about(ticket, [response, resolution])["timers"] == []


@pytest.mark.parametrize(("facts", "reason"), [({"reason": "duplicate"}, "duplicate"), ({}, ""), ({"minutes": 5}, "")])
def test_a_structured_reason_is_read_from_its_event(facts: dict[str, object], reason: str) -> None:
    assert letters.reason_of(Event(facts=facts)) == reason


def test_topics_name_timer_and_cycle() -> None:
    assert letters.topic("T-7", "update", 3) == "T-7:update:3"


@pytest.mark.parametrize(("priority", "minutes"), [("P1", 5), ("P2", 10), ("P3", 30), ("P4", 30)])
def test_the_next_person_is_told_after_minutes_by_priority(priority: str, minutes: int) -> None:
    age = letters.FALLBACK_AGE.get(priority, letters.FALLBACK_AGE_ELSE)

    assert age == timedelta(minutes=minutes)
