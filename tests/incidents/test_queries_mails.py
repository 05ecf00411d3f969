"""Mails that the loopback server kept: listed newest first, read part by part, and no way out of the folder."""

import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from incidents.queries.mails import LARGEST, Mail, Part, mail, received

ARRIVED = datetime(2026, 11, 23, 8, tzinfo=UTC)


def put(folder: Path, name: str, message: EmailMessage | bytes) -> Path:
    """A mail as the loopback server writes it."""
    path = folder / name
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    os.utime(path, (ARRIVED.timestamp(), ARRIVED.timestamp()))
    return path


def letter(**headers: str) -> EmailMessage:
    """A letter in text and HTML."""
    message = EmailMessage()
    facts = {"From": "zusage@example.test", "To": "jana@example.test", "Subject": "T-1 bricht", "Message-ID": "<1@z>"}
    for name, value in (facts | headers).items():
        message[name] = value
    message.set_content("Grüße")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    return message


def test_a_mail_is_read_whole(tmp_path: Path) -> None:
    put(tmp_path, "1.eml", letter(**{"X-Envelope-To": "olaf@example.test"}))

    assert mail(tmp_path, "1.eml") == Mail(
        name="1.eml",
        arrived_at=ARRIVED,
        sender="zusage@example.test",
        # The envelope says who really got it: a deputy is in no header.
        recipient="olaf@example.test",
        subject="T-1 bricht",
        message_id="<1@z>",
        parts=[Part("text/plain", "Grüße\n".encode()), Part("text/html", "<p>Grüße</p>\n".encode())],
    )


def test_without_an_envelope_the_header_names_the_reader(tmp_path: Path) -> None:
    put(tmp_path, "1.eml", letter())

    found = mail(tmp_path, "1.eml")

    assert found is not None
    assert found.recipient == "jana@example.test"


def test_a_list_is_newest_first_and_has_no_parts(tmp_path: Path) -> None:
    for name in ("2026-1.eml", "2026-3.eml", "2026-2.eml"):
        put(tmp_path, name, letter(Subject=name))

    found = received(tmp_path)

    assert [(one.name, one.subject, one.parts) for one in found] == [
        (name, name, ()) for name in ("2026-3.eml", "2026-2.eml", "2026-1.eml")
    ]
    assert [one.name for one in received(tmp_path, most=1)] == ["2026-3.eml"]


def test_a_folder_that_is_empty_or_missing_has_no_mails(tmp_path: Path) -> None:
    assert received(tmp_path) == received(tmp_path / "nowhere") == []


@pytest.mark.parametrize("name", ["notes.txt", ".eml", "-x.eml", "a b.eml", "x.eml.bak", "ä.eml"])
def test_what_is_no_mail_is_neither_listed_nor_read(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, letter())

    assert received(tmp_path) == []
    assert mail(tmp_path, name) is None


@pytest.mark.parametrize("name", ["../1.eml", "inner/1.eml", "..", "", "/etc/passwd", "1.eml\0", "1.eml/../1.eml"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "mail"
    (folder / "inner").mkdir(parents=True)
    for place in (tmp_path, folder, folder / "inner"):
        put(place, "1.eml", letter())

    assert mail(folder, name) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "secret", letter())
    (tmp_path / "1.eml").symlink_to(tmp_path / "secret")

    assert mail(tmp_path, "1.eml") is None


def test_a_folder_named_like_a_mail_is_none(tmp_path: Path) -> None:
    (tmp_path / "1.eml").mkdir()

    assert received(tmp_path) == []
    assert mail(tmp_path, "1.eml") is None


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("utf-8", "Grüße".encode("latin-1"), "Gr\ufffd\ufffde"),
        ("x-nobody-knows", "Grüße".encode(), "Grüße"),
    ],
)
def test_texts_come_as_utf8_whatever_they_were_written_in(tmp_path: Path, charset: str, body: bytes, text: str) -> None:
    head = f"Subject: x\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    put(tmp_path, "1.eml", head.encode() + body)

    found = mail(tmp_path, "1.eml")

    assert found is not None
    assert found.parts == [Part("text/plain", text.encode())]


def test_an_attachment_keeps_its_bytes_and_is_not_shown(tmp_path: Path) -> None:
    message = letter()
    message.add_attachment(b"\x00\x01PDF", maintype="application", subtype="pdf", filename="pack.pdf")
    put(tmp_path, "1.eml", message)

    found = mail(tmp_path, "1.eml")

    assert found is not None
    assert [(part.kind, part.is_text) for part in found.parts] == [
        ("text/plain", True), ("text/html", True), ("application/pdf", False),
    ]  # fmt: skip
    assert found.parts[2].content == b"\x00\x01PDF"


def test_a_header_over_several_lines_is_one_line(tmp_path: Path) -> None:
    put(tmp_path, "1.eml", b"Subject: T-1 bricht\n  bald\nFrom: zusage@example.test\n\nText\n")

    (found,) = received(tmp_path)

    assert (found.subject, found.recipient, found.message_id) == ("T-1 bricht bald", "", "")


def test_what_is_too_large_is_listed_by_its_head_alone(tmp_path: Path) -> None:
    put(tmp_path, "1.eml", b"Subject: large\n\n" + b"x" * (LARGEST + 1))

    found = mail(tmp_path, "1.eml")

    assert found is not None
    assert found.subject == "large"
