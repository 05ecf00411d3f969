"""What nobody should send: every line of hostile_inputs.jsonl that this API can meet, with what is to come of it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from time_machine import Traveller

from incidents.models import Event, Ticket, TimeEntry
from tests.callers import API, Caller
from tests.factories import House
from tests.incidents.acting import opened

CASES = [json.loads(line) for line in Path("tests/cases/hostile_inputs.jsonl").read_text("utf-8").splitlines()]
MADE = {
    '"\\u4e2d" * 5000': "中" * 5000,
    '"[" * 20000': "[" * 20000,
    '\'{"x":"\' + "a"*5_000_000 + \'"}\'': '{"x":"' + "a" * 5_000_000 + '"}',
}
NOW = datetime.fromisoformat("2026-11-20T22:00:00+01:00")
REPORT = {"product": "kasse", "priority": "P1", "title": "Till stands still"}


def cases(*categories: str) -> list[Any]:
    """The values of these categories, named by their number in the file."""
    found = [case for case in CASES if case["cat"] in categories]
    return [pytest.param(MADE[case["gen"]] if "gen" in case else case["value"], id=case["id"]) for case in found]


def is_keepable(text: object) -> bool:
    """Neither NUL nor half of a surrogate pair."""
    return isinstance(text, str) and "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


@pytest.mark.parametrize("value", cases("mail-header", "formula", "xss-template", "unicode", "sql-orm"))
def test_title_is_kept_letter_by_letter_or_refused_beside_its_field(rita: Caller, value: str) -> None:
    status, answer = rita.post("/tickets/", {**REPORT, "title": value})

    if not is_keepable(value) or len(value) > 300:
        assert (status, list(answer)) == (400, ["title"])
        assert not Ticket.objects.exists()
        return
    assert (status, answer["title"]) == (201, value)
    assert rita.get(f"/tickets/{answer['number']}/")[1]["title"] == value


@pytest.mark.parametrize("value", cases("unicode", "xss-template"))
def test_other_texts_of_a_report_are_kept_or_refused(rita: Caller, value: str) -> None:
    for field, longest in (("description", 20_000), ("external_reference", 100)):
        status, answer = rita.post("/tickets/", {**REPORT, field: value})

        if not is_keepable(value) or len(value) > longest:
            assert (status, list(answer)) == (400, [field])
        else:
            assert (status, answer[field]) == (201, value)


@pytest.mark.parametrize("value", cases("xss-template", "unicode", "formula"))
def test_comment_is_kept_or_refused(house: House, jana: Caller, value: str) -> None:
    ticket = opened(house, NOW)

    status, answer = jana.post(f"/tickets/{ticket.number}/comment/", {"text": value, "public": True})

    if not is_keepable(value):
        assert (status, list(answer)) == (400, ["text"])
        assert Event.objects.count() == 1
        return
    assert status == 200
    assert [row["text"] for row in jana.get(f"/tickets/{ticket.number}/comments/")[1]] == [value]


@pytest.mark.parametrize("value", cases("unicode"))
def test_texts_and_choices_of_actions_are_kept_or_refused(house: House, jana: Caller, value: str) -> None:
    number = opened(house, NOW).number

    for action, field, rest in (
        ("assign", "assignee", {}),
        ("reprioritise", "priority", {"reason": "x"}),
        ("reject", "reason", {"text": "x"}),
    ):
        status, answer = jana.post(f"/tickets/{number}/{action}/", {**rest, field: value})
        assert (status, list(answer)) == (400, [field])
    status, answer = jana.post(f"/tickets/{number}/pause/", {"reason": "other", "text": value})

    if is_keepable(value) and len(value) <= 1000:
        assert (status, Event.objects.get(kind="paused").text) == (200, value)
    else:
        assert (status, list(answer)) == (400, ["text"])


@pytest.mark.parametrize("value", cases("sql-orm", "unicode"))
def test_search_takes_every_word_literally(house: House, rita: Caller, value: str) -> None:
    opened(house, NOW)
    rita.post("/tickets/", {**REPORT, "title": value})
    if not is_keepable(value):
        # Half a pair cannot stand in an address; what arrives there is a replacement sign.
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    status, answer = rita.get("/tickets/", q=value)

    if "\0" in value or len(value) > 200:
        assert (status, list(answer)) == (400, ["q"])
    else:
        assert (status, {value.lower() in row["title"].lower() for row in answer["results"]} - {True}) == (200, set())
        assert bool(answer["results"]) == Ticket.objects.filter(title=value).exists()


@pytest.mark.parametrize("value", cases("sql-orm"))
def test_unknown_order_and_unknown_filter_are_a_400(rita: Caller, value: str) -> None:
    for place in ("tickets", "products", "agreements", "escalations", "breaches", "reviews"):
        assert rita.get(f"/{place}/", ordering=value)[0] == 400
        status, answer = rita.get(f"/{place}/", **{value: "x"})
        assert (status, list(answer)) == (400, [value])


@pytest.mark.parametrize("value", cases("number"))
def test_minutes_are_whole_numbers_or_refused(house: House, jana: Caller, value: object) -> None:
    ticket = opened(house, NOW)

    status, answer = jana.post(f"/tickets/{ticket.number}/log-time/", {"minutes": value})

    assert (status, list(answer)) == (400, ["minutes"])
    assert not TimeEntry.objects.exists()


@pytest.mark.parametrize("value", cases("number"))
def test_pages_are_whole_numbers_or_refused(rita: Caller, value: object) -> None:
    for name in ("page", "page_size"):
        status, answer = rita.get("/tickets/", **{name: str(value)})
        assert (status, list(answer)) == (400, [name])


@pytest.mark.parametrize("value", cases("datetime"))
def test_instants_are_exact_or_refused_everywhere(house: House, rita: Caller, value: str) -> None:
    # The seventh digit of a second is the only thing a clock may forget.
    exact = {"2026-01-01T00:00:00.1234567Z": "2026-01-01T01:00:00.123456+01:00", "1969-12-31T23:59:59Z": None}
    importer = Caller(house.ida)

    status, answer = importer.post("/tickets/", {**REPORT, "opened_at": value})
    asked = importer.get("/products/kasse/what-if/", priority="P1", at=value)
    filtered = importer.get("/tickets/", updated_since=value)

    if exact.get(value):
        assert (status, answer["opened_at"]) == (201, exact[value])
        assert (asked[0], asked[1]["timers"][0]["ledger"][0]["from"], filtered[0]) == (200, exact[value], 200)
    else:
        assert (status, list(answer)) == (400, ["opened_at"])
        assert (asked[0], list(asked[1])) == (400, ["at"])
        assert (filtered[0], list(filtered[1])) == (400, ["updated_since"])


@pytest.mark.parametrize("value", cases("id", "filename", "unicode"))
def test_addresses_that_name_nothing_are_a_404(rita: Caller, value: object) -> None:
    named = quote(str(value), safe="", errors="surrogatepass")

    for place in ("tickets", "escalations", "breaches", "reviews", "agreements", "products"):
        assert rita.client.get(f"{API}/{place}/{named}/").status_code == 404


class TestBodies:
    """What is no report at all."""

    @pytest.mark.parametrize("value", cases("body"))
    def test_bodies_of_the_list(self, rita: Caller, value: str) -> None:
        status, answer = rita.post("/tickets/", value.encode())

        expected = 413 if len(value) > 2_000_000 else 400
        assert (status, not Ticket.objects.exists()) == (expected, True)
        assert isinstance(answer, dict)

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            ("[" * 20000, "The body is nested too deeply."),
            ('{"title": ' + "[" * 40 + "]" * 40 + "}", "The body is nested too deeply."),
            ('{"\\u0000": 1}', "The name of a field has characters that cannot be kept."),
            ('{"\\ud800": 1}', "The name of a field has characters that cannot be kept."),
        ],
    )
    def test_what_cannot_be_read_is_said(self, rita: Caller, body: str, sentence: str) -> None:
        assert rita.post("/tickets/", body.encode()) == (400, {"detail": sentence})

    @pytest.mark.parametrize("body", ["null", "[]", "1", '"x"', "true", "1e400", "NaN", "9" * 5000, "{", "\xff\xfe{"])
    def test_what_is_no_object_is_a_400(self, rita: Caller, body: str) -> None:
        assert rita.post("/tickets/", body.encode("latin-1"))[0] == 400

    @pytest.mark.parametrize(
        "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/xml", "x"]
    )
    def test_other_kinds_of_body_are_a_415(self, rita: Caller, kind: str) -> None:
        response = rita.client.post(f"{API}/tickets/", "title=x", content_type=kind)

        assert response.status_code == 415
        assert response.json()["detail"].startswith("Unsupported media type")

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_other_methods_are_a_405(self, house: House, jana: Caller, method: str) -> None:
        ticket = opened(house, NOW)

        assert getattr(jana.client, method)(f"{API}/tickets/{ticket.number}/").status_code == 405
        assert Ticket.objects.get().title == ticket.title

    def test_fields_of_a_ticket_cannot_be_smuggled_into_an_action(
        self, house: House, jana: Caller, clock: Traveller
    ) -> None:
        ticket = opened(house, NOW)
        smuggled = next(case["value"] for case in CASES if case["id"] == "H198")

        _, before = jana.get(f"/tickets/{ticket.number}/")
        status, after = jana.post(f"/tickets/{ticket.number}/log-time/", {**json.loads(smuggled), "minutes": 5})

        assert (status, after) == (200, before)
