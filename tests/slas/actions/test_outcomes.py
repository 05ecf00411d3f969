"""What a mail server says and what follows, who is told instead, and how the outbox stands."""

import smtplib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from slas.actions.delivery import fallbacks
from slas.actions.delivery.outcomes import FIRST_WAIT, LONGEST_WAIT, Outcome, Verdict, settle, wait
from slas.actions.delivery.post import later, outcome_of
from slas.clock import Line
from slas.models import Attempt, CalendarRevision, Notice, User
from slas.queries import notices
from tests.factories import House, UserFactory
from tests.laws import law

FRIDAY = datetime(2026, 11, 20, 21, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def letter(reader: User, key: str = "a", **changes: object) -> Notice:
    """A letter that waits, due a minute ago."""
    now = timezone.now()
    plain: dict[str, object] = {
        "key": key,
        "message_id": f"<{key}@zusage>",
        "kind": "new",
        "recipient": reader,
        "context": {},
        "created_at": now - MINUTE,
        "next_attempt_at": now - MINUTE,
    }
    return Notice.objects.create(**{**plain, **changes})


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (
            smtplib.SMTPRecipientsRefused({"a@x": (550, b"no such user")}),
            Outcome(Verdict.REFUSED, 550, "no such user"),
        ),
        (
            smtplib.SMTPRecipientsRefused({"a@x": (450, b"mailbox busy")}),
            Outcome(Verdict.LATER, 450, "mailbox busy"),
        ),
        (smtplib.SMTPDataError(552, b"too large"), Outcome(Verdict.REFUSED, 552, "too large")),
        (smtplib.SMTPDataError(451, b"try again"), Outcome(Verdict.LATER, 451, "try again")),
        (smtplib.SMTPDataError(599, b"\xff\xfe"), Outcome(Verdict.REFUSED, 599, "��")),
        # A server that does not know us today may know us tomorrow: our letters are not to blame.
        (smtplib.SMTPSenderRefused(550, b"not you", "us@x"), Outcome(Verdict.LATER, 550, "not you")),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), Outcome(Verdict.LATER, 535, "bad password")),
        (smtplib.SMTPHeloError(421, b"closing"), Outcome(Verdict.LATER, 421, "closing")),
        (smtplib.SMTPNotSupportedError("no SMTPUTF8"), Outcome(Verdict.REFUSED, None, "no SMTPUTF8")),
        (smtplib.SMTPException("odd"), Outcome(Verdict.LATER, None, "SMTPException: odd")),
    ],
)
def test_what_a_refusal_means(refusal: smtplib.SMTPException, outcome: Outcome) -> None:
    assert outcome_of(refusal) == outcome


def test_a_fault_without_a_reply_is_tried_again() -> None:
    assert later(TimeoutError("timed out")) == Outcome(Verdict.LATER, answer="TimeoutError: timed out")


@law
@given(st.integers(0, 10**6))
def test_the_wait_doubles_up_to_its_longest_and_nobody_comes_back_together(attempts: int) -> None:
    exact = min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10), LONGEST_WAIT)

    assert 0.8 * exact <= wait(attempts) <= 1.2 * exact


@pytest.mark.parametrize(
    ("outcome", "state", "accepted"),
    [
        (Outcome(Verdict.ACCEPTED, 250, "accepted"), "sent", True),
        (Outcome(Verdict.LATER, 451, "try again"), "pending", False),
        (Outcome(Verdict.LATER), "pending", False),
        (Outcome(Verdict.REFUSED, 550, "x" * 900), "failed", False),
    ],
)
def test_every_try_is_written_down_with_what_it_means(
    house: House, outcome: Outcome, state: str, accepted: bool
) -> None:
    notice = letter(house.jana, lease_until=timezone.now() + MINUTE)

    settle(notice, outcome)

    notice.refresh_from_db()
    [tried] = Attempt.objects.all()
    assert (notice.state, notice.lease_until, notice.sent_at is not None) == (state, None, accepted)
    assert (tried.address, tried.code, tried.answer, tried.is_accepted) == (
        "jana@example.test",
        outcome.code,
        outcome.answer[:500],
        accepted,
    )


