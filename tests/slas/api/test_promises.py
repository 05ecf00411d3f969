"""“What if I report a P1 then?” and the terms of an instant, answered by the clock."""

from datetime import UTC, datetime

import pytest
from time_machine import travel

from slas.models import User
from tests.callers import Caller
from tests.factories import CalendarRevisionFactory, House

FRIDAY = "2026-11-27T22:00:00+01:00"
MONDAY_8, MONDAY_9 = "2026-11-30T08:00:00+01:00", "2026-11-30T09:00:00+01:00"


@pytest.fixture
def rita(house: House) -> Caller:
    """Somebody without any role."""
    return Caller(house.rita)


def test_answer_has_every_timer_with_its_ledger(rita: Caller) -> None:
    status, answer = rita.get("/products/kasse/what-if/", priority="P1", at=FRIDAY)

    assert (status, answer["revision"]) == (200, {"agreement": "kasse-2026", "number": 1})
    assert answer["timers"][0] == {
        "kind": "response",
        "due_at": MONDAY_9,
        "allowance_seconds": 3600,
        "sentence": "A P1, reported Friday 22:00, is answered by Monday 09:00.",
        "ledger": [
            {
                "timer": "response",
                "from": FRIDAY,
                "to": MONDAY_8,
                "what": "closed",
                "seconds": 58 * 3600,
                "label": "closed until Monday 08:00",
            },
            {
                "timer": "response",
                "from": MONDAY_8,
                "to": MONDAY_9,
                "what": "counted",
                "seconds": 3600,
                "label": "1\u00a0h counted",
            },
        ],
    }
    assert [(timer["kind"], timer["due_at"]) for timer in answer["timers"]] == [
        ("response", MONDAY_9),
        ("update", "2026-11-30T10:00:00+01:00"),
        ("resolution", "2026-11-28T02:00:00+01:00"),
    ]


@pytest.mark.parametrize(
    ("language", "zone", "sentence"),
    [
        ("en", "Europe/Berlin", "A P1, reported Friday 22:00, is answered by Monday 09:00."),
        ("de", "Europe/Berlin", "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet."),
        ("en", "Asia/Kolkata", "A P1, reported Saturday 02:30, is answered by Monday 13:30."),
    ],
)
def test_the_answer_is_in_the_words_and_on_the_clock_of_whoever_asks(
    house: House, language: str, zone: str, sentence: str
) -> None:
    User.objects.filter(pk=house.mira.pk).update(language=language, zone=zone)
    mira = Caller(User.objects.get(pk=house.mira.pk))

    _, answer = mira.get("/products/kasse/what-if/", priority="P1", at=FRIDAY)

    assert answer["timers"][0]["sentence"] == sentence


def test_a_p4_is_asked_about_as_it_would_be_judged(rita: Caller) -> None:
    of_p4, of_p3 = (rita.get("/products/kasse/what-if/", priority=name, at=FRIDAY) for name in ("P4", "P3"))

    assert of_p4 == of_p3


def test_what_is_not_promised_is_a_409(rita: Caller) -> None:
    answer = rita.get("/products/kasse/what-if/", priority="P1", at="2020-01-01T00:00:00Z")

    assert answer == (409, {"detail": "No agreement is in force for this product at that time."})


@pytest.mark.parametrize(
    ("asked", "beside"),
    [
        ({"at": FRIDAY}, ["priority"]),
        ({"priority": "P1"}, ["at"]),
        ({"priority": "P7", "at": FRIDAY}, ["priority"]),
        ({"priority": "p1", "at": FRIDAY}, ["priority"]),
        ({"priority": "P1", "at": "soon"}, ["at"]),
        ({"priority": "P1", "at": "2026-11-27T22:00:00"}, ["at"]),
        ({"priority": "P1", "at": "2201-01-01T00:00:00Z"}, ["at"]),
        ({}, ["priority", "at"]),
    ],
)
def test_malformed_questions(rita: Caller, asked: dict[str, str], beside: list[str]) -> None:
    status, answer = rita.get("/products/kasse/what-if/", **asked)

    assert (status, list(answer)) == (400, beside)


def test_terms_are_sentences_targets_and_the_ladder(rita: Caller) -> None:
    status, answer = rita.get("/products/kasse/terms/", at=FRIDAY)

    assert status == 200
    assert (answer["revision"], answer["at"], answer["reopen_within_seconds"]) == (
        {"agreement": "kasse-2026", "number": 1},
        FRIDAY,
        120 * 3600,
    )
    assert answer["targets"][0] == {
        "priority": "P1",
        "kind": "response",
        "allowance_seconds": 3600,
        "calendar": "Büro Hamburg",
        "zone": "Europe/Berlin",
        "binding": "commitment",
        "attainment": "95.00",
    }
    assert [(target["priority"], target["kind"]) for target in answer["targets"]] == [
        ("P1", "response"),
        ("P1", "update"),
        ("P1", "resolution"),
        ("P2", "response"),
        ("P2", "resolution"),
        ("P3", "response"),
        ("P3", "resolution"),
    ]
    assert answer["steps"][-1]["offset_seconds"] == 3600
    assert answer["steps"][2] == {
        "position": 3,
        "kind": "response",
        "at_percent": 100,
        "offset_seconds": None,
        "audience": ["manager", "product_owner"],
        "repeat_seconds": 3600,
        "max_repeats": 5,
    }
    assert [(one["means"], one["examples"], one["set_by"], len(one["sentences"])) for one in answer["priorities"]] == [
        ("Sales stand still", ["No till takes money", "Bookings get lost"], "Branch leads", 3),
        ("An important part is limited", [], "", 2),
        ("A small fault or a question", [], "", 2),
    ]


def test_terms_are_those_of_now_without_an_instant(rita: Caller) -> None:
    with travel("2026-11-20T22:00:00+01:00", tick=False):
        _, answer = rita.get("/products/kasse/terms/")

    assert answer["at"] == "2026-11-20T22:00:00+01:00"


def test_hours_are_those_in_force_at_the_instant(house: House, rita: Caller) -> None:
    CalendarRevisionFactory(
        calendar=house.office, in_force_from=datetime(2026, 12, 1, tzinfo=UTC), zone="Europe/Lisbon"
    )

    zones = [
        rita.get("/products/kasse/terms/", at=at)[1]["targets"][0]["zone"]
        for at in ("2026-11-30T12:00:00Z", "2026-12-01T00:00:00Z")
    ]

    assert zones == ["Europe/Berlin", "Europe/Lisbon"]


def test_nothing_in_force_is_a_409_and_a_naive_time_a_400(rita: Caller) -> None:
    assert rita.get("/products/kasse/terms/", at="2020-01-01T00:00:00Z")[0] == 409
    assert rita.get("/products/kasse/terms/", at="2026-11-27")[0] == 400
