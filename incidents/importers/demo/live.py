"""Tickets of the last days in every state, and a few whose reminder and breach come within two minutes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from incidents.actions import tickets
from incidents.importers.demo.lives import Crew
from incidents.importers.demo.stories import Story, Words
from incidents.models import PauseReason, RejectReason, Ticket
from slas.models import Kind, Notice, User
from slas.models.notices import NoticeState
from slas.queries.agreements import TargetTerms, terms_for

ONE_MICROSECOND = timedelta(microseconds=1)
LEITSTAND = "zahlungsverkehr"  # round the clock, 4 minutes to the answer of a P1


@dataclass(frozen=True, slots=True)
class Plan:
    """A ticket of which so much of a target's allowance is used by now, and what was done meanwhile."""

    priority: str
    kind: Kind
    part: float
    deeds: tuple[str, ...] = ()


ANSWER, SOLUTION = Kind.RESPONSE, Kind.RESOLUTION
PLANS = (
    Plan("P3", ANSWER, 0.15),
    Plan("P2", SOLUTION, 0.35, ("assign", "begin", "note", "log_time")),
    Plan("P3", SOLUTION, 0.50, ("assign", "respond", "ask_reporter")),
    Plan("P3", SOLUTION, 0.45, ("assign", "respond", "resolve")),
    Plan("P3", ANSWER, 0.30, ("assign",)),
    Plan("P1", SOLUTION, 0.40, ("assign", "begin", "update", "update")),
    Plan("P2", SOLUTION, 0.55, ("assign", "respond", "wait_for_supplier", "resume")),
    Plan("P3", SOLUTION, 0.60, ("assign", "begin", "resolve", "close")),
    Plan("P2", ANSWER, 0.40),
    Plan("P3", SOLUTION, 0.40, ("assign", "respond", "resolve", "reopen")),
    Plan("P2", SOLUTION, 0.30, ("begin", "assign", "wait_for_supplier")),
    Plan("P3", SOLUTION, 0.20, ("assign", "reject")),
    Plan("P3", SOLUTION, 0.55, ("assign", "respond", "thank", "log_time")),
)
STRUGGLING = (
    Plan("P2", ANSWER, 1.10),
    Plan("P2", SOLUTION, 1.05, ("assign", "begin", "note")),
    Plan("P3", SOLUTION, 0.90, ("assign", "respond")),
)
# Seconds ago, priority, handed over or not: 75 % and the deadline of the answer pass soon after the portal has started.
SOON = ((200, "P1", True), (130, "P1", False), (21.5 * 60, "P2", True))


@dataclass(frozen=True, slots=True)
class Stage:
    """One ticket and the people who act on it."""

    ticket: Ticket
    crew: Crew
    agent: User
    reporter: User
    words: Words
    rng: Random

    def act(self, deed: str, at: datetime) -> None:
        """Do one deed at that moment."""
        DEEDS[deed](self, at)

    def say(self, deed: Callable[..., Ticket], at: datetime, text: str, **more: bool) -> None:
        """One of the agent's actions with words."""
        deed(self.ticket, by=self.agent, now=at, text=text, **more)


