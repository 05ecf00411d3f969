"""The mail sink of `make run` accepts every mail and keeps it as it came."""

import smtplib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.sockets import free_port, knock, wait_until
from tests.processes import clean_environment, python


@dataclass
class Sink:
    """A running sink."""

    folder: Path
    port: int

    def mails(self) -> list[bytes]:
        """What it kept, in order."""
        return [path.read_bytes() for path in sorted(self.folder.glob("*.eml"))]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """A sink in a process of its own, as `make run` has it."""
    folder, port = tmp_path / "mail", free_port()
    popen = subprocess.Popen(python("-m", "config.mailsink", folder, str(port)), env=clean_environment())
    assert wait_until(lambda: knock("127.0.0.1", port) is None, popen)
    yield Sink(folder, port)
    popen.kill()
    popen.wait()


def _letter(subject: str, body: str) -> EmailMessage:
    letter = EmailMessage(policy=policy.SMTP)
    letter["Subject"], letter["From"], letter["To"] = subject, "zusage@example.org", "ana@example.org"
    letter["Message-ID"] = f"<{subject.replace(' ', '-')}@example.org>"
    letter.set_content(body)
    return letter


def test_a_mail_is_kept_whole_with_its_envelope_in_front(sink: Sink) -> None:
    letter = _letter("Frist bis 9 Uhr", "Reaktion für die Kasse fällig.\n.\nEin Punkt allein.\n")

    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.send_message(letter, "bounce@example.org", ["ana@example.org", "bo@example.org"])

    (kept,) = sink.mails()
    envelope, separator, mail = kept.partition(b"Subject:")
    assert envelope == b"X-Envelope-From: <bounce@example.org>\r\nX-Envelope-To: ana@example.org, bo@example.org\r\n"
    assert separator + mail == letter.as_bytes()
    parsed = message_from_bytes(kept, policy=policy.default)
    assert (parsed["Subject"], parsed.get_content().splitlines()) == (
        letter["Subject"],
        ["Reaktion für die Kasse fällig.", ".", "Ein Punkt allein."],
    )


def test_mails_are_kept_in_the_order_they_came_and_never_half(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for number in range(12):
            client.send_message(_letter(f"mail {number:02}", "text"))

    subjects = [message_from_bytes(mail)["Subject"] for mail in sink.mails()]
    assert subjects == [f"mail {number:02}" for number in range(12)]
    assert list(sink.folder.glob("*.part")) == []


def test_an_address_with_an_umlaut_is_accepted(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo()
        refused = client.sendmail("zusage@example.org", ["jörg@example.org"], b"Subject: x\r\n\r\ny\r\n", ["SMTPUTF8"])

    envelope = "X-Envelope-From: <zusage@example.org>\r\nX-Envelope-To: jörg@example.org\r\n"
    assert (refused, sink.mails()) == ({}, [f"{envelope}Subject: x\r\n\r\ny\r\n".encode()])
