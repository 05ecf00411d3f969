"""Letters in words: two languages, the reader's zone, one line of subject, and never a letter that cannot leave."""

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from django.core import signing

from slas import mail
from slas.actions import notices
from slas.clock import Line
from slas.models import Notice, User

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CASES = [json.loads(line) for line in Path("tests/cases/hostile_inputs.jsonl").read_text().splitlines()]
HEADERS = [case["value"] for case in CASES if case["cat"] == "mail-header"]
ESCALATION: dict[str, object] = {
    "number": "T-1042",
    "title": "Kasse steht",
    "priority": "P1",
    "product": "Kasse",
    "opened_at": "2026-11-20T21:00:00+00:00",
    "path": "/tickets/T-1042/",
    "kind": "response",
    "due_at": "2026-11-23T08:00:00+00:00",
    "remaining_seconds": 900,
    "over_seconds": 0,
    "is_over": False,
    "assignee": "Jana Petersen",
    "team": "Kassenteam",
    "revision": {"agreement": "kasse-2026", "number": 1, "title": "Betrieb der Kasse"},
    "position": 2,
    "repeat": 0,
    "also": [],
    "role": "team_lead",
    "stands_in_for": "Holger Brandt",
    "signed": {"path": "/escalations/acknowledge/{}/", "facts": [7, 1]},
}
TICKET = {key: ESCALATION[key] for key in ("number", "title", "priority", "product", "opened_at", "path")} | {
    "timers": [{"kind": "response", "due_at": "2026-11-23T08:00:00+00:00"}, {"kind": "resolution", "due_at": None}],
    "by": "Jana Petersen",
    "text": "We are on it.\n<b>Promised</b>",
    "reason": "duplicate",
}
REVIEW = {"agreement": "kasse-2026", "title": "Betrieb der Kasse", "due_on": "2026-11-30", "url": "/reviews/4/"}
LEDGER = [
    Line(datetime(2026, 11, 20, 21, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC), "closed", timedelta(0)),
    Line(datetime(2026, 11, 23, 7, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC), "counted", timedelta(hours=1)),
]


HOLGER = User(pk=5, username="holger", email="holger@example.test", name="Holger Brandt", language="en")


def written(kind: str = "escalation", reader: User = HOLGER, **facts: object) -> Notice:
    """A notice as it lies in the outbox."""
    basis = {"escalation": ESCALATION, "review_reminder": REVIEW, "review_action_due": REVIEW}.get(kind, TICKET)
    key = f"T-1042:{kind}"
    context = {**basis, **facts}
    return Notice(key=key, message_id=notices.message_id(key), kind=kind, recipient=reader, context=context)


def words(kind: str = "escalation", reader: User = HOLGER, **facts: object) -> mail.Words:
    return mail.words(written(kind, reader, **facts), mail.Enclosure())


def notice_as_bytes(notice: Notice) -> bytes:
    """The message as it goes over the line."""
    return bytes(mail.compose(notice).message().as_bytes(linesep="\r\n"))


