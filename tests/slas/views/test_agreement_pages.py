"""The pages of agreements, people and calendars as different people meet them, in both languages."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from slas.models import Agreement, Calendar, Product, Revision, Team, User
from tests.factories import (
    AgreementFactory,
    CalendarRevisionFactory,
    House,
    ProductFactory,
    RevisionFactory,
    TeamFactory,
    UserFactory,
    fill,
    publish,
)

HOSTILE = ["<script>alert(1)</script>", "{{ 7*7 }}", "=1+1", "'; DROP TABLE slas_user; --", "‮links", "🙂" * 20]
LISTS = ["/agreements/", "/calendars/", "/people/", "/teams/"]
DAY = timedelta(days=1)


def signed_in(person: User, language: str = "en") -> Client:
    User.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def page(client: Client, path: str, **asked: str) -> str:
    """The page as text, with ordinary spaces."""
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def as_csv(client: Client, path: str, **asked: str) -> list[list[str]]:
    """The list as a file."""
    answer = client.get(path, {"format": "csv", **asked})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streamed answer
    return list(csv.reader(io.StringIO(text)))


def another(house: House, title: str) -> Revision:
    """One more agreement in force, of a product of its own."""
    product = ProductFactory(name=f"Produkt {title}", team=house.team, owner=house.mira)
    draft = RevisionFactory(agreement=AgreementFactory(product=product), title=title)
    fill(draft, office=house.office, clock=house.clock)
    return publish(draft, provider=house.holger, customer=house.mira)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("language", "word"), [("de", "Suche"), ("en", "Search")])
def test_a_list_is_in_one_language(house: House, path: str, language: str, word: str) -> None:
    text = page(signed_in(house.vera, language), path)

    assert f'<html lang="{language}">' in text
    assert word.lower() in text.lower()


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_much_for_three_rows_more(house: House, path: str) -> None:
    client = signed_in(house.vera)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        page(client, path)
    for number in range(3):
        another(house, f"A{number}")
        CalendarRevisionFactory()
        TeamFactory(lead=UserFactory(manager=UserFactory())).members.set([UserFactory()])
    with CaptureQueriesContext(connection) as many:
        page(client, path)

    assert len(many) <= len(few)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "asked", [{"q": "%"}, {"q": "\x00"}, {"sort": "-password"}, {"page": "-1"}, {"page": "x"}, {"sort": "name,pk"}]
)
def test_nonsense_in_the_address_shows_the_list(house: House, path: str, asked: dict[str, str]) -> None:
    assert "<h1" in page(signed_in(house.vera), path, **asked)


def test_agreements_as_a_file_are_those_the_person_may_see(house: House) -> None:
    another(house, "Zweite")
    hidden = another(house, "Geheime").agreement.product
    Product.objects.filter(pk=hidden.pk).update(visible_to="stakeholders")

    titles = {
        name: [row[0] for row in as_csv(signed_in(getattr(house, name)), "/agreements/", sort="title")[1:]]
        for name in ("rita", "jana", "anton")
    }

    assert titles == {
        "rita": ["Running the till", "Zweite"],
        "jana": ["Geheime", "Running the till", "Zweite"],
        "anton": ["Geheime", "Running the till", "Zweite"],
    }


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"q": "zwei"}, ["Zweite"]),
        ({"q": "kasse"}, ["Running the till"]),
        ({"q": "nothing"}, []),
        ({"sort": "title"}, ["Running the till", "Zweite"]),
        ({"sort": "-title"}, ["Zweite", "Running the till"]),
        ({"sort": "-product"}, ["Zweite", "Running the till"]),
    ],
)
def test_agreements_are_found_and_sorted(house: House, asked: dict[str, str], titles: list[str]) -> None:
    another(house, "Zweite")

    answer = signed_in(house.rita).get("/agreements/", asked)

    assert [row.title for row, _state in answer.context["agreements"]] == titles


@pytest.mark.parametrize(
    ("name", "offers"),
    [
        ("vera", {"edit", "file", "retire"}),
        ("adam", {"edit", "file", "retire"}),
        ("anton", {"file"}),
        ("mira", set()),
        ("holger", set()),
        ("rita", set()),
    ],
)
def test_a_page_offers_what_the_person_may(house: House, name: str, offers: set[str]) -> None:
    text = page(signed_in(getattr(house, name)), "/agreements/kasse-2026/")

    found = {deed for deed in ("edit", "file", "retire", "discard", "sign") if f"/{deed}/" in text}
    assert found == offers


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("holger", {"provider"}),
        ("doris", {"provider"}),
        ("mira", {"customer"}),
        ("olaf", {"customer"}),
        ("jana", set()),
    ],
)
def test_a_draft_offers_its_signature_to_those_who_may_give_it(house: House, name: str, sides: set[str]) -> None:
    draft = RevisionFactory(agreement=house.agreement)
    fill(draft, office=house.office, clock=house.clock)

    text = page(signed_in(getattr(house, name)), "/agreements/kasse-2026/", revision="2")

    assert {side for side in ("provider", "customer") if f"/2/sign/{side}/" in text} == sides


@pytest.mark.parametrize("asked", ["", "1", "2", "3", "x", "-1", "1e9", "\x00"])
def test_a_revision_that_is_not_there_shows_the_one_in_force(house: House, asked: str) -> None:
    RevisionFactory(agreement=house.agreement, title="Entwurf")

    answer = signed_in(house.vera).get("/agreements/kasse-2026/", {"revision": asked})

    assert (answer.status_code, answer.context["revision"].number) == (200, 2 if asked == "2" else 1)


@pytest.mark.parametrize("deed", ["sign/provider", "sign/customer", "retire", "discard"])
@pytest.mark.parametrize(("method", "status"), [("get", 405), ("put", 405), ("delete", 405)])
def test_a_deed_takes_a_button(house: House, deed: str, method: str, status: int) -> None:
    assert getattr(signed_in(house.vera), method)(f"/agreements/kasse-2026/1/{deed}/").status_code == status


@pytest.mark.parametrize("deed", ["sign/provider", "sign/customer", "retire", "discard"])
@pytest.mark.parametrize("path", ["kasse-2026/9", "nirgends/1"])
def test_a_deed_on_nothing_is_a_404(house: House, deed: str, path: str) -> None:
    assert signed_in(house.adam).post(f"/agreements/{path}/{deed}/").status_code == 404


@pytest.mark.parametrize("deed", ["sign/provider", "sign/customer", "retire", "discard"])
def test_a_deed_on_a_hidden_agreement_is_a_404_too(house: House, deed: str) -> None:
    Product.objects.update(visible_to="stakeholders")
    before = list(Revision.objects.values())

    assert signed_in(house.rita).post(f"/agreements/kasse-2026/1/{deed}/").status_code == 404
    assert list(Revision.objects.values()) == before


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_of_an_agreement_are_shown_as_words(house: House, word: str) -> None:
    draft = RevisionFactory(
        agreement=house.agreement, title=word, inside=[word], outside=[word], contacts=[word], glossary={word: word}
    )
    fill(draft, office=house.office, clock=house.clock)
    draft.definitions.update(means=word)

    answer = signed_in(house.vera).get("/agreements/kasse-2026/", {"revision": "2"})

    text = answer.content.decode()
    assert "<script>alert" not in text
    assert text.count(escape(word)) >= 5
    assert answer.context["revision"].title == word


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_names_are_shown_as_names(house: House, word: str) -> None:
    User.objects.filter(pk=house.jana.pk).update(name=word)
    Team.objects.filter(pk=house.team.pk).update(name=word)
    Calendar.objects.filter(pk=house.office.pk).update(name=word[:100])
    client = signed_in(house.vera)

    for path in (*LISTS, f"/calendars/{house.office.pk}/", "/people/jana/", "/teams/kassenteam/"):
        assert "<script>alert" not in page(client, path)
    cells = [cell for row in as_csv(client, "/people/") for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize(("language", "words"), [("de", "Fr 08:00–18:00"), ("en", "Fri 08:00–18:00")])
def test_a_calendar_is_read_by_everybody_in_their_words(house: House, language: str, words: str) -> None:
    text = page(signed_in(house.rita, language), f"/calendars/{house.office.pk}/")

    assert words.replace("Fr", "–Fr", 1) in text


def test_a_retired_agreement_says_so(house: House) -> None:
    signed_in(house.vera).post("/agreements/kasse-2026/1/retire/", {"at": ""})

    answer = signed_in(house.rita).get("/agreements/kasse-2026/")

    assert answer.context["state"] == "retired"
    assert Agreement.objects.get().revisions.get().in_force_to <= timezone.now()


def test_retiring_at_a_moment_that_is_none_is_told_beside_the_field(house: House) -> None:
    answer = signed_in(house.vera).post("/agreements/kasse-2026/1/retire/", {"at": "soon"})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["at"]
    assert Revision.objects.get().in_force_to is None


def test_an_agreement_agreed_for_later_is_read_with_the_hours_it_will_have(house: House) -> None:
    start = timezone.now() + 30 * DAY
    CalendarRevisionFactory(calendar=house.office, in_force_from=start, week={"sun": ["10:00-11:00"]})
    later = RevisionFactory(agreement=AgreementFactory(product=ProductFactory()), in_force_from=start)
    fill(later, office=house.office, clock=house.clock)
    publish(later, provider=house.holger, customer=house.mira)

    text = page(signed_in(house.rita), f"/agreements/{later.agreement.slug}/")

    assert "Sun 10:00–11:00" in text
    assert "Mon–Fri 08:00–18:00" not in text
