"""Letters in the outbox: written once, recognisable, taken back in time."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from slas.actions import notices
from slas.actions.notices import Letter, Written
from slas.models import Notice, User

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def jana(db: None) -> User:
    return User.objects.create_user("jana", "jana@example.test", name="Jana Petersen")


@pytest.fixture
def letter(jana: User) -> Letter:
    return Letter(
        key="T-1042:response:1:2:jana:mail:0",
        kind="escalation",
        recipient_id=jana.pk,
        context={"title": "Kasse steht", "fallback_chain": []},
        subject="escalation:7",
        topic="T-1042:response:1",
        level=2,
        priority="P1",
        is_urgent=True,
        fallback_at=datetime(2026, 11, 23, 8, 5, tzinfo=UTC),
    )


def states() -> dict[str, str]:
    return dict(Notice.objects.order_by("key").values_list("key", "state"))


def test_put_writes_every_fact_of_the_letter(letter: Letter, jana: User) -> None:
    notices.put([letter], now=NOW)

    fields = ("key", "kind", "recipient_id", "context", "subject", "topic", "level", "priority", "is_urgent")
    row = Notice.objects.values(*fields, "state", "created_at", "fallback_at", "attempts", "lease_token").get()
    assert row == {
        **{name: getattr(letter, name) for name in fields},
        "state": "pending",
        "created_at": NOW,
        "fallback_at": letter.fallback_at,
        "attempts": 0,
        "lease_token": 0,
    }


def test_facts_written_already_are_the_same_facts(letter: Letter) -> None:
    facts = {"title": 'A "quoted" \\ title, {with} ümlauts\nand lines', "none": None, "fallback_chain": [1, 2]}
    notices.put([replace(letter, context=facts)], now=NOW)
    notices.put([replace(letter, key="written", context=Written(json.dumps(facts)))], now=NOW)

    assert dict(Notice.objects.values_list("key", "context")) == {letter.key: facts, "written": facts}


def test_letters_with_and_without_a_fallback_leave_together(letter: Letter) -> None:
    notices.put([letter, replace(letter, key="patient", fallback_at=None)], now=NOW)
    notices.put([replace(letter, key="patient too", fallback_at=None)], now=NOW)

    assert dict(Notice.objects.values_list("key", "fallback_at")) == {
        letter.key: letter.fallback_at, "patient": None, "patient too": None,
    }  # fmt: skip


def test_no_letters_are_no_statement(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        notices.put([], now=NOW)

    assert states() == {}


def test_put_twice_writes_once(letter: Letter) -> None:
    notices.put([letter, letter], now=NOW)
    notices.put([replace(letter, context={"title": "another"}), replace(letter, key="other")], now=NOW)

    assert states() == {"T-1042:response:1:2:jana:mail:0": "pending", "other": "pending"}
    assert Notice.objects.get(key=letter.key).context["title"] == "Kasse steht"


def test_message_id_depends_on_the_key_alone() -> None:
    first = notices.message_id("T-1042:response:1:2:jana:mail:0")

    assert first == notices.message_id("T-1042:response:1:2:jana:mail:0")
    assert first != notices.message_id("T-1042:response:1:2:jana:mail:1")
    assert first.startswith("<")
    assert first.endswith("@localhost>")


@pytest.mark.parametrize(
    ("up_to_level", "left"),
    [(None, []), (1, ["high"]), (0, ["high", "low"]), (2, [])],
)
def test_withdraw_takes_back_a_rung_and_those_below(letter: Letter, up_to_level: int | None, left: list[str]) -> None:
    other = replace(letter, key="other ticket", topic="T-1:response:1")
    notices.put([replace(letter, key="low", level=1), replace(letter, key="high", level=2), other], now=NOW)

    taken = notices.withdraw("T-1042:response:1", up_to_level=up_to_level)

    assert [key for key, state in states().items() if state == "pending"] == sorted([*left, "other ticket"])
    assert taken == 2 - len(left)


def test_withdraw_leaves_what_has_left_the_house(letter: Letter) -> None:
    notices.put([replace(letter, key=key) for key in ("sent", "in sent digest", "in waiting digest")], now=NOW)
    notices.put([replace(letter, key=key, topic="") for key in ("sent digest", "waiting digest")], now=NOW)
    for key in ("sent", "sent digest"):
        Notice.objects.filter(key=key).update(state="sent", sent_at=NOW)
    for which in ("sent digest", "waiting digest"):
        Notice.objects.filter(key=f"in {which}").update(state="bundled", digest=Notice.objects.get(key=which))

    assert notices.withdraw("T-1042:response:1") == 1

    assert states() == {
        "in sent digest": "bundled",
        "in waiting digest": "withdrawn",
        "sent": "sent",
        "sent digest": "sent",
        "waiting digest": "pending",
    }
