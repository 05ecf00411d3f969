"""An agreement from a file to its second revision: written down, changed, signed by two, in force, and kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from slas.importers.applying import apply
from slas.models import Agreement, Product, Revision, User
from slas.queries import agreements, sentences
from tests.slas.forms.test_agreements import sent_back

EXAMPLE = Path(__file__).parents[1] / "cases" / "agreement_example.yaml"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=BERLIN)
FRIDAY_NIGHT = datetime(2026, 12, 11, 22, tzinfo=BERLIN)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday morning, 23 November 2026; the story moves it on."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def applied(file: Path) -> list[str]:
    """What the operator reads after `manage.py apply FILE`."""
    said = StringIO()
    call_command("apply", str(file), stdout=said)
    return said.getvalue().splitlines()


def promised(at: datetime, language: str) -> str:
    """What a P1 of that moment is promised, as the SLA page says it."""
    terms = agreements.terms_for(Product.objects.get(slug="kasse"), at)
    assert terms is not None
    with translation.override(language), timezone.override(BERLIN):
        return sentences.example(terms, "P1", "response", at)


def rewritten(client: Client, **changes: object) -> QueryDict:
    """The form of the next revision as it is shown, with changes typed into it."""
    form = client.get("/agreements/kasse-2026/edit/").context["form"]
    with timezone.override(BERLIN):
        return sent_back(form, **changes)


@pytest.mark.django_db
def test_an_agreement_from_its_file_to_a_second_revision_and_back_into_a_file(
    clock: time_machine.Traveller, tmp_path: Path
) -> None:
    # The operator applies the file, and it is in force since New Year.
    assert applied(EXAMPLE)[-2:] == [
        "Agreement kasse-2026: revision 1 is in force from 2026-01-01T00:00:00+01:00.",
        "9 created, 1 changed, 0 unchanged.",
    ]
    assert promised(FRIDAY_NIGHT, "de") == "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet."

    # Vera, who looks after agreements, drafts what comes next: thirty minutes, round the clock, from December.
    vera = signed_in("vera")
    entered = rewritten(
        vera,
        title="Betrieb der Kasse, auch nachts",
        in_force_from="2026-12-01T00:00",
        change_reason="Der Verkauf öffnet auch nachts",
        P1_response_allowance="30m",
        P1_response_calendar="Rund um die Uhr",
    )
    saved = vera.post("/agreements/kasse-2026/edit/", entered)
    assert (saved.status_code, saved["Location"]) == (302, "/agreements/kasse-2026/?revision=2")
    draft = Revision.objects.get(number=2)
    assert (draft.created_by, draft.change_reason, draft.is_published) == (
        User.objects.get(username="vera"),
        "Der Verkauf öffnet auch nachts",
        False,
    )

    # A draft promises nothing yet, and Vera cannot put it in force alone.
    assert "Entwurf" in vera.get("/agreements/kasse-2026/?revision=2").content.decode()
    assert promised(FRIDAY_NIGHT, "en") == "A P1, reported Friday 22:00, is answered by Monday 09:00."
    for side in ("provider", "customer"):
        assert vera.post(f"/agreements/kasse-2026/2/sign/{side}/").status_code == 403

    # Holger signs for IT on Tuesday. Vera changes the title after that, so he has to sign again.
    clock.shift(timedelta(days=1))
    holger, mira = signed_in("holger"), signed_in("mira")
    assert holger.post("/agreements/kasse-2026/2/sign/provider/").status_code == 302
    entered = rewritten(vera, title="Betrieb der Kasse, Tag und Nacht")
    assert vera.post("/agreements/kasse-2026/edit/", entered).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.provider_signed_by) == ("Betrieb der Kasse, Tag und Nacht", None)

    # Both sign, and the second signature publishes.
    assert mira.post("/agreements/kasse-2026/2/sign/customer/").status_code == 302
    assert not Revision.objects.get(number=2).is_published
    assert holger.post("/agreements/kasse-2026/2/sign/customer/").status_code == 403
    clock.shift(timedelta(hours=1))
    assert holger.post("/agreements/kasse-2026/2/sign/provider/").status_code == 302

    first, second = Revision.objects.order_by("number")
    start = datetime(2026, 12, 1, tzinfo=BERLIN)
    assert (first.in_force_to, second.in_force_from, second.in_force_to) == (start, start, None)
    assert second.published_at == timezone.now()
    assert (second.provider_signed_by, second.customer_signed_by) == (
        User.objects.get(username="holger"),
        User.objects.get(username="mira"),
    )
    states = [agreements.state_of(one, timezone.now()) for one in (first, second)]
    assert states == ["in_force", "published"]

    # Nobody edits it any more, not even Vera.
    assert vera.post("/agreements/kasse-2026/2/discard/").status_code == 409
    assert vera.post("/agreements/kasse-2026/1/discard/").status_code == 409

    # In November the old promise counts, from December on the new one.
    last_night = datetime(2026, 11, 27, 22, tzinfo=BERLIN)
    assert promised(last_night, "en") == "A P1, reported Friday 22:00, is answered by Monday 09:00."
    assert promised(FRIDAY_NIGHT, "en") == "A P1, reported Friday 22:00, is answered by Friday 22:30."
    assert promised(FRIDAY_NIGHT, "de") == "Ein P1, gemeldet Freitag 22:00, wird bis Freitag 22:30 beantwortet."

    clock.move_to(datetime(2026, 12, 1, 8, tzinfo=BERLIN))
    assert [agreements.state_of(one, timezone.now()) for one in (first, second)] == ["superseded", "in_force"]
    page = mira.get("/products/kasse/").content.decode().replace("\u00a0", " ")
    assert "Answer within 30 min round the clock, promised, in 95 % of cases." in page
    answer = mira.get("/products/kasse/", {"priority": "P1", "at": "2026-12-11T22:00"}).content.decode()
    assert "Friday 22:30" in answer

    # The file of today says the same as the pages: applying it changes nothing.
    file = tmp_path / "kasse-2026.yaml"
    file.write_bytes(vera.get("/agreements/kasse-2026/file/").content)
    assert "30m" in file.read_text()
    assert applied(file) == ["0 created, 0 changed, 9 unchanged."]

    # The old file still says what was: it would become a third revision from now on, never the past.
    outcome = apply(EXAMPLE.read_bytes(), now=timezone.now())
    third = Revision.objects.get(number=3)
    assert outcome.lines == [
        "Agreement kasse-2026: revision 3 is in force from 2026-12-01T08:00:00+01:00, "
        "not from 2026-01-01T00:00:00+01:00: a changed agreement never reaches back."
    ]
    assert Revision.objects.get(number=2).in_force_to == third.in_force_from == timezone.now()
    assert Agreement.objects.count() == 1


@pytest.mark.django_db
def test_a_draft_that_nobody_wants_is_thrown_away_and_its_number_is_free(clock: time_machine.Traveller) -> None:
    applied(EXAMPLE)
    vera = signed_in("vera")
    vera.post("/agreements/kasse-2026/edit/", rewritten(vera, title="Eine Idee"))

    assert vera.post("/agreements/kasse-2026/2/discard/").status_code == 302
    vera.post("/agreements/kasse-2026/edit/", rewritten(vera, title="Eine bessere Idee"))

    assert list(Revision.objects.order_by("number").values_list("number", "title")) == [
        (1, "Betrieb der Kasse"),
        (2, "Eine bessere Idee"),
    ]


@pytest.mark.django_db
def test_a_promise_that_ends_leaves_a_product_without_one(clock: time_machine.Traveller) -> None:
    applied(EXAMPLE)
    vera = signed_in("vera")
    end = datetime(2026, 12, 31, 23, tzinfo=UTC)

    assert vera.post("/agreements/kasse-2026/1/retire/", {"at": "2027-01-01T00:00"}).status_code == 302

    assert Revision.objects.get().in_force_to == end
    assert promised(end - timedelta(seconds=1), "en").startswith("A P1, reported Thursday 23:59")
    assert agreements.terms_for(Product.objects.get(), end) is None
    for moment in (MONDAY, datetime(2027, 1, 4, 9, tzinfo=BERLIN)):
        clock.move_to(moment)
        assert signed_in("mira").get("/products/kasse/").status_code == 200
    assert agreements.state_of(Revision.objects.get(), timezone.now()) == "retired"
