"""The outbox on pages: every notice with its tries, and the mail as it was sent, where it can do nothing."""

import pytest
from django.test import Client

from incidents.actions import escalations
from incidents.actions.escalations import Watermark
from slas import mail
from slas.actions.delivery import deliver
from slas.actions.notices import Letter, put
from slas.models import Notice, User
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.acting import MONDAY_8, opened
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk
from tests.incidents.views.reading import HOSTILE, questions, signed_in, table, words
from tests.post_office import PostOffice

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


@pytest.fixture
def vera(house: House) -> Client:
    return signed_in(house.vera)


def to(person: User) -> Notice:
    return Notice.objects.filter(recipient=person).latest("pk")


def shown(client: Client, address: str) -> list[str]:
    return [row.recipient.username for row, _, _ in client.get(address).context["entries"]]


@pytest.mark.parametrize("suffix", ["", "mail/"])
def test_who_reads_other_peoples_letters(house: House, client: Client, suffix: str) -> None:
    opened(house)
    address = f"/engine/notices/{to(house.jana).pk}/{suffix}"

    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    for person in (house.vera, house.adam, house.anton):
        assert signed_in(person).get(address).status_code == 200
    for person in (house.jana, house.holger, house.doris, house.rita):
        assert signed_in(person).get(address).status_code == 403
    assert signed_in(house.vera).get(f"/engine/notices/999999/{suffix}").status_code == 404
    assert signed_in(house.vera).post(address).status_code == 405


def test_the_mail_is_what_was_sent_and_can_do_nothing(house: House, vera: Client, office: PostOffice) -> None:
    opened(house, title="<b>Till</b>")
    deliver()
    [sent] = [mail for mail in office.received if mail.to == house.jana.email]

    answer = vera.get(f"/engine/notices/{to(house.jana).pk}/mail/")

    html = sent.message.get_body(("html",))
    assert html is not None
    assert answer.content.decode().split() == html.get_content().split()
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_only_mails_are_excepted_from_the_policy(house: House, vera: Client) -> None:
    opened(house)

    for address in ("/engine/", "/engine/notices/", f"/engine/notices/{to(house.jana).pk}/"):
        policy = vera.get(address).headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy


def test_the_page_frames_the_mail_and_lists_every_try(house: House, vera: Client, office: PostOffice) -> None:
    ticket = opened(house)
    office.rcpt[house.jana.email] = "451 later"
    deliver()
    notice = to(house.jana)

    page = vera.get(f"/engine/notices/{notice.pk}/").content.decode()

    assert f'src="/engine/notices/{notice.pk}/mail/" sandbox' in page
    text = words(vera, f"/engine/notices/{notice.pk}/")
    assert f"{ticket.number}" in text
    assert "jana@example.test 451 later not accepted" in text
    assert "Next try" in text
    assert notice.message_id.strip("<>") in text.replace("&lt;", "").replace("&gt;", "")


def test_an_escalation_shows_its_button_to_readers_and_it_is_not_theirs(kiosk: Kiosk, vera: Client) -> None:
    kiosk.ticket(61 * MINUTE)
    escalations.sweep(watermark=Watermark())

    page = vera.get(f"/engine/notices/{to(kiosk.house.mira).pk}/mail/").content.decode()

    link = page.split("/escalations/acknowledge/")[1].split("/")[0]
    assert mail.read_token(link)[0] == kiosk.house.mira.pk
    assert vera.post(f"/escalations/acknowledge/{link}/").status_code == 403


def test_the_list_is_narrowed_by_its_address(house: House, vera: Client) -> None:
    ticket = opened(house)
    opened(house, title="Drawer is stuck")
    Notice.objects.filter(pk=to(house.timo).pk).update(state="failed")

    assert shown(vera, "/engine/notices/") == ["timo", "jana", "timo", "jana"]
    assert shown(vera, "/engine/notices/?state=failed") == ["timo"]
    assert shown(vera, "/engine/notices/?recipient=jana") == ["jana", "jana"]
    assert shown(vera, "/engine/notices/?kind=new&q=drawer") == ["timo", "jana"]
    assert shown(vera, "/engine/notices/?kind=canary") == []
    assert shown(vera, f"/engine/notices/?q={ticket.number}:new") == ["timo", "jana"]
    assert shown(vera, "/engine/notices/?sort=recipient")[:2] == ["jana", "jana"]
    assert len(shown(vera, "/engine/notices/?state=odd&kind=%00&page=-1&sort=odd")) == 4


def test_the_list_as_a_file_runs_no_formula(house: House, vera: Client) -> None:
    ticket = opened(house, title="=1+1")

    head, row = table(vera, "/engine/notices/?recipient=jana&format=csv")

    assert head == ["Created", "Letter", "About", "Recipient", "State", "Tries", "Sent"]
    assert row[1:] == ["new ticket", f"{ticket.number} =1+1", "Jana Petersen", "waiting", "0", ""]


def test_three_rows_cost_no_more_than_one(house: House, vera: Client) -> None:
    def asked(*people: User) -> int:
        letters = [Letter(key=f"x:{person}", kind="new", recipient_id=person.pk, context={}) for person in people]
        put(letters, now=database_now())
        return questions(vera, "/engine/notices/")

    asked(house.jana)

    assert asked(house.jana) == asked(house.jana, house.timo, house.rita)
    assert len(shown(vera, "/engine/notices/")) == 3


def test_a_letter_that_cannot_be_written_is_shown_as_plain_facts(house: House, vera: Client) -> None:
    put([Letter(key="odd", kind="nosuch", recipient_id=house.jana.pk, context={"title": "<b>x"})], now=database_now())

    answer = vera.get(f"/engine/notices/{to(house.jana).pk}/mail/")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert '"title": "<b>x"' in answer.content.decode()
    assert "nosuch" in words(vera, f"/engine/notices/{to(house.jana).pk}/")


def test_an_empty_list_says_when_it_fills(vera: Client) -> None:
    assert "No letter yet" in words(vera, "/engine/notices/")


def test_hostile_titles_are_text_in_lists_pages_and_mails(house: House, vera: Client) -> None:
    for title in HOSTILE[:25]:
        opened(house, MONDAY_8, title=title)

    pages = [vera.get("/engine/notices/").content.decode()]
    for notice in Notice.objects.filter(recipient=house.jana):
        pages += [vera.get(f"/engine/notices/{notice.pk}/{suffix}").content.decode() for suffix in ("", "mail/")]

    assert len(pages) == 1 + 2 * len(HOSTILE[:25])
    assert not any("<script>alert" in page or "<img src=x" in page for page in pages)
