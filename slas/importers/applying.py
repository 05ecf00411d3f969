"""Making the database say what an agreement file says: all of it in one transaction, or nothing."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from slas.actions import calendars, parties
from slas.importers.documents import Document, parse
from slas.importers.outcome import Outcome
from slas.importers.parties import Said
from slas.importers.placing import place_product, place_team
from slas.importers.problems import BadFile
from slas.importers.signing import apply_agreement
from slas.models import Calendar, FallbackPerson, User
from slas.queries.parties import fallback_people

__all__ = ["BadFile", "apply"]

_ONE_AT_A_TIME = 7_426_001  # any number: two files applied at once wait for each other


@transaction.atomic
def apply(content: bytes, *, now: datetime) -> Outcome:
    """Create and update what stands in the file; BadFile, and nothing changed, when any of it is wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    # Under the lock: names are looked up while reading.
    document, outcome = parse(content), Outcome()
    _apply_calendars(document, outcome, now)
    _apply_people(document, outcome, now)
    for team in document.teams:
        with outcome.problems.at(team.line):
            place_team(team, outcome, now)
    outcome.problems.raise_if_any()
    # Only once every team is there; a product names its team.
    for product in document.products:
        with outcome.problems.at(product.line):
            place_product(product, outcome, now)
    _apply_fallback(document, outcome, now)
    outcome.problems.raise_if_any()
    for agreement in document.agreements:
        with outcome.problems.at(agreement.line):
            apply_agreement(agreement, outcome, now)
    outcome.problems.raise_if_any()
    return outcome


def _apply_calendars(document: Document, outcome: Outcome, now: datetime) -> None:
    for said in document.calendars:
        with outcome.problems.at(said.line):
            calendar = Calendar.objects.filter(name=said.name).first()
            if calendar is None:
                # `by=None`: whoever runs the command holds the machine (see `rules`).
                calendars.create(name=said.name, schedule=said.schedule, by=None, now=now)
                outcome.created(f"Calendar {said.name}")
                continue
            before = calendar.revisions.count()
            revision = calendars.revise(calendar, schedule=said.schedule, by=None, now=now)
            if revision.number > before:
                outcome.changed(f"Calendar {said.name}", f"revision {revision.number} from now on, for new tickets")
            else:
                outcome.unchanged()
    outcome.problems.raise_if_any()


def _apply_people(document: Document, outcome: Outcome, now: datetime) -> None:
    """Accounts first, then who reports to whom: a manager may stand further down in the file."""
    new, touched = set(), set()
    for said in document.people:
        with outcome.problems.at(said.line):
            person = User.objects.filter(username=said.name).first()
            if person is None:
                parties.create_person(username=said.name, by=None, now=now, **said.values)
                new.add(said.name)
            elif changes := {key: value for key, value in said.values.items() if _differs(person, key, value)}:
                parties.change_person(person, by=None, now=now, **changes)
                touched.add(said.name)
    outcome.problems.raise_if_any()
    touched |= _apply_reporting(document.people, outcome, now)
    for said in document.people:
        if said.name in new:
            outcome.created(f"Person {said.name}")
        elif said.name in touched:
            outcome.changed(f"Person {said.name}")
        else:
            outcome.unchanged()
    outcome.problems.raise_if_any()


def _apply_reporting(people: list[Said], outcome: Outcome, now: datetime) -> set[str]:
    """Set managers and deputies; the names whose line changed.

    Old lines are cut first, or turning one round would look like a circle on the way.
    """
    moved = set()
    for said in people:
        person = User.objects.select_related("manager", "deputy").get(username=said.name)
        wrong = {key: name for key, name in said.people.items() if _username(getattr(person, key)) != name}
        if wrong:
            moved.add(said.name)
            cut: dict[str, Any] = dict.fromkeys(wrong)  # Any: as in `Said`
            parties.change_person(person, by=None, now=now, **cut)
    for said in people:
        if said.name in moved:
            with outcome.problems.at(said.line):
                others: dict[str, Any] = {
                    key: User.objects.get(username=name) for key, name in said.people.items() if name
                }
                person = User.objects.get(username=said.name)
                parties.change_person(person, by=None, now=now, **others)
    return moved


def _username(person: User | None) -> str | None:
    return None if person is None else person.username


def _differs(person: User, key: str, value: object) -> bool:
    stored = getattr(person, key)
    return bool((tuple(sorted(stored)) if key == "roles" else stored) != value)


def _apply_fallback(document: Document, outcome: Outcome, now: datetime) -> None:
    if document.fallback is None:
        if not fallback_people().exists():
            outcome.warnings.append("Nobody is told when nobody else can be: name somebody under “fallback”.")
        return
    with outcome.problems.at(document.fallback_line):
        before = list(FallbackPerson.objects.order_by("position").values_list("person__username", flat=True))
        # Named twice counts once, as `set_fallback` stores it; otherwise each run would change it again.
        if before == list(dict.fromkeys(document.fallback)):
            return
        people = {person.username: person for person in User.objects.filter(username__in=document.fallback)}
        parties.set_fallback([people[name] for name in document.fallback], by=None, now=now)
        outcome.changed("Fallback")
