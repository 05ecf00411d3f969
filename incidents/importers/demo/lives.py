"""How one ticket of the past went: handed over, answered, waited for, resolved, sometimes taken up again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from random import Random

from incidents.importers.demo.stories import Story, Words
from incidents.importers.history import History, Move
from slas.clock import Span
from slas.models import Kind, Product, User
from slas.queries.agreements import TargetTerms, Terms

SPREAD = 0.5  # of the logarithm of the used part: about one in twenty is late at a median of 0.45
SLOWEST = 4.0
REJECTED, PAUSED, REOPENED, ANSWERED_IN_WORDS, LOGGED = 0.04, 0.25, 0.05, 0.7, 0.5
MOST_UPDATES = 6
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Crew:
    """The people around a product."""

    product: Product
    lead: User
    members: Sequence[User]
    reporters: Sequence[User]


@dataclass(slots=True)
class Life:
    """Tells one ticket; `pace` multiplies how long everything takes."""

    story: Story
    crew: Crew
    terms: Terms
    words: Words
    rng: Random
    opened_at: datetime
    priority: str
    pace: float = 1.0

    def tell(self) -> History:
        """The whole life of a ticket, from its opening to its close."""
        agent, reporter = self.rng.choice(self.crew.members), self.rng.choice(self.crew.reporters)
        return History(
            title=self.rng.choice(self.story.titles[self.priority]),
            priority=self.priority,
            opened_at=self.opened_at,
            moves=tuple(self._moves(agent, reporter)),
            reporter_id=reporter.pk,
            assignee_id=agent.pk,
        )

    def _moves(self, agent: User, reporter: User) -> Iterator[Move]:
        response = self._target(Kind.RESPONSE)
        used = self._used()
        answered_at = response.hours.deadline(self.opened_at, response.allowance * used)
        # Handed over in support time too, or somebody would be given work in the middle of the night.
        handed_at = response.hours.deadline(self.opened_at, response.allowance * used * 0.6)
        yield self._handed(agent, handed_at)
        if self.rng.random() < REJECTED:
            reason = self.rng.choice(sorted(self.words.rejections))
            yield Move(answered_at, "reject", reason, self.words.rejections[reason], agent.pk)
            return
        if self.rng.random() < ANSWERED_IN_WORDS:
            yield Move(answered_at, "respond", text=self._say(self.words.answers), actor_id=agent.pk)
        else:
            yield Move(answered_at, "begin", actor_id=agent.pk)
        yield from self._work(agent, reporter, answered_at)

    def _work(self, agent: User, reporter: User, answered_at: datetime) -> Iterator[Move]:
        resolution = self._target(Kind.RESOLUTION)
        used = resolution.allowance * self._used()
        halfway = resolution.hours.deadline(self.opened_at, used / 2)
        pause = self._pause(max(halfway, answered_at + 5 * MINUTE))
        solved_at = resolution.hours.deadline(self.opened_at, used, [pause] if pause else [])
        # A resolution inside the wait would end it early.
        if pause and pause.end is not None:
            solved_at = max(solved_at, pause.end + 10 * MINUTE)
        solved_at = max(solved_at, answered_at + 15 * MINUTE)
        yield from self._between(agent, answered_at, solved_at, pause)
        if self.rng.random() < LOGGED:
            yield Move(solved_at - MINUTE, "log-time", minutes=self.rng.randrange(10, 200, 5), actor_id=agent.pk)
        yield Move(solved_at, "resolve", text=self._say(self.words.resolutions), actor_id=agent.pk)
        if self.rng.random() < REOPENED:
            again_at = solved_at + timedelta(hours=self.rng.uniform(2, 30))
            yield Move(again_at, "reopen", text=self._say(self.words.reopenings), actor_id=reporter.pk)
            solved_at = resolution.hours.deadline(again_at, resolution.allowance * 0.3)
            yield Move(solved_at, "resolve", text=self._say(self.words.resolutions), actor_id=agent.pk)
        yield Move(solved_at + self.terms.revision.reopen_within, "close")

    def _between(self, agent: User, since: datetime, until: datetime, pause: Span | None) -> Iterator[Move]:
        """What happens while the work goes on: words to the reporter as often as was promised, and a pause."""
        said = [Move(since + MINUTE, "comment_internal", text=self._say(self.words.internal), actor_id=agent.pk)]
        # Drawn in any case, so that one chance does not shift all that follow.
        said = said if self.rng.random() < 0.3 else []
        if pause is not None and pause.end is not None:
            reason = self.rng.choice(sorted(self.words.pauses))
            said.append(Move(pause.start, "pause", reason, self.words.pauses[reason], agent.pk))
            said.append(Move(pause.end, "resume", actor_id=agent.pk))
        yield from sorted([*said, *self._updates(agent, since, until, pause)], key=lambda move: move.at)

    def _updates(self, agent: User, since: datetime, until: datetime, pause: Span | None) -> Iterator[Move]:
        target = self.terms.targets.get((self.priority, Kind.UPDATE))
        if target is None:
            return
        at = since
        for _count in range(MOST_UPDATES):
            at = target.hours.deadline(at, target.allowance * self._used() * 1.2, [pause] if pause else [])
            if at >= until - 5 * MINUTE:
                return
            yield Move(at, "comment_by_team", text=self._say(self.words.updates), actor_id=agent.pk)

    def _pause(self, since: datetime) -> Span | None:
        # Nobody lets a P1 wait.
        if self.rng.random() >= PAUSED or self.priority == "P1":
            return None
        hours = self._target(Kind.RESOLUTION).hours
        start = hours.next_opening(since)
        return Span(start, hours.deadline(start, timedelta(hours=self.rng.uniform(2, 20))))

    def _handed(self, agent: User, at: datetime) -> Move:
        team = {"team": self.crew.product.team.slug, "team_name": self.crew.product.team.name}
        nobody, somebody = (
            {"assignee": "", "assignee_name": ""},
            {"assignee": agent.username, "assignee_name": agent.name},
        )
        by = agent if self.rng.random() < 0.6 else self.crew.lead
        return Move(at, "assign", actor_id=by.pk, facts={"held_before": nobody | team, "held_by": somebody | team})

    def _target(self, kind: Kind) -> TargetTerms:
        return self.terms.targets[self.priority, kind]

    def _used(self) -> float:
        """The part of an allowance that is used up; above 1 it is late."""
        # Work takes log-normally long: mostly short, with a long tail.
        return min(SLOWEST, exp(self.rng.gauss(log(self.story.speed * self.pace), SPREAD)))

    def _say(self, sentences: Sequence[str]) -> str:
        return self.rng.choice(sentences)
