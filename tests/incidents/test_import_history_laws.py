"""Whatever states an incident went through, its history is one that the table of moves allows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise, takewhile

from hypothesis import given
from hypothesis import strategies as st

from incidents.importers.clocks import Clocks
from incidents.importers.history import History
from incidents.importers.replay import Replay
from incidents.importers.report import Report
from incidents.importers.servicenow import REASONS, STATES, Row, waits_for
from incidents.importers.transitions import history
from slas.models import CalendarRevision, Revision
from slas.queries.agreements import TargetTerms, Terms
from tests.laws import law
from tests.slas.hours import every_day, office

OPENED = datetime(2016, 3, 1, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAITS = (*REASONS, "Awaiting Problem", "Awaiting Evidence")
STEPS = st.lists(
    st.tuples(st.sampled_from((*STATES, *STATES, *WAITS)), st.integers(min_value=0, max_value=3000)), max_size=12
)
TERMS = Terms(
    Revision(is_response_paused=False, is_update_paused=True, is_resolution_paused=True),
    {
        ("P3", "response"): TargetTerms(
            "P3", "response", timedelta(hours=10), CalendarRevision(), office(), "commitment", None
        ),
        ("P3", "resolution"): TargetTerms(
            "P3", "resolution", timedelta(hours=50), CalendarRevision(), every_day("Europe/Berlin"), "objective", None
        ),
    },
    (),
    {},
)


def rows(steps: list[tuple[str, int]]) -> list[Row]:
    """An incident whose state changed after so many minutes each; its first row is that of its opening."""
    found, at = [], OPENED
    for count, (state, minutes) in enumerate([("New", 0), *steps]):
        at += minutes * MINUTE
        found.append(Row(count + 2, "INC1", at, count, OPENED, state, "P3", "Till", "Group 7", ""))
    return found


def told(steps: list[tuple[str, int]], as_of: datetime) -> Replay:
    """The replay of these steps, judged at that moment."""
    story = history(rows(steps))
    found = Replay(
        story, TERMS, "P3", Clocks({kind: one for (_, kind), one in TERMS.targets.items()}, frozenset({"resolution"}))
    )
    found.clocks.open(story.opened_at)
    for move in story.moves:
        found.make(move)
    found.clocks.finish(as_of)
    return found


def end_of(steps: list[tuple[str, int]]) -> datetime:
    """The moment of the last row."""
    return rows(steps)[-1].updated_at


def phases(steps: list[tuple[str, int]]) -> list[str]:
    """The states without repetition, as the source went through them."""
    return [state for state, _group in groupby(["New", *(state for state, _minutes in steps)])]


@law
@given(STEPS)
def test_every_history_is_legal(steps: list[tuple[str, int]]) -> None:
    story = history(rows(steps))

    found = told(steps, end_of(steps))

    assert [move.at for move in story.moves] == sorted(move.at for move in story.moves)
    assert all(move.at >= OPENED for move in story.moves)
    assert found.updated_at == (story.moves[-1].at if story.moves else OPENED)


@law
@given(STEPS)
def test_a_ticket_ends_where_its_source_ended(steps: list[tuple[str, int]]) -> None:
    # Closed and then Resolved again: nobody took it up, so it stays closed.
    seen = phases(steps)
    tail = list(takewhile(lambda state: state in ("Resolved", "Closed"), reversed(seen)))
    expected = {"Active": "open", "New": "new" if len(seen) == 1 else "open"}.get(seen[-1], "waiting")
    if tail:
        expected = "closed" if "Closed" in tail else "resolved"

    assert told(steps, end_of(steps)).status == expected


@law
@given(STEPS)
def test_changes_are_counted_as_the_source_counts_them(steps: list[tuple[str, int]]) -> None:
    assert history(rows(steps)).state_changes == len(phases(steps))


@law
@given(STEPS)
def test_every_return_from_the_end_is_one_reopening(steps: list[tuple[str, int]]) -> None:
    settled = ("Resolved", "Closed")
    returns = sum(before in settled and after not in settled for before, after in pairwise(phases(steps)))

    assert history(rows(steps)).reopened == returns


@law
@given(STEPS)
def test_waiting_seconds_are_those_between_the_rows(steps: list[tuple[str, int]]) -> None:
    report = Report(as_of=end_of(steps), skipped=())
    seen = rows(steps)
    waited = sum(
        ((after.updated_at - before.updated_at).total_seconds() for before, after in pairwise(seen)
         if waits_for(before.state)), 0.0,
    )  # fmt: skip

    report.count(told(steps, report.as_of))

    assert report.by_priority["P3"].waiting_seconds == waited


@law
@given(STEPS, st.integers(min_value=0, max_value=20_000))
def test_every_timer_has_exactly_one_verdict(steps: list[tuple[str, int]], later: int) -> None:
    report = Report(as_of=end_of(steps) + later * MINUTE, skipped=())

    report.count(told(steps, report.as_of))

    figures = report.by_priority["P3"]
    for verdicts in (figures.response, figures.resolution):
        assert (verdicts.met + verdicts.breached + verdicts.running) == figures.tickets == 1
    assert (report.incidents, report.events) == (1, len(phases(steps)))


@law
@given(STEPS)
def test_the_first_row_that_is_not_new_is_the_answer(steps: list[tuple[str, int]]) -> None:
    answered = next((row.updated_at for row in rows(steps) if row.state != "New"), None)

    found = told(steps, end_of(steps))

    (response,) = [clock for clock in found.clocks.rows if clock.target.kind == "response"]
    assert response.stopped_at == answered


@law
@given(STEPS)
def test_pauses_follow_each_other_and_end_with_what_ended_them(steps: list[tuple[str, int]]) -> None:
    found = told(steps, end_of(steps))

    for wait, after in pairwise(found.waits):
        assert wait.ended_at is not None
        assert wait.started_at <= wait.ended_at <= after.started_at
    assert [wait for wait in found.waits if wait.ended_at is None] == ([found.waiting] if found.waiting else [])
    assert Counter(move.action for move in found.history.moves)["pause"] == sum(
        wait.reason != "resolved" for wait in found.waits
    )


@law
@given(STEPS)
def test_a_later_look_never_takes_a_breach_back(steps: list[tuple[str, int]]) -> None:
    early = told(steps, end_of(steps))
    late = told(steps, end_of(steps) + timedelta(days=400))

    missed = [(one.clock.target.kind, one.due_at) for one in early.clocks.late]
    assert missed == [(one.clock.target.kind, one.due_at) for one in late.clocks.late][: len(missed)]


def test_a_history_knows_how_often_it_was_taken_up_again() -> None:
    story = history(rows([("Resolved", 5), ("Active", 5), ("Closed", 5), ("Awaiting Vendor", 5)]))

    assert isinstance(story, History)
    assert (story.reopened, story.state_changes, story.reference) == (2, 5, "INC1")
