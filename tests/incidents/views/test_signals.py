"""The inbox of signals: who sees what of it, what became of each, and the product that a person names."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from incidents.models import Outage, Reading, Signal
from slas.models import Product
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory, TeamFactory
from tests.incidents.signals.payloads import TEN, alert, alertmanager, generic
from tests.incidents.signals.telling import NOW, proposals, source, tell
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words

TITLE = "TillDown: no answer for two minutes"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def secret(house: House) -> Product:
    """A product of another team that hardly anybody may see."""
    team = TeamFactory(slug="personal", name="Personal", lead=house.outsider)
    return ProductFactory(slug="akte", name="Akte", team=team, visible_to=Visibility.STAKEHOLDERS)


@pytest.fixture
def mixed(house: House, secret: Product) -> Signal:
    """One message about the till, about a product that is secret, and about one that nobody knows."""
    rules = [
        {"label": "alertname", "value": "TillDown", "product": "kasse", "effect": ""},
        {"label": "alertname", "value": "FileDown", "product": "akte", "effect": "degraded"},
    ]
    of = source(house.vera, rules=rules)
    message = alertmanager(alert(), alert(name="FileDown"), alert(TEN, NOW, name="OddDown"), alert(status="?"))
    return tell(of, message).signal


@pytest.fixture
def own(house: House) -> Signal:
    """A message about the till alone."""
    return tell(source(house.vera, "grafana", house.product), alertmanager(alert())).signal


def shown(client: Client, address: str = "/signals/") -> list[int]:
    return [row.pk for row in client.get(address).context["listing"].rows]


class TestWhoSeesWhat:
    """Restricted products never leak."""

    @pytest.mark.parametrize("address", ["/signals/", "/signals/1/"])
    def test_nobody_without_signing_in(self, client: Client, db: None, address: str) -> None:
        assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"

    def test_the_inbox_is_for_readers_and_the_providers_side(self, house: House, own: Signal, mixed: Signal) -> None:
        for person in (house.vera, house.anton, house.adam, house.jana, house.holger, house.doris):
            assert shown(signed_in(person)) == [mixed.pk, own.pk]
        # His team provides the secret product alone.
        assert shown(signed_in(house.outsider)) == [mixed.pk]
        for person in (house.mira, house.stella, house.rita, house.ida):
            assert signed_in(person).get("/signals/").status_code == 403

    def test_one_signal_is_a_404_for_whoever_does_not_see_it(self, house: House, own: Signal, mixed: Signal) -> None:
        for person in (house.mira, house.stella, house.rita, house.ida, house.outsider):
            assert signed_in(person).get(f"/signals/{own.pk}/").status_code == 404
        assert signed_in(house.vera).get("/signals/999999/").status_code == 404
        assert signed_in(house.outsider).get(f"/signals/{mixed.pk}/").status_code == 200

    def test_of_a_mixed_signal_a_team_sees_its_own_part(self, house: House, mixed: Signal) -> None:
        page = words(signed_in(house.jana), f"/signals/{mixed.pk}/")
        listed = words(signed_in(house.jana), "/signals/")
        [row] = table(signed_in(house.jana), "/signals/?format=csv")[1:]

        assert "TillDown" in page
        assert "It also tells of products that are not yours" in page
        for hidden in ("FileDown", "OddDown", "Akte", "Alert 4", "groupKey"):
            assert hidden not in page
            assert hidden not in listed
        assert row[3:5] == [TITLE, "Kasse"]

    def test_nor_does_the_search_find_what_is_hidden(self, house: House, own: Signal, mixed: Signal) -> None:
        for asked, found in (
            ("TillDown", [mixed.pk, own.pk]),
            ("FileDown", []),
            ("OddDown", []),
            ("grafana", [own.pk]),
        ):
            assert shown(signed_in(house.jana), f"/signals/?q={asked}") == found
        assert shown(signed_in(house.vera), "/signals/?q=FileDown") == [mixed.pk]

    def test_only_sources_that_somebody_hears_of_are_offered(self, house: House, own: Signal, mixed: Signal) -> None:
        of_outsider = signed_in(house.outsider).get("/signals/").context["listing"].filters
        of_vera = signed_in(house.vera).get("/signals/").context["listing"].filters

        assert [row.slug for row in of_outsider.fields["source"].queryset] == ["alertmanager"]
        assert [row.slug for row in of_vera.fields["source"].queryset] == ["alertmanager", "grafana"]

    def test_the_body_is_read_by_whoever_knows_all_of_it(self, house: House, own: Signal, mixed: Signal) -> None:
        assert "groupKey" in words(signed_in(house.jana), f"/signals/{own.pk}/")
        for person in (house.vera, house.anton, house.adam):
            page = words(signed_in(person), f"/signals/{mixed.pk}/")
            assert "groupKey" in page
            assert "Alert 4: “status” has to be one of: firing, resolved." in page

    def test_a_signal_with_remarks_is_read_by_readers_alone(self, house: House) -> None:
        of = source(house.vera, product=house.product)
        left_out = tell(of, alertmanager(alert(), truncatedAlerts=1)).signal

        assert "groupKey" not in words(signed_in(house.jana), f"/signals/{left_out.pk}/")


class TestList:
    """Filters, search, file."""

    def test_filters(self, house: House, own: Signal, mixed: Signal) -> None:
        refused = tell(own.source, b"{").signal
        vera = signed_in(house.vera)

        assert shown(vera, "/signals/?source=grafana") == [refused.pk, own.pk]
        assert shown(vera, "/signals/?outcome=refused") == [refused.pk]
        assert shown(vera, "/signals/?show=unplaced") == [mixed.pk]
        assert shown(vera, "/signals/?source=nowhere&outcome=odd&show=odd&q=%00&sort=-odd&page=99") == [
            refused.pk, mixed.pk, own.pk,
        ]  # fmt: skip
        assert "Nothing matches" in words(vera, "/signals/?outcome=duplicate")

    def test_the_file(self, house: House, own: Signal, mixed: Signal) -> None:
        head, newest, oldest = table(signed_in(house.vera), "/signals/?format=csv")

        assert head == ["Received", "Source", "Outcome", "Alerts", "Products", "SHA-256"]
        assert oldest == [
            "2026-11-20T13:00:00+01:00", "The grafana", "accepted", TITLE, "Kasse", own.sha256,
        ]  # fmt: skip
        assert newest[4] == "no product, Akte, Kasse"

    def test_an_empty_inbox_says_what_comes_next(self, house: House) -> None:
        assert "No signal yet" in words(signed_in(house.vera), "/signals/")

    def test_it_asks_the_same_questions_of_one_and_of_three(self, house: House, own: Signal) -> None:
        vera, jana = signed_in(house.vera), signed_in(house.jana)
        before = questions(vera, "/signals/"), questions(jana, "/signals/")
        for minute in (1, 2):
            moved = alert(TEN + timedelta(minutes=minute))
            tell(own.source, alertmanager(moved, {**moved, "fingerprint": "other"}))

        assert (questions(vera, "/signals/"), questions(jana, "/signals/")) == before


class TestPage:
    """One signal: what came in and what it became."""

    def test_facts_and_what_became_of_it(self, house: House, own: Signal) -> None:
        page = words(signed_in(house.jana), f"/signals/{own.pk}/")

        assert f"What became of it {TITLE} Start Fri 20 Nov 2026, 11:00 End still going on Effect down" in page
        assert f"Product Kasse Outage {TITLE} proposed" in page
        assert f"SHA-256 verified {own.sha256}" in page

    def test_another_proposal_at_the_same_time_is_shown(self, house: House, own: Signal) -> None:
        assert "Overlaps with" not in words(signed_in(house.jana), f"/signals/{own.pk}/")
        other = tell(source(house.vera, "generic", house.product), generic()).signal

        assert "Overlaps with Till 7 does not answer" in words(signed_in(house.jana), f"/signals/{own.pk}/")
        assert f"Overlaps with {TITLE}" in words(signed_in(house.jana), f"/signals/{other.pk}/")

    def test_a_body_that_is_not_what_came_in_is_said(self, house: House, own: Signal) -> None:
        forged = Signal.objects.create(
            source=own.source, received_at=NOW, body=b"{}", sha256=own.sha256, outcome="ignored", alerts=0
        )

        assert "not what came in" in words(signed_in(house.vera), f"/signals/{forged.pk}/")

    @pytest.mark.parametrize("body", [b"\x00\x1b[2J\xff\x7f", b"<script>alert(1)</script>", "‮evil".encode()])
    def test_a_body_is_shown_and_can_do_nothing(self, house: House, own: Signal, body: bytes) -> None:
        signal = tell(own.source, body).signal

        answer = signed_in(house.vera).get(f"/signals/{signal.pk}/")

        assert answer.status_code == 200
        page = answer.content.decode()
        assert "<script>alert" not in page
        for hidden in ("\x00", "\x1b", "\x7f", "‮"):
            assert hidden not in page

    def test_it_asks_the_same_questions_of_one_alert_and_of_three(self, house: House, own: Signal) -> None:
        three = tell(own.source, alertmanager(alert(), alert(name="Other"), alert(name="More"))).signal

        for person in (house.vera, house.jana):
            client = signed_in(person)
            assert questions(client, f"/signals/{three.pk}/") == questions(client, f"/signals/{own.pk}/")


class TestAssigning:
    """A person says which product was meant."""

    @pytest.fixture
    def unknown(self, house: House) -> Signal:
        """An alert that no rule knows."""
        return tell(source(house.vera), alertmanager(alert())).signal

    def entered(self, house: House, **changes: object) -> dict[str, object]:
        return {"reading": Reading.objects.get().pk, "product": house.product.pk} | changes

    def test_it_is_proposed_from_then_on(self, house: House, unknown: Signal) -> None:
        vera, address = signed_in(house.vera), f"/signals/{unknown.pk}/"
        assert "Which product was it?" in words(vera, address)
        assert "no product" in words(vera, "/signals/")

        answer = vera.post(address, self.entered(house), follow=True)

        page = plain(answer.content.decode())
        assert "An outage of Kasse is proposed." in page
        assert "Product Kasse said by Vera Blum" in page
        assert "Which product was it?" not in page
        assert proposals() == [(TITLE, TEN, None, "full", "proposed")]

    def test_a_second_click_is_harmless_and_another_product_is_refused(self, house: House, unknown: Signal) -> None:
        vera, address = signed_in(house.vera), f"/signals/{unknown.pk}/"
        vera.post(address, self.entered(house))

        assert vera.post(address, self.entered(house)).status_code == 302
        other = vera.post(address, self.entered(house, product=ProductFactory(team=house.team).pk))
        assert (other.status_code, Outage.objects.count()) == (409, 1)
        assert "It belongs to another product already." in plain(other.content.decode())

    @pytest.mark.parametrize("wrong", [{"product": ""}, {"product": 0}, {"product": "x\x00"}, {"reading": 10**30}, {}])
    def test_nonsense_is_a_400_beside_its_field(self, house: House, unknown: Signal, wrong: dict[str, object]) -> None:
        entered = self.entered(house) | wrong if wrong else {}

        answer = signed_in(house.vera).post(f"/signals/{unknown.pk}/", entered)

        assert (answer.status_code, Outage.objects.count()) == (400, 0)

    def test_a_reading_of_another_signal_is_no_choice(self, house: House, unknown: Signal, own: Signal) -> None:
        of_own = Reading.objects.get(source=own.source)

        answer = signed_in(house.vera).post(
            f"/signals/{unknown.pk}/", {"reading": of_own.pk, "product": house.product.pk}
        )

        assert answer.status_code == 400

    def test_who_may(self, house: House, unknown: Signal) -> None:
        for person, status in ((house.anton, 403), (house.jana, 404), (house.rita, 404)):
            assert signed_in(person).post(f"/signals/{unknown.pk}/", self.entered(house)).status_code == status
        assert "Which product was it?" not in words(signed_in(house.anton), f"/signals/{unknown.pk}/")
        assert signed_in(house.adam).post(f"/signals/{unknown.pk}/", self.entered(house)).status_code == 302


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_a_monitor_sends_is_shown_and_can_do_nothing(house: House, value: str) -> None:
    of = source(house.vera, product=house.product)
    labels = {"alertname": value, value: value}
    signal = tell(of, alertmanager(alert(labels=labels, annotations={}))).signal
    vera = signed_in(house.vera)

    for address in ("/signals/", f"/signals/{signal.pk}/"):
        page = vera.get(address).content.decode()
        if "<" in value:
            assert value not in page
        assert "{{" not in page or "{{" in value
    assert table(vera, "/signals/?format=csv")[1][3].lstrip("'")[:20] == Reading.objects.get().title[:20].lstrip("'")