def test_a_try_that_comes_back_late_does_not_undo_what_another_worker_did(house: House) -> None:
    mine = letter(house.jana, lease_token=1)
    Notice.objects.filter(pk=mine.pk).update(lease_token=2, state="pending")

    settle(mine, Outcome(Verdict.REFUSED, 550, "no"))

    assert Notice.objects.get(pk=mine.pk).state == "pending"
    assert Attempt.objects.count() == 1


def test_a_letter_taken_back_that_left_all_the_same_counts_as_sent(house: House) -> None:
    notice = letter(house.jana, state="withdrawn")

    settle(notice, Outcome(Verdict.ACCEPTED, 250))

    assert Notice.objects.get(pk=notice.pk).state == "sent"


def chain(house: House, *names: str) -> dict[str, object]:
    """The facts of a letter that names who comes next."""
    return {"fallback_chain": [getattr(house, name).pk for name in names]}


@pytest.mark.parametrize(
    ("names", "away", "told", "rest"),
    [
        (["holger", "vera"], [], "holger", ["vera"]),
        (["vera"], [], "vera", []),
        ([], [], None, []),
        # The recipient stands in the chain as well: nobody is told twice.
        (["jana", "holger"], [], "holger", []),
        (["holger", "vera"], ["holger"], "timo", ["vera"]),
    ],
)
def test_the_next_person_who_is_there_is_told(
    house: House, names: list[str], away: list[str], told: str | None, rest: list[str]
) -> None:
    for name in away:
        User.objects.filter(username=name).update(absent_from_on=date(2020, 1, 1), deputy=house.timo)
    notice = letter(house.jana, context=chain(house, *names), priority="P1", topic="T-1:response:1", level=3)

    was_told = fallbacks.tell_next(notice)

    repeated = Notice.objects.exclude(pk=notice.pk).first()
    assert was_told is (told is not None)
    if told is None:
        assert repeated is None
        return
    assert repeated is not None
    assert (repeated.recipient.username, repeated.key, repeated.fallback_of) == (told, f"a>{told}", notice)
    assert (repeated.priority, repeated.topic, repeated.level) == ("P1", "T-1:response:1", 3)
    assert repeated.context == {
        **chain(house, *rest),
        "fallback_for": "Jana Petersen",
        "role": "fallback",
        "stands_in_for": "",
    }


def test_telling_the_next_twice_writes_one_letter(house: House) -> None:
    notice = letter(house.jana, context=chain(house, "holger"))

    assert [fallbacks.tell_next(notice), fallbacks.tell_next(notice)] == [True, True]
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"state": "sent", "sent_at": FRIDAY}, 0),
        ({"state": "withdrawn"}, 0),
        ({"fallback_at": None}, 0),
        ({"fallback_at": datetime(2199, 1, 1, tzinfo=UTC)}, 0),
        ({"context": {"fallback_chain": []}}, 0),
        ({"context": {}}, 0),
    ],
)
def test_only_a_letter_that_waited_too_long_is_handed_on(house: House, changes: dict[str, object], count: int) -> None:
    letter(house.jana, **{"context": chain(house, "holger"), "fallback_at": timezone.now() - MINUTE, **changes})

    assert fallbacks.tell_next_of_overdue() == count
    assert fallbacks.tell_next_of_overdue() == 0
    assert Notice.objects.count() == 1 + count


def test_the_outbox_is_counted_by_state_in_one_question(house: House) -> None:
    for number, state in enumerate(["pending", "pending", "withdrawn", "failed"]):
        letter(house.jana, key=str(number), state=state)

    with CaptureQueriesContext(connection) as asked:
        found = notices.counts()

    assert (found, len(asked)) == ({"pending": 2, "withdrawn": 1, "failed": 1}, 1)


def test_overdue_letters_come_oldest_first_and_nothing_else(house: House) -> None:
    now = timezone.now()
    second = letter(house.jana, key="second", next_attempt_at=now - MINUTE)
    first = letter(house.jana, key="first", next_attempt_at=now - 2 * MINUTE)
    letter(house.jana, key="not yet", next_attempt_at=now + MINUTE)
    letter(house.jana, key="sent", state="sent", sent_at=now)

    assert list(notices.overdue()) == [first, second]


