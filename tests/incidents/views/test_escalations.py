"""Escalations on pages: the list, one of them, and the button behind the link of a letter."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from incidents.actions import escalations, tickets
from incidents.actions.escalations import Watermark
from incidents.models import Escalation, Ticket
from incidents.queries.escalations import make_token
from slas import mail
from slas.actions.delivery.compositions import composed
from slas.models import Notice, User
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk, told
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def escalated(kiosk: Kiosk, minutes: int = 61, **facts: str) -> tuple[Ticket, Escalation]:
    """A P1 opened so long ago, and the highest step that fired on its way."""
    ticket = kiosk.ticket(minutes * MINUTE, **facts)
    escalations.sweep(watermark=Watermark())
    return ticket, Escalation.objects.get(ticket=ticket, told_with__isnull=True)


def shown(client: Client, address: str) -> list[str]:
    return [f"{entry.row.ticket.number}/{entry.row.position}" for entry in client.get(address).context["entries"]]


def link_of(person: User) -> str:
    """The address behind the button in the newest letter to this person."""
    letter = Notice.objects.filter(recipient=person, kind="escalation").latest("pk")
    [line] = [line for line in str(composed(letter).body).splitlines() if "/escalations/acknowledge/" in line]
    return "/" + line.split("/", 3)[3].strip()


@pytest.mark.parametrize("address", ["/escalations/", "/escalations/1/", "/escalations/acknowledge/x/"])
def test_nobody_reads_them_without_signing_in(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert client.post(address).status_code in (302, 405)


def test_from_the_letter_to_peace(kiosk: Kiosk) -> None:
    """Mira gets a letter, opens its link, presses the one button, and nobody is disturbed any more."""
    ticket, row = escalated(kiosk)
    link, mira = link_of(kiosk.house.mira), signed_in(kiosk.house.mira)

    page = mira.get(link)
    assert page.status_code == 200
    assert "I take care of it" in plain(page.content.decode())
    assert '<form method="post"' in page.content.decode()
    row.refresh_from_db()
    assert row.acknowledged_at is None

    answer = mira.post(link, follow=True)

    row.refresh_from_db()
    assert row.acknowledged_by == kiosk.house.mira
    assert answer.redirect_chain == [(f"/escalations/{row.pk}/", 302)]
    text = plain(answer.content.decode())
    assert "You take care of it." in text
    assert "acknowledged by Mira Aydin" in text
    assert [state for _, _, state in told(ticket)] == ["withdrawn", "withdrawn"]


def test_opening_the_link_changes_nothing_however_often(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)
    link, mira = link_of(kiosk.house.mira), signed_in(kiosk.house.mira)

    for _ in range(3):
        assert mira.get(link).status_code == 200
        assert mira.head(link).status_code == 200

    row.refresh_from_db()
    assert (row.acknowledged_at, row.acknowledged_by) == (None, None)


def test_the_link_survives_signing_in(kiosk: Kiosk, client: Client) -> None:
    escalated(kiosk)
    link = link_of(kiosk.house.mira)

    assert client.get(link).headers["Location"] == f"/accounts/login/?next={link.replace(':', '%3A')}"


def test_the_letter_of_somebody_else_is_refused_and_says_why(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)
    link = link_of(kiosk.house.mira)

    for person in (kiosk.house.jana, kiosk.house.doris, kiosk.house.outsider, kiosk.house.anton):
        reader = signed_in(person)
        for answer in (reader.get(link), reader.post(link)):
            assert answer.status_code == 403
            page = plain(answer.content.decode())
            assert f"You are signed in as {person.name}." in page
            assert ("See the escalation" in page) is (person != kiosk.house.outsider)
    row.refresh_from_db()
    assert row.acknowledged_at is None


@pytest.mark.parametrize("hours", [24.01, 48])
def test_after_a_day_the_link_is_gone(kiosk: Kiosk, hours: float) -> None:
    _, row = escalated(kiosk)
    token = make_token(row.pk, kiosk.house.mira.pk, row.cycle)
    mira = signed_in(kiosk.house.mira)

    with time_machine.travel(database_now() + timedelta(hours=hours)):
        answers = [mira.get(f"/escalations/acknowledge/{token}/"), mira.post(f"/escalations/acknowledge/{token}/")]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "This link is too old" in plain(answers[0].content.decode())
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_a_forged_or_cut_link_is_not_found(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)
    mira = signed_in(kiosk.house.mira)
    good = make_token(row.pk, kiosk.house.mira.pk, row.cycle)
    forged = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good[:20],
        "x",
        make_token(row.pk, kiosk.house.mira.pk, row.cycle + 1),
        make_token(999_999, kiosk.house.mira.pk, 1),
        mail.make_token([row.pk], reader_id=kiosk.house.mira.pk),
    ]

    for token in forged:
        answer = mira.post(f"/escalations/acknowledge/{token}/")
        assert answer.status_code == 404
        assert "This link is not whole" in plain(answer.content.decode())
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_the_second_one_hears_who_was_quicker(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)
    link = link_of(kiosk.house.doris)
    escalations.acknowledge(row, by=kiosk.house.mira, now=database_now())
    doris = signed_in(kiosk.house.doris)

    assert "I take care of it" not in words(doris, link)
    assert "Mira Aydin was quicker and takes care of it." in plain(doris.post(link, follow=True).content.decode())
    row.refresh_from_db()
    assert row.acknowledged_by == kiosk.house.mira


def test_the_page_says_why_who_and_what_comes_next(kiosk: Kiosk) -> None:
    ticket, row = escalated(kiosk, 46)

    page = words(signed_in(kiosk.house.holger), f"/escalations/{row.pk}/")

    assert "When 75 % of the time for the response are used: the assignee and the team lead. fired" in page
    assert "this one" in page
    assert (
        "the manager and the product owner; every 1 h again, up to 5 times, until somebody acknowledges. next" in page
    )
    assert all(f"{name} waiting" in page for name in ("Jana Petersen", "Timo Kern", "Holger Brandt"))
    assert f"P1 {ticket.number} Kiosk is down" in page
    assert "reported" in page
    assert "I take care of it" in page


def test_acknowledged_from_its_own_page(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)

    answer = signed_in(kiosk.house.holger).post(f"/escalations/{row.pk}/")

    row.refresh_from_db()
    assert answer.headers["Location"] == f"/escalations/{row.pk}/"
    assert row.acknowledged_by == kiosk.house.holger


def test_whoever_sees_it_and_is_not_meant_gets_403(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)

    for person in (kiosk.house.rita, kiosk.house.anton, kiosk.house.vera):
        reader = signed_in(person)
        assert "I take care of it" not in words(reader, f"/escalations/{row.pk}/")
        assert reader.post(f"/escalations/{row.pk}/").status_code == 403
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_whoever_does_not_see_the_ticket_gets_404(kiosk: Kiosk) -> None:
    _, row = escalated(kiosk)
    stranger = signed_in(kiosk.house.outsider)

    assert stranger.get(f"/escalations/{row.pk}/").status_code == 404
    assert stranger.post(f"/escalations/{row.pk}/").status_code == 404
    assert shown(stranger, "/escalations/?show=all") == []


def test_the_ticket_leads_to_its_escalations(kiosk: Kiosk) -> None:
    ticket, row = escalated(kiosk)

    page = signed_in(kiosk.house.holger).get(f"/tickets/{ticket.number}/").content.decode()

    assert f'<a href="/escalations/{row.pk}/">' in page
    assert "Response, step 3" in plain(page).replace(" ,", ",")


def test_tabs_of_the_list(kiosk: Kiosk) -> None:
    open_one, _ = escalated(kiosk)
    taken, row = escalated(kiosk)
    settled, _ = escalated(kiosk)
    escalations.acknowledge(row, by=kiosk.house.holger, now=database_now())
    tickets.resolve(settled, by=kiosk.house.jana, now=database_now(), text="Done.")
    holger, mira = signed_in(kiosk.house.holger), signed_in(kiosk.house.mira)

    assert shown(holger, "/escalations/") == [f"{open_one.number}/3"]
    assert set(shown(holger, "/escalations/?show=acknowledged")) == {f"{taken.number}/{step}" for step in (1, 2, 3)}
    assert set(shown(holger, "/escalations/?show=mine")) == {f"{taken.number}/{step}" for step in (1, 2, 3)}
    assert shown(mira, "/escalations/?show=mine") == []
    assert len(shown(mira, "/escalations/?show=all")) == 9


def test_the_list_reads_everything_for_whoever_does(kiosk: Kiosk) -> None:
    ticket, _ = escalated(kiosk)

    for person in (kiosk.house.anton, kiosk.house.vera, kiosk.house.adam):
        assert shown(signed_in(person), "/escalations/") == [f"{ticket.number}/3"]


def test_the_list_is_searched_filtered_and_sorted_by_its_address(kiosk: Kiosk) -> None:
    first, _ = escalated(kiosk, title="Drawer is stuck")
    second, _ = escalated(kiosk, 46)
    reader = signed_in(kiosk.house.vera)

    assert shown(reader, "/escalations/?q=drawer") == [f"{first.number}/3"]
    assert shown(reader, "/escalations/?sort=step") == [f"{second.number}/2", f"{first.number}/3"]
    assert shown(reader, "/escalations/?sort=-step") == [f"{first.number}/3", f"{second.number}/2"]
    assert len(shown(reader, "/escalations/?product=kiosk&priority=P1&kind=response")) == 2
    assert shown(reader, "/escalations/?kind=resolution") == []
    assert "Nothing matches" in words(reader, "/escalations/?priority=P3")
    assert len(shown(reader, "/escalations/?sort=nonsense&show=nonsense&page=9&product=%00")) >= 2


def test_the_list_says_what_comes_next(kiosk: Kiosk) -> None:
    ticket, _ = escalated(kiosk, 46)

    [entry] = signed_in(kiosk.house.vera).get("/escalations/").context["entries"]

    assert entry.sentence == "When 75 % of the time for the response are used: the assignee and the team lead."
    assert (entry.next_step.rung.position, entry.next_step.repeat) == (3, 0)
    assert abs(entry.next_step.moment - ticket.opened_at - 60 * MINUTE) < timedelta(seconds=1)


def test_nothing_comes_next_once_the_clock_has_stopped_or_waits(kiosk: Kiosk) -> None:
    ticket, _ = escalated(kiosk)
    tickets.respond(ticket, by=kiosk.house.jana, now=database_now(), text="On it.")

    [entry] = signed_in(kiosk.house.vera).get("/escalations/").context["entries"]

    assert entry.next_step is None


def test_the_list_as_a_file(kiosk: Kiosk) -> None:
    ticket, row = escalated(kiosk, title="=1+1")
    escalations.acknowledge(row, by=kiosk.house.mira, now=database_now())

    head, *rows = table(signed_in(kiosk.house.vera), "/escalations/?show=all&sort=-step&format=csv")

    assert head == [
        "Ticket", "Title", "Priority", "Product", "Clock", "Step", "Repeat", "Fired", "Acknowledged", "By",
    ]  # fmt: skip
    assert [line[:7] + line[9:] for line in rows] == [
        [ticket.number, "'=1+1", "P1", "Kiosk", "response", step, "0", "Mira Aydin"] for step in ("3", "2", "1")
    ]


def test_three_rows_cost_no_more_than_one(kiosk: Kiosk) -> None:
    reader = signed_in(kiosk.house.vera)
    escalated(kiosk)
    questions(reader, "/escalations/")
    one = questions(reader, "/escalations/")
    escalated(kiosk)
    escalated(kiosk, 46)

    assert questions(reader, "/escalations/") == one


def test_an_empty_list_says_when_it_fills(kiosk: Kiosk) -> None:
    assert "Nothing waits for anybody" in words(signed_in(kiosk.house.rita), "/escalations/")


def test_hostile_titles_are_text(kiosk: Kiosk) -> None:
    for title in HOSTILE[:30]:
        kiosk.ticket(61 * MINUTE, title=title)
    escalations.sweep(watermark=Watermark())
    reader = signed_in(kiosk.house.vera)
    pages = [reader.get("/escalations/?show=all").content.decode()]
    pages += [reader.get(f"/escalations/{row.pk}/").content.decode() for row in Escalation.objects.all()[:30]]

    assert pages[0].count("<tr>") > 30
    assert not any("<script>alert" in page or "<img src=x" in page for page in pages)
