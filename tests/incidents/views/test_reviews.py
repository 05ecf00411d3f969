"""Pages of reviews: the list, the pack, holding one by form, and an action done by a button."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.actions import reviews as actions
from incidents.models import Review, ReviewAction
from incidents.models.reviews import Decision
from slas.models import User
from tests.factories import House
from tests.incidents.rows import HOUR, NOW, breach, review, taken_on, ticket, timer

TODAY = NOW.date()
DAY = timedelta(1)
OCTOBER = NOW.replace(month=10, day=14)
NO_ROWS = {"actions-TOTAL_FORMS": "0", "actions-INITIAL_FORMS": "0"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mira(house: House, client: Client) -> User:
    """The product owner, signed in."""
    client.force_login(house.mira)
    return house.mira


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def one_row(house: House, **changes: str) -> dict[str, str]:
    row = {"title": "Replace the router", "owner": str(house.jana.pk), "due_on": "2026-12-01"} | changes
    return {
        "notes": "The router again.",
        "decision": "change",
        "actions-TOTAL_FORMS": "2",
        "actions-INITIAL_FORMS": "0",
        **{f"actions-0-{name}": value for name, value in row.items()},
    }


@pytest.mark.parametrize("address", ["/reviews/", "/reviews/1/"])
def test_reviews_ask_to_sign_in_first(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


def listed(client: Client, address: str) -> list[Review]:
    return list(client.get(address).context["listing"].rows)


def test_the_list_begins_with_what_is_overdue_and_ends_with_what_was_held(
    client: Client, house: House, mira: User
) -> None:
    old, older = review(house, TODAY - 9 * DAY, rhythm="weekly"), review(house, TODAY - 8 * DAY)
    for back, held in ((2, old), (3, older)):
        actions.hold(held, by=mira, now=NOW - back * DAY, notes="", decision=Decision.KEEP)
    Review.objects.filter(held_at__isnull=True).delete()
    due, overdue = review(house, TODAY), review(house, TODAY - DAY)

    assert listed(client, "/reviews/") == [overdue, due, old, older]
    assert listed(client, "/reviews/?state=overdue") == [overdue]
    assert listed(client, "/reviews/?state=due") == [due]
    assert listed(client, "/reviews/?state=held") == [old, older]
    assert listed(client, "/reviews/?rhythm=weekly") == [old]
    assert listed(client, "/reviews/?q=kasse&sort=-due") == [due, overdue, older, old]
    assert listed(client, "/reviews/?q=elsewhere") == []


def test_the_list_as_a_file_says_what_the_page_says(client: Client, house: House, mira: User) -> None:
    review(house, TODAY - DAY)

    answer = client.get("/reviews/?format=csv&state=overdue")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Due,Product,Agreement,Rhythm,State,Decision",
        '2026-11-19,Kasse,Running the till,"monthly, tactical",overdue,',
    ]


def test_the_list_costs_the_same_with_one_row_and_with_three(client: Client, house: House, mira: User) -> None:
    def queries(day: int) -> int:
        taken_on(review(house, TODAY - day * DAY), mira, TODAY)
        with CaptureQueriesContext(connection) as seen:
            client.get("/reviews/")
        return len(seen)

    first, second, third = queries(1), queries(2), queries(3)

    assert first == second == third


def test_an_empty_list_says_when_it_fills(client: Client, house: House) -> None:
    client.force_login(house.rita)
    review(house, TODAY)

    assert "No review yet" in text(client, "/reviews/")


def test_the_pack_is_on_the_page(client: Client, house: House, mira: User) -> None:
    late = breach(ticket(house), OCTOBER)
    timer(ticket(house), OCTOBER, late=-HOUR)
    taken_on(review(house, date(2026, 10, 12)), house.jana, TODAY - DAY, title="Order a spare till")

    page = text(client, f"/reviews/{review(house, TODAY).pk}/")

    for words in (
        "Review of Kasse",
        "1 October 2026",
        "31 October 2026",
        "Deadlines in the period: 2, by the day they were due in Europe/Berlin.",
        "95 % within 1 h",
        "1 of 2",
        "50 %",
        late.ticket.number,
        "Router",
        "Order a spare till",
        "overdue",
        "Hold the review",
    ):
        assert words in page


def test_who_may_not_hold_sees_the_pack_without_the_form(client: Client, house: House) -> None:
    client.force_login(house.stella)
    row = review(house, TODAY)

    page = text(client, f"/reviews/{row.pk}/")
    answer = client.post(f"/reviews/{row.pk}/", {"decision": "keep", **NO_ROWS})

    assert "Promise and result" in page
    assert "Hold the review" not in page
    assert answer.status_code == 403
    assert Review.objects.get(pk=row.pk).held_at is None


def test_a_review_of_others_is_not_there(client: Client, house: House) -> None:
    client.force_login(house.rita)
    row = review(house, TODAY)

    assert client.get(f"/reviews/{row.pk}/").status_code == 404
    assert client.post(f"/reviews/{row.pk}/", {"decision": "keep", **NO_ROWS}).status_code == 404


def test_holding_by_form(client: Client, house: House, mira: User) -> None:
    row = review(house, TODAY)

    answer = client.post(f"/reviews/{row.pk}/", one_row(house))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/reviews/{row.pk}/")
    row.refresh_from_db()
    assert (row.held_at, row.held_by, row.notes, row.decision) == (NOW, mira, "The router again.", "change")
    assert list(row.actions.values_list("title", "owner", "due_on")) == [
        ("Replace the router", house.jana.pk, date(2026, 12, 1))
    ]
    page = text(client, f"/reviews/{row.pk}/")
    assert "The router again." in page
    assert "Hold the review" not in page


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"decision": ""}, 400, "This field is required."),
        ({"actions-0-owner": ""}, 400, "This field is required."),
        ({"actions-0-due_on": "soon"}, 400, "Enter a valid date."),
        ({"actions-0-due_on": "2026-11-19"}, 409, "Give every action a day that is not over yet."),
        ({"notes": "nul \x00 byte"}, 400, "Null characters are not allowed."),
        ({"actions-TOTAL_FORMS": "many"}, 400, "ManagementForm data is missing"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(
    client: Client, house: House, mira: User, changes: dict[str, str], status: int, words: str
) -> None:
    row = review(house, TODAY)

    answer = client.post(f"/reviews/{row.pk}/", {**one_row(house), **changes})

    page = answer.content.decode()
    assert (answer.status_code, words in page) == (status, True)
    assert changes.get("notes", "The router again.").replace("\x00", "") in page.replace("\x00", "")
    assert (Review.objects.get(pk=row.pk).held_at, ReviewAction.objects.count()) == (None, 0)


def test_more_rows_keep_what_was_typed_and_judge_nothing(client: Client, house: House, mira: User) -> None:
    row = review(house, TODAY)

    answer = client.post(f"/reviews/{row.pk}/", {**one_row(house, due_on="2026-12-0"), "decision": "", "more": "yes"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="actions-TOTAL_FORMS" value="4"' in page
    assert "This field is required." not in page
    for typed in ("The router again.", 'value="Replace the router"', 'value="2026-12-0"', "selected>Jana Petersen"):
        assert typed in page


def test_somebody_who_was_slower_keeps_their_words(client: Client, house: House, mira: User) -> None:
    row = review(house, TODAY)
    actions.hold(row, by=house.holger, now=NOW, notes="first", decision=Decision.KEEP)

    answer = client.post(f"/reviews/{row.pk}/", one_row(house))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "already held" in page
    assert "The router again." in page


def test_a_script_in_the_notes_stays_text(client: Client, house: House, mira: User) -> None:
    row = review(house, TODAY)
    actions.hold(row, by=mira, now=NOW, notes="<script>alert(1)</script>", decision=Decision.KEEP)

    page = text(client, f"/reviews/{row.pk}/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_the_owner_of_an_action_completes_it_from_the_list(client: Client, house: House) -> None:
    action = taken_on(review(house, TODAY), house.rita, TODAY)
    client.force_login(house.rita)
    assert "Replace the router" in text(client, "/reviews/")

    answer = client.post(f"/reviews/actions/{action.pk}/done/")

    action.refresh_from_db()
    assert (answer.headers["Location"], action.done_at, action.done_by) == ("/reviews/", NOW, house.rita)
    assert "Replace the router</" not in text(client, "/reviews/")


@pytest.mark.parametrize(("name", "status"), [("timo", 403), ("outsider", 404)])
def test_others_do_not_complete_an_action(client: Client, house: House, name: str, status: int) -> None:
    action = taken_on(review(house, TODAY), house.rita, TODAY)
    client.force_login(getattr(house, name))

    assert client.post(f"/reviews/actions/{action.pk}/done/").status_code == status
    assert client.get(f"/reviews/actions/{action.pk}/done/").status_code == 405
    action.refresh_from_db()
    assert action.done_at is None


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_feed_needs_no_session_but_the_signed_address(client: Client, house: House, language: str) -> None:
    house.mira.language = language
    house.mira.save()
    client.force_login(house.mira)
    row = review(house, TODAY)
    feed = client.get("/reviews/").context["feed"]

    answer = Client().get(feed)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:review-{row.pk}@testserver" in answer.content.decode()


@pytest.mark.parametrize("token", ["", "x", "1:forged"])
def test_a_forged_address_leads_nowhere(db: None, token: str) -> None:
    assert Client().get("/reviews.ics", {"token": token}).status_code == 404


def test_the_feed_ends_when_somebody_leaves(client: Client, house: House, mira: User) -> None:
    feed = client.get("/reviews/").context["feed"]
    User.objects.filter(pk=mira.pk).update(is_active=False)

    assert Client().get(feed).status_code == 404