Deed = Callable[[Stage, datetime], object]
# By name, because a plan is data: a tuple that one can read.
DEEDS: Mapping[str, Deed] = {
    "assign": lambda on, at: tickets.assign(on.ticket, by=on.crew.lead, now=at, assignee=on.agent),
    "begin": lambda on, at: tickets.begin(on.ticket, by=on.agent, now=at),
    "respond": lambda on, at: on.say(tickets.respond, at, on.rng.choice(on.words.answers)),
    "update": lambda on, at: on.say(tickets.comment, at, on.rng.choice(on.words.updates), is_public=True),
    "note": lambda on, at: on.say(tickets.comment, at, on.rng.choice(on.words.internal), is_public=False),
    "thank": lambda on, at: tickets.comment(on.ticket, by=on.reporter, now=at, text="Danke!", is_public=True),
    "log_time": lambda on, at: tickets.log_time(on.ticket, by=on.agent, now=at, minutes=45),
    "ask_reporter": lambda on, at: tickets.pause(
        on.ticket, by=on.agent, now=at, reason=PauseReason.REPORTER, text=on.words.pauses["reporter"]
    ),
    "wait_for_supplier": lambda on, at: tickets.pause(
        on.ticket, by=on.agent, now=at, reason=PauseReason.SUPPLIER, text=on.words.pauses["supplier"]
    ),
    "resume": lambda on, at: tickets.resume(on.ticket, by=on.agent, now=at),
    "resolve": lambda on, at: on.say(tickets.resolve, at, on.rng.choice(on.words.resolutions)),
    "reopen": lambda on, at: tickets.reopen(
        on.ticket, by=on.reporter, now=at, reason=on.rng.choice(on.words.reopenings)
    ),
    "close": lambda on, at: tickets.close(on.ticket, by=on.reporter, now=at),
    "reject": lambda on, at: tickets.reject(
        on.ticket, by=on.agent, now=at, reason=RejectReason.DUPLICATE, text=on.words.rejections["duplicate"]
    ),
}


def open_some(stories: list[Story], crews: Mapping[str, Crew], *, words: Words, now: datetime) -> None:
    """About forty tickets of the last days; what they would have told by mail back then stays untold."""
    rng = Random("Zusage live")
    plans = cycle(PLANS)
    for story in stories:
        crew = crews[story.slug]
        # So that the dashboards show one team in trouble and not a house in flames.
        own = STRUGGLING if crew.product.team.slug == "logistikteam" else ()
        for plan in (*own, *(next(plans) for _count in range(4 - len(own) // 2))):
            _play(plan, story, crew, words=words, rng=rng, now=now)
    # Mails about last week, sent all at once today, would be a storm and no demonstration.
    Notice.objects.filter(state=NoticeState.PENDING).update(state=NoticeState.WITHDRAWN)


def open_soon_due(story: Story, crew: Crew, *, words: Words, now: datetime) -> None:
    """Tickets on the shortest promise of the house, opened a moment ago: they remind and break while one looks."""
    rng = Random("Zusage soon")
    for ago, priority, is_handed in SOON:
        opened_at = now - timedelta(seconds=ago)
        stage = _opened(story, crew, priority, opened_at, words=words, rng=rng)
        # One stays with the whole team, to show what a reminder to all of them looks like.
        if is_handed:
            stage.act("assign", opened_at + timedelta(seconds=30))


def _play(plan: Plan, story: Story, crew: Crew, *, words: Words, rng: Random, now: datetime) -> None:
    terms = terms_for(crew.product, now)
    assert terms is not None
    target = terms.targets[plan.priority, plan.kind]
    moments = _moments(target, plan, now)
    stage = _opened(story, crew, plan.priority, moments[0], words=words, rng=rng)
    for deed, at in zip(plan.deeds, moments[1:], strict=True):
        stage.act(deed, at)


def _moments(target: TargetTerms, plan: Plan, now: datetime) -> list[datetime]:
    """The opening and the moments of the deeds, spread over the support time used so far, the first ones close."""
    used = int(target.allowance * plan.part / ONE_MICROSECOND)
    until = target.hours.position(now)
    # The first deeds come close after the opening: an answer must not be late by accident.
    parts = [(step / (len(plan.deeds) + 1)) ** 1.7 for step in range(len(plan.deeds) + 1)]
    return [target.hours.at_position(until - used + int(used * part)) for part in parts]


def _opened(story: Story, crew: Crew, priority: str, at: datetime, *, words: Words, rng: Random) -> Stage:
    # Nobody hands a ticket to somebody who is on holiday, nor reports to their own team.
    agent = rng.choice([person for person in crew.members if not person.is_absent_on(at.date())])
    reporter = rng.choice([person for person in crew.reporters if person not in (agent, *crew.members)])
    title = rng.choice(story.titles[priority])
    ticket = tickets.open_ticket(crew.product, by=reporter, now=at, priority=priority, title=title)
    return Stage(ticket, crew, agent, reporter, words, rng)
