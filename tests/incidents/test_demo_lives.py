"""Every generated life of a ticket is one that the table of states allows."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from incidents.importers.demo import stories
from incidents.importers.demo.lives import Crew, Life
from incidents.importers.history import History
from incidents.importers.replay import OutOfOrder, replay
from slas.queries.agreements import Terms, terms_for
from tests.factories import House

OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)
AS_OF = datetime(2027, 1, 1, tzinfo=UTC)
TOLD, WORDS = stories.read()
SEEDS = range(150)


@pytest.fixture
def terms(house: House) -> Terms:
    """What the till is promised."""
    found = terms_for(house.product, OPENED)
    assert found is not None
    return found


@pytest.fixture
def crew(house: House) -> Crew:
    """The people around the till."""
    return Crew(house.product, house.holger, [house.jana, house.timo], [house.rita, house.mira])


def life(crew: Crew, terms: Terms, seed: int, *, pace: float = 1.0) -> History:
    rng = Random(seed)
    opened_at = OPENED + timedelta(hours=rng.randrange(24 * 28))
    return Life(TOLD[0], crew, terms, WORDS, rng, opened_at, rng.choice(("P1", "P2", "P3")), pace).tell()


def test_every_life_is_legal_and_in_order(crew: Crew, terms: Terms) -> None:
    for seed in SEEDS:
        told = life(crew, terms, seed)

        assert [move.at for move in told.moves] == sorted(move.at for move in told.moves), seed
        assert told.moves[0].at >= told.opened_at
        assert replay(told, terms=terms, as_of=AS_OF).status in ("closed", "rejected")


def test_lives_show_everything_that_can_happen(crew: Crew, terms: Terms) -> None:
    seen = {move.action for seed in SEEDS for move in life(crew, terms, seed).moves}

    assert seen == {
        "assign", "begin", "respond", "comment_by_team", "comment_internal", "pause", "resume", "log-time", "resolve",
        "reopen", "close", "reject",
    }  # fmt: skip


def test_the_same_seed_tells_the_same_life(crew: Crew, terms: Terms) -> None:
    assert life(crew, terms, 7) == life(crew, terms, 7)
    assert life(crew, terms, 7) != life(crew, terms, 8)


def test_a_struggling_team_breaks_more_promises(crew: Crew, terms: Terms) -> None:
    def late(pace: float) -> int:
        told = (replay(life(crew, terms, seed, pace=pace), terms=terms, as_of=AS_OF) for seed in SEEDS)
        return sum(bool(one.clocks.late) for one in told)

    assert late(1.9) > 2 * late(1.0) > 0


def test_the_hand_over_names_both_holders(crew: Crew, terms: Terms, house: House) -> None:
    told = life(crew, terms, 1)

    names = {house.jana.pk: ("jana", "Jana Petersen"), house.timo.pk: ("timo", "Timo Kern")}
    username, name = names[told.assignee_id or 0]
    team = {"team": "kassenteam", "team_name": "Kassenteam"}
    assert told.moves[0].facts == {
        "held_before": {"assignee": "", "assignee_name": "", **team},
        "held_by": {"assignee": username, "assignee_name": name, **team},
    }


def test_a_move_that_the_table_does_not_allow_is_refused(crew: Crew, terms: Terms) -> None:
    told = next(found for seed in SEEDS if (found := life(crew, terms, seed)).moves[-1].action == "close")
    twice = History(told.title, told.priority, told.opened_at, (*told.moves, told.moves[-1]))

    with pytest.raises(OutOfOrder) as refusal:
        replay(twice, terms=terms, as_of=AS_OF)

    assert str(refusal.value) == "close is not possible while a ticket is closed."
