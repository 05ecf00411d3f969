"""What the loopback mail server kept: listed, shown part by part, and never a way to other files."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from incidents.queries import mails
from tests.factories import House
from tests.incidents.views.reading import questions, signed_in, words
from tests.incidents.views.test_notices import POLICY

FIRST, SECOND = "20261120T120000.000000-1.eml", "20261120T120001.000000-2.eml"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the sink, beside a file that is nobody's business."""
    (tmp_path / "secret.eml").write_text("Subject: outside\n\nsecret")
    inside = tmp_path / "mail"
    inside.mkdir()
    settings.MAIL_DIR = str(inside)
    return inside


@pytest.fixture
def vera(house: House) -> Client:
    return signed_in(house.vera)


def keep(folder: Path, name: str, *, subject: str = "[P1] Kasse steht", html: str = "<p>Größe</p>") -> None:
    """A mail as the sink writes it: the envelope in front."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "zusage@example.test", "hidden@example.test", subject
    message["Message-ID"] = "<one@example.test>"
    message.set_content("Grüße als Text")
    message.add_alternative(html, subtype="html", charset="iso-8859-1")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="x.pdf")
    (folder / name).write_bytes(
        b"X-Envelope-From: <z@example.test>\r\nX-Envelope-To: jana@example.test\r\n" + bytes(message)
    )


def test_newest_first_with_whoever_really_got_it(folder: Path, vera: Client) -> None:
    keep(folder, FIRST, subject="first")
    keep(folder, SECOND, subject="second")
    (folder / "20261120T120002.000000-3.part").write_text("half a mail")

    assert [mail.name for mail in vera.get("/engine/mails/").context["mails"]] == [SECOND, FIRST]
    assert "second jana@example.test" in words(vera, "/engine/mails/")


def test_one_mail_with_its_parts_in_frames(folder: Path, vera: Client) -> None:
    keep(folder, FIRST)

    text = words(vera, f"/engine/mails/{FIRST}/")
    page = vera.get(f"/engine/mails/{FIRST}/").content.decode()

    assert "[P1] Kasse steht From zusage@example.test To jana@example.test" in text
    assert page.count("<iframe") == page.count(" sandbox ") == 2
    assert f'href="/engine/mails/{FIRST}/3/"' in page


@pytest.mark.parametrize(
    ("number", "kind", "content", "disposition"),
    [
        (1, "text/plain; charset=utf-8", "Grüße als Text\n".encode(), None),
        (2, "text/html; charset=utf-8", "<p>Größe</p>\n".encode(), None),
        (3, "application/octet-stream", b"%PDF-1.7", 'attachment; filename="part"'),
    ],
)
def test_each_part_has_its_own_address_and_can_do_nothing(
    folder: Path, vera: Client, number: int, kind: str, content: bytes, disposition: str | None
) -> None:
    keep(folder, FIRST)

    answer = vera.get(f"/engine/mails/{FIRST}/{number}/")

    assert answer.content == content
    assert answer.headers["Content-Type"] == kind
    assert answer.headers.get("Content-Disposition") == disposition
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("number", [0, 4, 99])
def test_a_part_that_is_not_there_is_404(folder: Path, vera: Client, number: int) -> None:
    keep(folder, FIRST)

    assert vera.get(f"/engine/mails/{FIRST}/{number}/").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "..%2Fsecret.eml",
        "%2e%2e%2fsecret.eml",
        "..\\secret.eml",
        "secret.eml",
        ".eml",
        "link.eml",
        "x.part",
        "a%00.eml",
    ],
)
def test_no_name_leads_out_of_the_folder(folder: Path, vera: Client, name: str) -> None:
    (folder / "link.eml").symlink_to(folder.parent / "secret.eml")
    (folder / "x.part").write_text("Subject: half")

    for address in (f"/engine/mails/{name}/", f"/engine/mails/{name}/1/"):
        answer = vera.get(address)
        assert answer.status_code == 404
        assert b"secret" not in answer.content.replace(name.encode(), b"")


@pytest.mark.parametrize("name", ["../secret.eml", "/etc/passwd", "..", "", "a\x00.eml", "sub/../x.eml"])
def test_names_are_checked_before_any_file_is_touched(folder: Path, name: str) -> None:
    assert mails.mail(folder, name) is None


def test_only_readers_of_the_engine_see_them(folder: Path, house: House) -> None:
    keep(folder, FIRST)

    for address in ("/engine/mails/", f"/engine/mails/{FIRST}/", f"/engine/mails/{FIRST}/1/"):
        assert signed_in(house.anton).get(address).status_code == 200
        assert signed_in(house.jana).get(address).status_code == 403


def test_without_a_folder_there_is_nothing(settings: Settings, vera: Client) -> None:
    settings.MAIL_DIR = ""

    for address in ("/engine/mails/", f"/engine/mails/{FIRST}/", f"/engine/mails/{FIRST}/1/"):
        assert vera.get(address).status_code == 404


def test_a_folder_that_is_not_there_yet_is_empty(settings: Settings, vera: Client, tmp_path: Path) -> None:
    settings.MAIL_DIR = str(tmp_path / "later")

    assert "No mail yet" in words(vera, "/engine/mails/")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all",
        b"Subject: =?utf-8?q?broken\r\nContent-Type: text/html; charset=klingon\r\n\r\n\xff<b>",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    ],
)
def test_mails_that_nobody_can_read_break_no_page(folder: Path, vera: Client, raw: bytes) -> None:
    (folder / FIRST).write_bytes(raw)

    assert vera.get("/engine/mails/").status_code == 200
    page = vera.get(f"/engine/mails/{FIRST}/")
    assert page.status_code == 200
    for number in range(1, len(page.context["mail"].parts) + 1):
        assert vera.get(f"/engine/mails/{FIRST}/{number}/").status_code == 200


def test_hostile_subjects_are_text(folder: Path, vera: Client) -> None:
    keep(folder, FIRST, subject="<script>alert(1)</script>", html="<script>alert(2)</script>")

    for address in ("/engine/mails/", f"/engine/mails/{FIRST}/"):
        page = vera.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
    # The part is shown as it came: its policy is what makes it harmless.
    assert vera.get(f"/engine/mails/{FIRST}/2/").headers["Content-Security-Policy"].startswith("sandbox;")


def test_three_mails_ask_the_database_no_more_than_one(folder: Path, vera: Client) -> None:
    keep(folder, FIRST)
    questions(vera, "/engine/mails/")
    one = questions(vera, "/engine/mails/")
    keep(folder, SECOND)
    keep(folder, "20261120T120002.000000-3.eml")

    assert questions(vera, "/engine/mails/") == one
