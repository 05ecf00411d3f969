"""Who is told: from the words of a step (`team_lead`, `person:vera`) to people who are there today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from incidents.models import Ticket
from incidents.queries.due import DueTicket
from slas.models import Team, User
from slas.queries import parties

PERSON = "person:"
AnyTicket = Ticket | DueTicket


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell: in which role, for whom they stand in, and who is told when they cannot be reached."""

    person: User
    role: str
    stands_in_for: str = ""
    chain: tuple[int, ...] = ()


@dataclass(frozen=True)
class People:
    """Everybody around a set of tickets, read once."""

    by_id: Mapping[int, User]
    members: Mapping[int, Sequence[User]]
    leads: Mapping[int, int]
    teams: Mapping[int, str]
    service_level_managers: Sequence[User]
    fallback: Sequence[User]
    by_username: Mapping[str, User] = field(default_factory=dict)
    known: dict[object, list[Recipient]] = field(default_factory=dict)  # audiences already worked out

    def person(self, pk: int | None) -> User | None:
        """The person with this key, unless they have left."""
        found = None if pk is None else self.by_id.get(pk)
        return found if found and found.is_active else None

    def manager_of(self, person: User | None) -> User | None:
        """The next one up the reporting line."""
        return self.person(person.manager_id) if person else None

    def team(self, ticket: AnyTicket) -> list[User]:
        """The active members; a team without any is its lead."""
        found = [person for person in self.members.get(ticket.team_id, ()) if person.is_active]
        return found or self.lead(ticket)

    def lead(self, ticket: AnyTicket) -> list[User]:
        """The lead of the ticket's team, as a list of at most one."""
        return _listed(self.person(self.leads.get(ticket.team_id)))

    def holder(self, ticket: AnyTicket) -> list[User]:
        """The assignee; the whole team while there is none."""
        return _listed(self.person(ticket.assignee_id)) or self.team(ticket)

    def manager(self, ticket: AnyTicket) -> list[User]:
        """The manager of the assignee, else of the team lead."""
        assignee, lead = self.person(ticket.assignee_id), self.person(self.leads.get(ticket.team_id))
        return _listed(self.manager_of(assignee) or self.manager_of(lead))

    def end_of_chain(self, ticket: AnyTicket) -> Iterator[list[User]]:
        """Who is asked, one group after the other, when a role is empty or nobody can be reached."""
        yield self.lead(ticket)
        yield list(self.service_level_managers)
        yield list(self.fallback)

    def in_role(self, role: str, ticket: AnyTicket) -> list[User]:
        """The people a step means by this word; empty when there is nobody."""
        if role.startswith(PERSON):
            found = self.by_username.get(role.removeprefix(PERSON))
            return _listed(found if found and found.is_active else None)
        match role:
            case "assignee":
                return self.holder(ticket)
            case "team":
                return self.team(ticket)
            case "team_lead":
                return self.lead(ticket)
            case "manager":
                return self.manager(ticket)
            case "managers_manager":
                return [above for one in self.manager(ticket) for above in _listed(self.manager_of(one))]
            case "product_owner":
                return _listed(self.person(ticket.product.owner_id))
            case "service_level_manager":
                return list(self.service_level_managers)
        return []

    def audience(self, ticket: AnyTicket, roles: Sequence[str], *, now: datetime) -> list[Recipient]:
        """Everybody a step tells, each once, deputies in place of the absent; never empty while anybody is left."""
        # In a storm thousands of tickets mean the same people.
        meant = (*roles, ticket.team_id, ticket.assignee_id, ticket.product_id)
        if meant not in self.known:
            self.known[meant] = self._audience(ticket, roles, now)
        return self.known[meant]

    def _audience(self, ticket: AnyTicket, roles: Iterable[str], now: datetime) -> list[Recipient]:
        meant: dict[int, tuple[User, str]] = {}
        for role in roles:
            for person in self.in_role(role, ticket) or self._first_of_chain(ticket):
                meant.setdefault(person.pk, (person, role))
        if not meant:
            meant = {person.pk: (person, "fallback") for person in self._first_of_chain(ticket)}
        present = {pk: present_for(person, now) for pk, (person, _) in meant.items()}
        told = meant.keys() | {person.pk for person in present.values()}
        found: dict[int, Recipient] = {}
        for pk, (person, role) in meant.items():
            reader, absent = present[pk], "" if present[pk] == person else person.name
            # Who is meant and stands in for somebody too is told once, in the own role.
            if reader.pk not in found or found[reader.pk].stands_in_for:
                found[reader.pk] = Recipient(reader, role, absent, self._chain(person, ticket, told=told))
        return list(found.values())

    def _first_of_chain(self, ticket: AnyTicket) -> list[User]:
        last_resort = _listed(self.by_id.get(self.leads.get(ticket.team_id, 0)))
        return next((group for group in self.end_of_chain(ticket) if group), last_resort)

    def _chain(self, person: User, ticket: AnyTicket, *, told: Collection[int]) -> tuple[int, ...]:
        groups = [_listed(self.manager_of(person)), *self.end_of_chain(ticket)]
        return tuple(dict.fromkeys(one.pk for group in groups for one in group if one.pk not in told))


def people_around(tickets: Sequence[AnyTicket], roles: Iterable[str] = ()) -> People:
    """Everybody the roles of these tickets can mean; load the tickets with their products."""
    teams = list(Team.objects.filter(pk__in={ticket.team_id for ticket in tickets}))
    seats = Team.members.through.objects.filter(team__in=teams).order_by("user__name", "user_id")
    seated = list(seats.values_list("team_id", "user_id"))
    wanted = {user for _, user in seated} | {team.lead_id for team in teams}
    wanted |= {ticket.assignee_id for ticket in tickets if ticket.assignee_id}
    wanted |= {ticket.product.owner_id for ticket in tickets}
    by_id = _with_managers(wanted)
    members: dict[int, list[User]] = defaultdict(list)
    for team_id, user_id in seated:
        members[team_id].append(by_id[user_id])
    usernames = {role.removeprefix(PERSON) for role in roles if role.startswith(PERSON)}
    return People(
        by_id=by_id,
        members=members,
        leads={team.pk: team.lead_id for team in teams},
        teams={team.pk: team.name for team in teams},
        service_level_managers=list(parties.service_level_managers().select_related("deputy")),
        fallback=list(parties.fallback_people().select_related("deputy")),
        by_username={person.username: person for person in _people().filter(username__in=usernames)}
        if usernames
        else {},
    )


def present_for(person: User, now: datetime) -> User:
    """Who reads this person's letters today, by the person's own calendar."""
    if person.absent_from_on is None and person.is_active:
        return person
    return parties.stand_in(person, person.day_at(now))


def _with_managers(wanted: set[int]) -> dict[int, User]:
    """The people, their managers and the managers' managers."""
    found: dict[int, User] = {}
    for _ in range(3):
        missing = wanted - found.keys()
        if not missing:
            break
        found |= {person.pk: person for person in _people().filter(pk__in=missing)}
        wanted = {person.manager_id for person in found.values() if person.manager_id}
    return found


def _people() -> QuerySet[User]:
    return User.objects.select_related("deputy").order_by("name", "pk")


def _listed(person: User | None) -> list[User]:
    return [person] if person else []
