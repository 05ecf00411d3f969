"""From the outbox to a real mail server: claims, verdicts, repeats, the next person, and the digest."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from slas.actions import delivery, notices
from slas.actions.delivery import Handover, claims, outcomes
from slas.actions.delivery.outcomes import Outcome, Verdict
from slas.actions.notices import Letter
from slas.models import Attempt, Notice, User
from slas.queries.notices import database_now
from tests.factories import UserFactory
from tests.post_office import DROP, PostOffice

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def jana() -> User:
    return UserFactory(username="jana", name="Jana Petersen")


@pytest.fixture
def holger() -> User:
    return UserFactory(username="holger", name="Holger Brandt")


def put(*readers: User, chain: tuple[User, ...] = (), **changes: object) -> list[Notice]:
    """A plain notice for each reader, with the chain of those to tell next."""
    fields: dict[str, Any] = {  # Any: fields of Letter
        "key": "T-1:new",
        "topic": "T-1",
        **changes,
    }
    context = {
        "number": "T-1", "title": "Till is down", "priority": "P1", "product": "Till", "path": "/tickets/T-1/",
        "opened_at": "2026-11-20T21:00:00+00:00", "timers": [], "fallback_chain": [one.pk for one in chain],
    }  # fmt: skip
    letters = [
        Letter(**fields | {"key": f"{fields['key']}:{n}"}, kind="new", recipient_id=reader.pk, context=context)
        for n, reader in enumerate(readers)
    ]
    notices.put(letters, now=database_now())
    return list(Notice.objects.filter(key__in=[letter.key for letter in letters]).order_by("pk"))


def make_due() -> None:
    """Nobody waits for the clock in a test."""
    Notice.objects.filter(state="pending").update(next_attempt_at=LONG_AGO)


def states() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("recipient__username", "state"))


def tries() -> list[tuple[str, int | None, bool]]:
    return list(Attempt.objects.order_by("pk").values_list("address", "code", "is_accepted"))


def test_letter_is_handed_over_once(office: PostOffice, jana: User) -> None:
    (notice,) = put(jana)

    assert delivery.deliver() == Handover(accepted=1)
    assert delivery.deliver() == Handover()

    assert [(one.to, one.message_id, one.subject) for one in office.received] == [
        ("jana@example.test", notice.message_id, "[P1] New ticket T-1: Till is down")
    ]
    assert tries() == [("jana@example.test", 250, True)]
    notice.refresh_from_db()
    assert (notice.state, notice.lease_until, notice.attempts) == ("sent", None, 1)


def test_a_round_uses_one_connection(office: PostOffice, jana: User, holger: User) -> None:
    put(jana, holger, jana)

    delivery.deliver()

    assert (len(office.received), office.connections) == (3, 1)


@pytest.mark.parametrize("answer", ["451 try later", "421 closing", DROP])
def test_what_may_pass_is_tried_again_under_the_same_message_id(office: PostOffice, jana: User, answer: str) -> None:
    (notice,) = put(jana)
    office.data = [answer]

    assert delivery.deliver() == Handover(later=1)
    notice.refresh_from_db()
    assert notice.state == "pending"
    wait = (notice.next_attempt_at or LONG_AGO) - database_now()
    assert timedelta(seconds=23) < wait < timedelta(seconds=37)
    make_due()
    assert delivery.deliver() == Handover(accepted=1)

    assert set(office.copies) == {notice.message_id}
    assert [accepted for _, _, accepted in tries()] == [False, True]


def test_other_letters_leave_although_one_drops_the_connection(office: PostOffice, jana: User, holger: User) -> None:
    put(jana, holger)
    office.data = [DROP]

    assert delivery.deliver() == Handover(accepted=1, later=1)

    assert states() == [("jana", "pending"), ("holger", "sent")]


def test_server_that_is_down_costs_one_try_and_half_a_minute(office: PostOffice, jana: User, holger: User) -> None:
    put(jana, holger)
    office.stop()

    assert delivery.deliver() == Handover(later=1)

    assert [code for _, code, _ in tries()] == [None]
    rows = Notice.objects.order_by("pk").values_list("state", "attempts", "lease_until")
    assert list(rows) == [("pending", 1, None), ("pending", 0, None)]
    office.start()
    make_due()
    assert delivery.deliver() == Handover(accepted=2)


def test_refused_recipient_is_final_and_the_next_person_is_told_at_once(
    office: PostOffice, jana: User, holger: User
) -> None:
    (refused,) = put(jana, chain=(holger,), is_urgent=True, level=3, priority="P1")
    office.rcpt["jana@example.test"] = "550 no such user"

    assert delivery.deliver() == Handover(accepted=1, refused=1)

    assert states() == [("jana", "failed"), ("holger", "sent")]
    second = Notice.objects.get(recipient=holger)
    assert (second.fallback_of, second.topic, second.level, second.is_urgent) == (refused, "T-1", 3, True)
    assert second.context["fallback_for"] == "Jana Petersen"
    assert second.context["fallback_chain"] == []
    assert tries() == [("jana@example.test", 550, False), ("holger@example.test", 250, True)]


def test_chain_is_climbed_until_somebody_can_be_reached(office: PostOffice, jana: User, holger: User) -> None:
    gone, vera = UserFactory(username="gone", is_active=False), UserFactory(username="vera")
    put(jana, chain=(gone, holger, vera))
    office.rcpt = {"jana@example.test": "550 no", "holger@example.test": "554 no"}

    delivery.deliver()

    assert states() == [("jana", "failed"), ("holger", "failed"), ("vera", "sent")]


def test_absent_next_person_is_replaced_by_the_deputy(office: PostOffice, jana: User, holger: User) -> None:
    deputy = UserFactory(username="deputy")
    User.objects.filter(pk=holger.pk).update(deputy=deputy, absent_from_on="2020-01-01")
    put(jana, chain=(holger,))
    office.rcpt["jana@example.test"] = "550 no"

    delivery.deliver()

    assert states() == [("jana", "failed"), ("deputy", "sent")]


def test_somebody_who_left_gets_nothing(office: PostOffice, jana: User, holger: User) -> None:
    put(jana, chain=(holger,))
    User.objects.filter(pk=jana.pk).update(is_active=False)

    assert delivery.deliver() == Handover(accepted=1, refused=1)

    assert [one.to for one in office.received] == ["holger@example.test"]


@pytest.mark.parametrize("email", ["", "a@b.c\nBcc: x@y.z"])
def test_address_that_cannot_be_written_to_is_refused(office: PostOffice, jana: User, holger: User, email: str) -> None:
    put(jana, chain=(holger,))
    User.objects.filter(pk=jana.pk).update(email=email)

    assert delivery.deliver() == Handover(accepted=1, refused=1)

    assert [one.to for one in office.received] == ["holger@example.test"]


def test_letter_not_accepted_in_time_also_goes_to_the_next_person_once(
    office: PostOffice, jana: User, holger: User
) -> None:
    (slow,) = put(jana, chain=(holger,), fallback_at=database_now() + timedelta(minutes=5))
    office.rcpt["jana@example.test"] = "450 mailbox busy"
    assert delivery.deliver() == Handover(later=1)
    Notice.objects.update(fallback_at=LONG_AGO)

    assert delivery.deliver() == Handover(accepted=1, told_next=1)
    assert delivery.deliver() == Handover()

    assert states() == [("jana", "pending"), ("holger", "sent")]
    assert Notice.objects.get(recipient=holger).fallback_of == slow


def test_letter_whose_chain_has_ended_makes_room_for_the_next_ones(
    office: PostOffice, jana: User, holger: User
) -> None:
    age = {"fallback_at": database_now() + timedelta(minutes=5)}
    (ended,) = put(jana, chain=(jana,), **age)
    (waiting,) = put(jana, chain=(holger,), key="T-2:new", **age)
    Notice.objects.update(fallback_at=LONG_AGO, next_attempt_at=database_now() + timedelta(hours=1))

    assert delivery.deliver() == Handover(accepted=1, told_next=1)

    assert Notice.objects.get(pk=ended.pk).fallback_at is None
    assert Notice.objects.get(recipient=holger).fallback_of == waiting


def test_letter_taken_back_while_others_are_sent_does_not_leave(office: PostOffice, jana: User) -> None:
    (notice,) = claims_of(put(jana))
    notices.withdraw("T-1")

    assert not claims.is_still_ours(notice)
    assert delivery.deliver() == Handover()

    assert (office.received, states()) == ([], [("jana", "withdrawn")])


def claims_of(expected: list[Notice]) -> list[Notice]:
    found = claims.claim(100)
    assert found == expected
    return found


def test_claimed_letter_is_nobody_elses_until_the_lease_ends(jana: User) -> None:
    first = claims_of(put(jana))
    assert claims.claim(100) == []

    Notice.objects.update(lease_until=LONG_AGO)

    second = claims.claim(100)
    assert [(one.lease_token, one.attempts) for one in first + second] == [(1, 1), (2, 2)]
    assert not claims.is_still_ours(first[0])
    assert claims.is_still_ours(second[0])


def test_late_result_of_an_old_lease_does_not_count(jana: User) -> None:
    (old,) = claims_of(put(jana))
    Notice.objects.update(lease_until=LONG_AGO)
    (new,) = claims.claim(100)

    outcomes.settle(old, Outcome(Verdict.REFUSED, code=550))
    assert Notice.objects.values_list("state", "lease_token").get() == ("pending", 2)
    outcomes.settle(new, Outcome(Verdict.ACCEPTED, code=250))
    outcomes.settle(old, Outcome(Verdict.LATER, code=451))

    assert Notice.objects.values_list("state", "lease_token").get() == ("sent", 2)
    assert [code for _, code, _ in tries()] == [550, 250, 451]


def test_letter_that_left_while_it_was_taken_back_counts_as_sent(jana: User) -> None:
    (notice,) = claims_of(put(jana))
    notices.withdraw("T-1")

    outcomes.settle(notice, Outcome(Verdict.ACCEPTED, code=250))

    assert states() == [("jana", "sent")]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (5, 480), (6, 900), (60, 900)])
def test_wait_doubles_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    found = {outcomes.wait(attempts).total_seconds() for _ in range(50)}

    assert all(seconds * 0.8 <= one <= seconds * 1.2 for one in found)
    assert len(found) > 1


def test_eleventh_letter_in_five_minutes_becomes_a_digest_that_lists_all_others(office: PostOffice, jana: User) -> None:
    put(*[jana] * 13)

    assert delivery.deliver() == Handover(accepted=11)

    assert len(office.received) == 11
    digest = office.received[-1]
    assert digest.subject == "3 notices in one letter"
    assert str(digest.message.get_body(("plain",))).count("- [P1] New ticket T-1: Till is down") == 3
    assert [state for _, state in states()].count("bundled") == 3


def test_second_digest_leaves_a_minute_later_and_takes_in_what_comes_meanwhile(office: PostOffice, jana: User) -> None:
    put(*[jana] * 12)
    delivery.deliver()

    put(jana, key="T-2:new")
    assert delivery.deliver() == Handover()
    put(jana, key="T-3:new")
    assert delivery.deliver() == Handover()

    digests = Notice.objects.filter(kind="digest").order_by("pk")
    assert [(one.state, one.bundled.count()) for one in digests] == [("sent", 2), ("pending", 2)]
    wait = (digests[1].next_attempt_at or LONG_AGO) - database_now()
    assert timedelta(seconds=50) < wait <= timedelta(seconds=60)


def test_urgent_letters_are_never_bundled_and_leave_first(office: PostOffice, jana: User) -> None:
    put(*[jana] * 12)
    urgent = put(*[jana] * 12, key="urgent", is_urgent=True)

    delivery.deliver()

    ids = [one.message_id for one in office.received]
    assert ids[:12] == [one.message_id for one in urgent]
    assert office.subjects[12:] == ["12 notices in one letter"]


def test_others_are_not_bundled_with_the_one_who_gets_much(office: PostOffice, jana: User, holger: User) -> None:
    put(*[jana] * 12, holger)

    delivery.deliver()

    assert (len(office.of("jana@example.test")), len(office.of("holger@example.test"))) == (11, 1)


def test_digest_forgets_what_was_taken_back_and_stays_home_when_empty(office: PostOffice, jana: User) -> None:
    put(*[jana] * 11)
    put(*[jana] * 2, key="T-2:new", topic="T-2")
    claims.claim(100)
    notices.withdraw("T-2")
    assert Notice.objects.get(kind="digest").bundled.filter(state="bundled").count() == 1
    Notice.objects.exclude(kind="digest").filter(state="pending").update(lease_until=None)

    notices.withdraw("T-1")
    assert delivery.deliver() == Handover()

    assert office.received == []
    assert Notice.objects.get(kind="digest").state == "withdrawn"


def test_nothing_is_sent_inside_a_transaction(
    office: PostOffice, jana: User, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    put(jana)
    seen: list[bool] = []
    monkeypatch.setattr("smtplib.SMTP.sendmail", lambda *_, **__: seen.append(connection.in_atomic_block))

    delivery.deliver()

    assert seen == [False]


def test_round_ends_when_its_time_is_over(office: PostOffice, jana: User) -> None:
    put(*[jana] * 3)

    assert delivery.deliver(seconds=0) == Handover()
    assert delivery.deliver(limit=2, seconds=30) == Handover(accepted=3)


@pytest.mark.parametrize(
    "facts",
    [
        {"ledger": {"calendar": -1, "from_at": "2026-11-20T21:00:00+00:00", "to_at": "2026-11-23T08:00:00+00:00"}},
        {"opened_at": "yesterday"},
        {"signed": {"path": "/x/", "facts": None}},
    ],
)
def test_facts_that_nobody_can_read_leave_in_plain_words_and_hold_nobody_up(
    office: PostOffice, jana: User, facts: dict[str, object]
) -> None:
    letter = Letter(key="bad", kind="new", recipient_id=jana.pk, context={"title": "Till", **facts}, is_urgent=True)
    notices.put([letter], now=database_now())
    put(jana)

    assert delivery.deliver() == Handover(accepted=2)

    assert [one.subject for one in office.received] == ["Zusage: new Till", "[P1] New ticket T-1: Till is down"]