def received(notice: Notice) -> EmailMessage:
    """The message as a mail program parses it."""
    parsed = message_from_bytes(notice_as_bytes(notice), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_escalation_in_english() -> None:
    found = mail.words(written(), mail.Enclosure(ledger=LEDGER))

    token = found.text.partition("/escalations/acknowledge/")[2].partition("/")[0]
    assert mail.read_token(token) == (5, [7, 1])
    assert found.text.replace(token, "TOKEN") == (
        "Please see to it that T-1042 is answered by Mon 23 Nov 2026, 09:00.\n"
        "\n"
        "T-1042 · P1 · Kasse\n"
        "Kasse steht\n"
        "Opened: Fri 20 Nov 2026, 22:00\n"
        "Due: Mon 23 Nov 2026, 09:00 (15 min of support time left)\n"
        "Held by: Jana Petersen, Kassenteam\n"
        "Agreement: Betrieb der Kasse (revision 1), step 2\n"
        "\n"
        "Acknowledge: I take care of it: http://testserver/escalations/acknowledge/TOKEN/\n"
        "\n"
        "The ticket: http://testserver/tickets/T-1042/\n"
        "\n"
        "How the time was counted\n"
        "Fri 20 Nov 2026, 22:00 – Mon 23 Nov 2026, 08:00: closed\n"
        "Mon 23 Nov 2026, 08:00 – Mon 23 Nov 2026, 09:00: counted (1 h)\n"
        "Mon 23 Nov 2026, 09:00: due\n"
        "\n"
        "--\n"
        "You get this letter because you lead the team of this ticket.\n"
        "You stand in for Holger Brandt.\n"
        "All times: Europe/Berlin (CET).\n"
    )


@pytest.mark.parametrize(
    ("facts", "start"),
    [
        ({}, "[P1] 15 min left: T-1042 Kasse steht – Response by "),
        ({"is_over": True, "over_seconds": 1200}, "[P1] 20 min over: T-1042 Kasse steht – Response was due "),
        ({"is_over": True, "over_seconds": 0}, "[P1] due now: T-1042 Kasse steht – Response was due "),
    ],
)
def test_subject_says_how_much_is_left(facts: dict[str, object], start: str) -> None:
    assert words(**facts).subject.startswith(start)


@pytest.mark.parametrize(
    ("timer", "is_over", "asked"),
    [
        ("response", False, "is answered by Mon"),
        ("response", True, "is answered. The response was due Mon"),
        ("update", False, "gets its next update by Mon"),
        ("update", True, "gets its next update. It was due Mon"),
        ("resolution", False, "is resolved by Mon"),
        ("resolution", True, "is resolved. The resolution was due Mon"),
    ],
)
def test_first_line_asks_for_what_the_timer_measures(timer: str, is_over: bool, asked: str) -> None:
    notice = written()
    notice.context |= {"kind": timer, "is_over": is_over}

    assert asked in mail.words(notice, mail.Enclosure()).text.splitlines()[0]


def test_escalation_in_the_zone_and_language_of_its_reader() -> None:
    reader = User(pk=6, username="vera", email="v@example.test", name="Vera", language="de", zone="America/New_York")

    found = words(reader=reader)

    assert "03:00" in found.text.splitlines()[0]
    assert "America/New_York (E" in found.text
    assert '<html lang="de">' in found.html


def test_escalation_names_the_steps_it_speaks_for() -> None:
    found = words(also=[{"position": 1, "due_at": "2026-11-23T07:30:00+00:00"}], fallback_for="Jana Petersen")

    assert "- step 1, due Mon 23 Nov 2026, 08:30" in found.text
    assert "Jana Petersen could not be reached in time." in found.text
    assert "step 1, due Mon 23 Nov 2026, 08:30" in found.html


KINDS = [
    "new",
    "assigned",
    "answered",
    "resolved",
    "rejected",
    "parked",
    "canary",
    "review_reminder",
    "review_action_due",
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_can_be_written_in_both_languages(kind: str) -> None:
    facts = {"kind": "response", "due_at": "2026-11-23T08:00:00+00:00", "fault": "ValueError: no"}
    notice = written(kind)
    notice.context |= {"made_at": "2026-11-23T08:00:00+00:00"} | (facts if kind == "parked" else {})
    for language in ("en", "de"):
        notice.recipient = User(pk=5, email="holger@example.test", name="Holger", language=language)
        found = mail.words(notice, mail.Enclosure())
        assert found.subject
        assert "Undefined" not in found.text
        assert f'<html lang="{language}">' in found.html
        assert "<style" not in found.html.partition("<body")[2]


def test_plain_notices_carry_the_answer_and_the_deadlines() -> None:
    found = words("answered")

    assert found.subject == "[P1] T-1042 is answered: Kasse steht"
    assert found.text.startswith("Jana Petersen has answered your ticket T-1042.\n")
    assert (
        "Response due: Mon 23 Nov 2026, 09:00\nResolution due: paused\n\nWe are on it.\n<b>Promised</b>" in found.text
    )
    assert "&lt;b&gt;Promised&lt;/b&gt;" in found.html
    assert "<b>Promised" not in found.html


def test_review_letters_lead_to_their_page_and_know_when_they_are_late() -> None:
    late, ahead = words("review_reminder", due_on="2020-01-02"), words("review_reminder", due_on="2999-01-02")

    assert late.text.startswith("The review of “Betrieb der Kasse” was due on")
    assert ahead.text.startswith("The review of “Betrieb der Kasse” is due on")
    assert "Open the review: http://testserver/reviews/4/\n" in ahead.text


def test_digest_lists_every_letter() -> None:
    entries = [written(title=f"Kasse {n}") for n in range(3)]

    found = mail.words(written("digest"), mail.Enclosure(entries=entries))

    assert found.subject == "3 notices in one letter"
    assert [line for line in found.text.splitlines() if line.startswith("- ")] == [
        f"- {mail.subject_line(entry)}" for entry in entries
    ]
    assert found.html.count('href="http://testserver/tickets/T-1042/"') == 3 + 1


@pytest.mark.parametrize("title", HEADERS)
def test_hostile_titles_stay_on_the_line_of_the_subject(title: str) -> None:
    notice = written("new", title=title)

    message = received(notice)

    assert message["Subject"] == f"[P1] New ticket T-1042: {mail.one_line(title)}".strip()
    assert b"\r\nSubject: =?utf-8?" in b"\r\n" + notice_as_bytes(notice)
    assert sorted(message.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", *mail.HEADERS]
    )
    assert message["To"] == "holger@example.test"
    assert message["Message-ID"] == notice.message_id
    assert "<script>" not in part(message, "html")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb\u2028c\u2029d\x00e\x85f\tg", "a b c d e f g"),
        ("  two   spaces ", "two spaces"),
        ("x" * 400, "x" * 179 + "…"),
        ("Kasse 👩\u200d👩 steht", "Kasse 👩\u200d👩 steht"),
    ],
)
def test_one_line_keeps_words_and_drops_control(text: str, line: str) -> None:
    assert mail.one_line(text) == line


@pytest.mark.parametrize(
    "change",
    [{"kind": "no_such_letter"}, {"kind": "../new"}, {"context": {"due_at": "never", "title": "Kasse\nsteht"}}],
)
def test_letter_that_cannot_be_written_leaves_as_plain_facts(change: dict[str, object]) -> None:
    notice = written()
    for name, value in change.items():
        setattr(notice, name, value)

    message = received(notice)

    assert message["Message-ID"] == notice.message_id
    assert message["Subject"].startswith("Zusage: ")
    assert part(message, "plain").startswith("This letter could not be written as usual. These are its facts:")
    assert "Kasse" in part(message, "plain")


def test_token_of_another_hand_is_refused() -> None:
    token = mail.make_token([7, 1], reader_id=5)

    with pytest.raises(signing.BadSignature):
        mail.read_token(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_token_is_good_for_a_day() -> None:
    with time_machine.travel(NOW, tick=False):
        token = mail.make_token([7, 1], reader_id=5)
    with time_machine.travel(NOW + timedelta(hours=23, minutes=59), tick=False):
        assert mail.read_token(token) == (5, [7, 1])
    with time_machine.travel(NOW + timedelta(hours=24, seconds=1), tick=False), pytest.raises(signing.SignatureExpired):
        mail.read_token(token)
