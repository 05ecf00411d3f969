"""The ticket's page: every deed as a form, what is refused, and who reads what."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from incidents.actions import tickets
from incidents.models import Breach, Ticket, TimeEntry
from slas.models.parties import Visibility
from tests.factories import House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, in_state, last_event, opened, story
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, words

NOW = MONDAY_8 + 10 * MINUTE


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jana(house: House) -> Client:
    return signed_in(house.jana)


def done(client: Client, ticket: Ticket, action: str, **entered: str) -> Ticket:
    """Post the form of an action as the page would."""
    address = f"/tickets/{ticket.number}/{action}/"
    answer = client.post(address, {f"{action}-{name}": value for name, value in entered.items()})
    assert answer.status_code == 302, plain(answer.content.decode())
    assert answer.headers["Location"] == f"/tickets/{ticket.number}/"
    ticket.refresh_from_db()
    return ticket


def test_a_day_at_the_desk(house: House, jana: Client) -> None:
    """From the report to its end, only by what the page offers."""
    ticket = opened(house)

    jana.post(f"/tickets/{ticket.number}/take/")
    done(jana, ticket, "begin")
    done(jana, ticket, "respond", text="We look at it.")
    done(jana, ticket, "pause", reason="supplier", text="New router")
    done(jana, ticket, "resume")
    done(jana, ticket, "comment", text="The cable was loose.")
    done(jana, ticket, "log-time", minutes="25", text="Cabling")
    done(jana, ticket, "reprioritise", priority="P2", reason="One till works again")
    done(jana, ticket, "resolve", text="Works again.")
    done(signed_in(house.rita), ticket, "reopen", reason="Not quite.")
    done(jana, ticket, "resolve", text="Now it does.")
    done(signed_in(house.rita), ticket, "close")

    assert [(kind, who) for kind, _, who in story(ticket)] == [
        ("opened", "rita"),
        ("assigned", "jana"),
        ("begun", "jana"),
        ("responded", "jana"),
        ("paused", "jana"),
        ("resumed", "jana"),
        ("commented", "jana"),
        ("time_logged", "jana"),
        ("reprioritised", "jana"),
        ("resolved", "jana"),
        ("reopened", "rita"),
        ("resolved", "jana"),
        ("closed", "rita"),
    ]
    assert (ticket.status, ticket.priority, ticket.assignee) == ("closed", "P2", house.jana)
    assert TimeEntry.objects.get().minutes == 25


def test_rejected_with_a_reason_the_reporter_reads(house: House, jana: Client) -> None:
    ticket = done(jana, opened(house), "reject", reason="duplicate", text="See T-1.")

    assert ticket.status == "rejected"
    assert "See T-1." in words(signed_in(house.rita), f"/tickets/{ticket.number}/")


def test_handed_to_another_team_and_person(house: House, jana: Client) -> None:
    ticket = done(jana, opened(house), "assign", assignee=str(house.timo.pk), reason="Timo knows tills")

    assert ticket.assignee == house.timo
    assert "from Kassenteam to Timo Kern" in words(jana, f"/tickets/{ticket.number}/")


@pytest.mark.parametrize(
    ("status", "action", "entered"),
    [
        ("resolved", "respond", {"text": "One more word"}),
        ("closed", "pause", {"reason": "other", "text": "One more word"}),
        ("rejected", "resolve", {"text": "One more word"}),
        ("new", "assign", {"reason": "One more word"}),
    ],
)
def test_what_cannot_be_done_now_is_409_with_the_words_kept(
    house: House, jana: Client, status: str, action: str, entered: dict[str, str]
) -> None:
    ticket = in_state(house, status)
    before = story(ticket)

    answer = jana.post(
        f"/tickets/{ticket.number}/{action}/", {f"{action}-{name}": value for name, value in entered.items()}
    )

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "That did not work yet" in plain(page)
    assert "One more word" in page
    assert story(ticket) == before
    # Where the form is still offered it comes back filled in, else the words stand by themselves.
    assert ("What you had written" in page) is (status != "new")


def test_the_same_step_twice_is_refused_in_a_sentence(house: House, jana: Client) -> None:
    ticket = in_state(house, "waiting")

    answer = jana.post(f"/tickets/{ticket.number}/pause/", {"pause-reason": "change"})

    assert answer.status_code == 409
    assert ticket.number in plain(answer.content.decode())


@pytest.mark.parametrize(
    ("action", "entered", "field"),
    [
        ("respond", {"text": ""}, "text"),
        ("pause", {"reason": "tea"}, "reason"),
        ("pause", {"reason": "resolved"}, "reason"),
        ("log-time", {"minutes": "0"}, "minutes"),
        ("log-time", {"minutes": "1441"}, "minutes"),
        ("reprioritise", {"priority": "P2"}, "reason"),
        ("assign", {"assignee": "999999"}, "assignee"),
        ("reject", {"reason": "duplicate", "text": ""}, "text"),
    ],
)
def test_malformed_is_400_beside_the_field(
    house: House, jana: Client, action: str, entered: dict[str, str], field: str
) -> None:
    ticket = opened(house)

    answer = jana.post(
        f"/tickets/{ticket.number}/{action}/", {f"{action}-{name}": value for name, value in entered.items()}
    )

    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_{action}-{field}_error"' in page
    assert f'id="do-{action}" open' in page
    assert [kind for kind, _, _ in story(ticket)] == ["opened"]


@pytest.mark.parametrize("action", ["begin", "respond", "assign", "resolve", "reprioritise"])
def test_whoever_sees_it_and_may_not_do_it_gets_403(house: House, action: str) -> None:
    ticket = opened(house)
    entered = {"text": "x", "reason": "x", "priority": "P2", "assignee": str(house.jana.pk)}

    for person in (house.rita, house.anton, house.stella):
        answer = signed_in(person).post(
            f"/tickets/{ticket.number}/{action}/", {f"{action}-{name}": value for name, value in entered.items()}
        )
        assert answer.status_code == 403
    assert [kind for kind, _, _ in story(ticket)] == ["opened"]


def test_invisible_is_404_whatever_is_asked(house: House) -> None:
    ticket, stranger = opened(house), signed_in(house.outsider)

    assert stranger.get(f"/tickets/{ticket.number}/").status_code == 404
    assert stranger.post(f"/tickets/{ticket.number}/begin/").status_code == 404
    assert stranger.post(f"/tickets/{ticket.number}/take/").status_code == 404
    assert signed_in(house.jana).get("/tickets/T-0/").status_code == 404
    assert signed_in(house.jana).post(f"/tickets/{ticket.number}/explode/").status_code == 404


def test_deeds_are_posted_only(house: House, jana: Client) -> None:
    ticket = opened(house)

    assert jana.get(f"/tickets/{ticket.number}/begin/").status_code == 405
    assert jana.get(f"/tickets/{ticket.number}/take/").status_code == 405
    assert jana.post(f"/tickets/{ticket.number}/").status_code == 405
    assert last_event(ticket).kind == "opened"


def test_internal_words_stay_on_the_providers_side(house: House, jana: Client) -> None:
    ticket = opened(house)
    done(jana, ticket, "comment", text="The reporter forgot the plug.", is_public="")
    tickets.comment(ticket, by=house.jana, now=NOW, text="Is it plugged in?", is_public=True)
    tickets.log_time(ticket, by=house.jana, now=NOW, minutes=5)
    address = f"/tickets/{ticket.number}/"

    for person, reads in (
        (house.rita, False),
        (house.mira, False),
        (house.stella, False),
        (house.jana, True),
        (house.doris, True),
        (house.anton, True),
        (house.vera, True),
    ):
        page = words(signed_in(person), address)
        assert "Is it plugged in?" in page
        assert ("The reporter forgot the plug." in page) is reads, person
        assert ("min worked" in page) is reads, person


def test_a_comment_of_whoever_cannot_write_internally_is_public(house: House) -> None:
    ticket = opened(house)

    answer = signed_in(house.rita).post(f"/tickets/{ticket.number}/comment/", {"comment-text": "Hello?"})

    # Left unticked it would be an internal one, which the reporter may not write.
    assert answer.status_code in (302, 403)
    public = [event.is_public for event in ticket.events.filter(kind="commented")]
    assert public in ([True], [])


def test_only_what_is_possible_is_offered(house: House, jana: Client) -> None:
    page = jana.get(f"/tickets/{in_state(house, 'waiting').number}/").content.decode()
    assert 'data-key="u"' in page
    assert "do-pause" not in page

    page = signed_in(house.anton).get(f"/tickets/{opened(house).number}/").content.decode()
    assert '<form method="post" action="/tickets/' not in page
    assert "do-" not in page


def test_the_clocks_say_why(house: House, jana: Client) -> None:
    page = words(jana, f"/tickets/{opened(house, MONDAY_8 - 58 * HOUR).number}/")

    assert "Due Mon 23 Nov 2026, 09:00" in page
    assert "closed until Mon" in page
    assert "1 h counted · due Mon" in page


def test_htmx_gets_the_clocks_alone(house: House, jana: Client) -> None:
    ticket = opened(house)

    part = jana.get(
        f"/tickets/{ticket.number}/", headers={"HX-Request": "true", "HX-Target": "clocks"}
    ).content.decode()

    assert "<html" not in part
    assert 'id="clocks"' in part
    assert f'hx-get="/tickets/{ticket.number}/"' in part
    assert "Left 50 min of 1 h support time" in plain(part)


def test_a_ticket_that_has_ended_asks_no_more(house: House, jana: Client) -> None:
    page = jana.get(f"/tickets/{in_state(house, 'closed').number}/").content.decode()

    assert 'hx-trigger="every 30s' not in page


def test_a_broken_promise_leads_to_its_explanation_for_whoever_may(house: House) -> None:
    ticket = opened(house, MONDAY_8 - 24 * 7 * HOUR)
    late = tickets.respond(ticket, by=house.jana, now=NOW, text="Sorry.")
    found = Breach.objects.get(ticket=late, kind="response")
    address = f"/tickets/{ticket.number}/"

    assert f"/breaches/{found.pk}/" in signed_in(house.holger).get(address).content.decode()
    assert f"/breaches/{found.pk}/" not in signed_in(house.rita).get(address).content.decode()
    assert "Promises that broke Response: due Mon 16 Nov 2026, 09:00 , over by 49 h 10 min." in words(
        signed_in(house.rita), address
    )


def test_a_product_for_its_people_only_hides_its_tickets(house: House) -> None:
    ticket = opened(house)
    house.product.visible_to = Visibility.STAKEHOLDERS
    house.product.save()

    assert signed_in(house.outsider).get(f"/tickets/{ticket.number}/").status_code == 404
    assert signed_in(house.stella).get(f"/tickets/{ticket.number}/").status_code == 200


def test_a_long_story_costs_no_more_than_a_short_one(house: House, jana: Client) -> None:
    ticket = in_state(house, "open", now=MONDAY_8)
    address = f"/tickets/{ticket.number}/"
    questions(jana, address)
    short = questions(jana, address)
    for minute in range(3):
        tickets.comment(ticket, by=house.jana, now=MONDAY_9 + minute * MINUTE, text="Still on it.", is_public=False)
        tickets.log_time(ticket, by=house.timo, now=MONDAY_9 + minute * MINUTE, minutes=5)

    assert questions(jana, address) == short


def test_hostile_words_in_a_conversation_are_text(house: House, jana: Client) -> None:
    ticket = opened(house)
    for text in HOSTILE[:60]:
        tickets.comment(ticket, by=house.jana, now=NOW, text=text, is_public=True)

    page = jana.get(f"/tickets/{ticket.number}/").content.decode()

    assert page.count('class="talk__text"') == len(HOSTILE[:60])
    assert "<script>alert" not in page
    assert "<img src=x" not in page