def test_the_newest_letter_comes_first_with_its_reader(house: House) -> None:
    now = timezone.now()
    older = letter(house.jana, key="older", created_at=now - MINUTE)
    newer = letter(house.timo, key="newer", created_at=now)

    with CaptureQueriesContext(connection) as asked:
        found = [(notice, notice.recipient.name) for notice in notices.newest()]

    assert found == [(newer, "Timo Kern"), (older, "Jana Petersen")]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"state": "sent", "ago": 1}, True),
        ({"state": "sent", "ago": 9}, False),
        ({"state": "pending", "lease": 1}, True),
        ({"state": "pending", "lease": -1}, False),
        ({"state": "pending"}, False),
        ({"state": "withdrawn", "lease": 1}, False),
        ({"state": "sent", "ago": 1, "kind": "canary"}, False),
    ],
)
def test_a_flood_is_what_was_sent_lately_or_is_on_its_way(
    house: House, changes: dict[str, object], counts: bool
) -> None:
    now = timezone.now()
    ago, lease = changes.pop("ago", None), changes.pop("lease", None)
    letter(
        house.jana,
        sent_at=now - int(str(ago)) * MINUTE if ago else None,
        lease_until=now + int(str(lease)) * MINUTE if lease else None,
        **changes,
    )

    found = notices.sent_lately([house.jana.pk, house.timo.pk], within=5 * MINUTE)

    assert found == ({house.jana.pk: 1} if counts else {})


def enclosed(house: House, pauses: Sequence[tuple[datetime, datetime | None]] = ()) -> Notice:
    """A letter about a timer that was reported on Friday night."""
    facts = {
        "calendar": CalendarRevision.objects.get(calendar=house.office).pk,
        "from_at": FRIDAY.isoformat(),
        "to_at": (MONDAY + 60 * MINUTE).isoformat(),
        "pauses": [[start.isoformat(), end and end.isoformat()] for start, end in pauses],
    }
    return letter(house.jana, context={"ledger": facts})


def test_a_letter_encloses_the_ledger_of_its_timer(house: House) -> None:
    assert notices.ledger_of(enclosed(house)) == [
        Line(FRIDAY, MONDAY, "closed", timedelta(0)),
        Line(MONDAY, MONDAY + 60 * MINUTE, "counted", 60 * MINUTE),
    ]


def test_the_ledger_of_a_letter_knows_pauses_that_ended_and_that_go_on(house: House) -> None:
    ended = notices.ledger_of(enclosed(house, [(MONDAY, MONDAY + 15 * MINUTE), (MONDAY + 45 * MINUTE, None)]))

    assert [(line.what, line.end - line.start) for line in ended][1:] == [
        ("paused", 15 * MINUTE),
        ("counted", 30 * MINUTE),
        ("paused", 15 * MINUTE),
    ]


def test_a_letter_about_no_timer_encloses_nothing(house: House) -> None:
    assert notices.ledger_of(letter(house.jana)) == ()


def test_a_digest_lists_what_stands_in_it_and_a_fallback_of_it_the_same(house: House) -> None:
    digest = letter(house.jana, key="digest", kind="digest")
    first = letter(house.jana, key="1", state="bundled", digest=digest)
    second = letter(house.jana, key="2", state="bundled", digest=digest)
    letter(house.jana, key="3", state="withdrawn", digest=digest)
    handed_on = letter(house.vera, key="digest>vera", kind="digest", fallback_of=digest)
    twice = letter(house.doris, key="digest>vera>doris", kind="digest", fallback_of=handed_on)

    assert notices.entries_of(digest) == [first, second]
    assert notices.entries_of(handed_on) == notices.entries_of(twice) == [first, second]
    assert notices.entries_of(letter(UserFactory(), key="plain")) == []


def test_the_database_has_a_clock_of_its_own(db: None) -> None:
    first, second = notices.database_now(), notices.database_now()

    # Within one transaction it goes on: what is due is asked of the statement, not of the transaction.
    assert first < second
    assert first.tzinfo is not None
