"""Signals and sources as they are asked for."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from incidents.actions import outages, signals
from incidents.models import Outage, Reading, Signal, SignalSource
from incidents.queries import signals as queries
from incidents.queries import sources
from incidents.signals import Remark
from slas.models import Product, User
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory, TeamFactory
from tests.incidents.signals.payloads import TEN, alert, alertmanager, kuma
from tests.incidents.signals.telling import NOW, source, tell

MINUTE = timedelta(minutes=1)


@pytest.fixture
def prometheus(house: House) -> SignalSource:
    """An Alertmanager that speaks of the till."""
    return source(house.vera, product=house.product)


def span(start: int, end: int | None, *, name: str) -> dict[str, object]:
    return alert(TEN + start * MINUTE, None if end is None else TEN + end * MINUTE, name=name)


class TestVisible:
    """The one visibility rule of signals."""

    @pytest.fixture
    def lager(self, house: House) -> Product:
        """A secret product of another team."""
        team = TeamFactory(slug="lager", lead=house.outsider)
        return ProductFactory(slug="lager", name="Lager", team=team, visible_to=Visibility.STAKEHOLDERS)

    def seen(self, person: User) -> list[tuple[str, str | None]]:
        return [(row.source.slug, getattr(row, "titles", None)) for row in queries.visible_to(person)]

    def test_titles_are_those_that_somebody_may_know(self, house: House, lager: Product) -> None:
        rules = [{"label": "alertname", "value": "StockDown", "product": "lager", "effect": ""}]
        of = source(house.vera, product=house.product, rules=rules)
        tell(of, alertmanager(alert(name="TillDown"), alert(name="StockDown")))

        summary = "%s: no answer for two minutes"
        both = {summary % "TillDown", summary % "StockDown"}
        for person in (house.vera, house.anton, house.adam):
            [(slug, titles)] = self.seen(person)
            assert (slug, set((titles or "").split("\n"))) == ("alertmanager", both)
        assert self.seen(house.jana) == [("alertmanager", summary % "TillDown")]
        assert self.seen(house.outsider) == [("alertmanager", summary % "StockDown")]
        assert self.seen(house.mira) == []

    def test_a_product_that_moves_takes_its_signals_with_it(self, house: House, prometheus: SignalSource) -> None:
        tell(prometheus, alertmanager(alert()))
        assert (len(self.seen(house.jana)), len(self.seen(house.outsider))) == (1, 0)

        house.product.team = TeamFactory(lead=house.outsider)
        house.product.save()

        assert (len(self.seen(house.jana)), len(self.seen(house.outsider))) == (0, 1)

    def test_the_newest_come_first_and_the_body_stays_where_it_is(self, house: House, prometheus: SignalSource) -> None:
        first, second = tell(prometheus, alertmanager()), tell(prometheus, alertmanager())
        later = tell(prometheus, alertmanager(), NOW + MINUTE)

        found = list(queries.visible_to(house.vera))

        assert [row.pk for row in found] == [later.signal.pk, second.signal.pk, first.signal.pk]
        assert {row.get_deferred_fields() == {"body"} for row in found} == {True}


class TestBody:
    """Who reads the whole message."""

    @pytest.mark.parametrize(
        ("message", "may"),
        [
            (alertmanager(alert()), True),
            (alertmanager(alert(), alert(name="ScannerDown")), True),
            (alertmanager(alert(), alert()), False),  # one reading for two alerts: rather too careful
            (alertmanager(alert(), truncatedAlerts=2), False),
            (alertmanager(alert(), alert(status="?")), False),
        ],
    )
    def test_a_team_reads_what_is_about_its_products_alone(
        self, house: House, prometheus: SignalSource, message: dict[str, object], may: bool
    ) -> None:
        signal = tell(prometheus, message).signal

        assert queries.may_read_body(signal, house.jana) is may
        assert queries.may_read_body(signal, house.anton)
        assert not queries.may_read_body(signal, house.rita)


class TestOverlaps:
    """Other outages of the product at the same time."""

    def overlapping(self, reading: Reading) -> list[str]:
        return [outage.title.partition(":")[0] for outage in queries.overlaps([reading])[reading.pk]]

    @pytest.mark.parametrize(
        ("start", "end", "is_beside"),
        [
            (0, 5, False),
            (0, 10, False),
            (0, 11, True),
            (12, 13, True),
            (19, 30, True),
            (20, 30, False),
            (0, None, True),
        ],
    )
    def test_half_open_spans(
        self, house: House, prometheus: SignalSource, start: int, end: int | None, is_beside: bool
    ) -> None:
        tell(prometheus, alertmanager(span(10, 20, name="Own"), span(start, end, name="Other")))

        own = Reading.objects.get(fingerprint__startswith="own")
        other = Reading.objects.get(fingerprint__startswith="other")
        assert self.overlapping(own) == ["Other"] * is_beside
        assert self.overlapping(other) == ["Own"] * is_beside

    def test_not_of_other_products_nor_what_was_dismissed(self, house: House, prometheus: SignalSource) -> None:
        shop = ProductFactory(slug="shop", team=house.team)
        tell(prometheus, alertmanager(span(0, None, name="Own"), span(1, None, name="Dismissed")))
        tell(source(house.vera, "uptime-kuma", shop), kuma(0))
        outages.dismiss(Outage.objects.get(title__startswith="Dismissed"), by=house.jana, now=NOW, reason="Not so.")

        assert self.overlapping(Reading.objects.get(fingerprint__startswith="own")) == []

    def test_without_a_product_there_is_nothing_to_compare(self, house: House) -> None:
        tell(source(house.vera), alertmanager(alert()))

        assert queries.overlaps(list(Reading.objects.all())) == queries.overlaps([]) == {}


class TestSentences:
    """What is kept in English is said in the reader's language."""

    @pytest.mark.parametrize(
        ("remark", "german"),
        [
            (Remark("There is no list of alerts."), "Es gibt keine Liste von Alarmen."),
            (Remark("“%(name)s” is missing.", {"name": "startsAt"}, 3), "Alarm 3: „startsAt“ fehlt."),
            # A percent sign in what a monitor said is no placeholder.
            (Remark("“%(name)s” is missing.", {"name": "100 %s"}), "„100 %s“ fehlt."),
            (Remark("A sentence of a version to come."), "A sentence of a version to come."),
        ],
    )
    def test_in_german(self, remark: Remark, german: str) -> None:
        with translation.override("de"):
            assert queries.sentence(queries.as_json(remark)) == german


class TestSources:
    """Who is silent, who floods, and what a source may speak of."""

    @pytest.mark.parametrize(
        ("after", "since"), [(0, None), (299, None), (300, None), (301, NOW + 5 * MINUTE), (9999, NOW + 5 * MINUTE)]
    )
    def test_silent_after_its_promise(self, house: House, after: int, since: datetime | None) -> None:
        row = source(house.vera, expects_every=5 * MINUTE)

        assert sources.silent_since(row, NOW + timedelta(seconds=after)) == since

    def test_products_of_a_source_once_each_by_name(self, house: House) -> None:
        ProductFactory(slug="akte", name="Akte", team=house.team)
        rules = [
            {"label": "a", "value": value, "product": slug, "effect": ""}
            for value, slug in (("1", "kasse"), ("2", "akte"), ("3", "akte"), ("4", "gone"))
        ]

        row = source(house.vera, product=house.product, rules=rules)

        assert [product.slug for product in sources.products_of(row)] == ["akte", "kasse"]
        assert sources.products_of(source(house.vera, "grafana")) == []

    def test_the_last_signal_is_the_latest_of_its_own(self, house: House, prometheus: SignalSource) -> None:
        other = source(house.vera, "grafana")
        for minute in (3, 1, 2):
            tell(prometheus, alertmanager(), NOW + minute * MINUTE)

        last = {row.slug: getattr(row, "last_at", None) for row in sources.overview()}

        assert last == {"alertmanager": NOW + 3 * MINUTE, "grafana": None}
        assert list(sources.heard_of(queries.visible_to(house.vera))) == [prometheus]
        assert other.signals.count() == 0

    def test_a_flood_is_counted_by_source_and_minute(
        self, house: House, prometheus: SignalSource, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sources, "PER_MINUTE", 2)
        other = source(house.vera, "grafana")
        for second in (0, 30):
            tell(prometheus, alertmanager(), NOW + timedelta(seconds=second))

        assert sources.is_flooding(prometheus, NOW + timedelta(seconds=59))
        assert not sources.is_flooding(prometheus, NOW + MINUTE)
        assert not sources.is_flooding(other, NOW)

    def test_whoever_signs_signs_this_very_body(self, house: House, prometheus: SignalSource) -> None:
        body = b'{"alerts": []}'
        signed = sources.signature_of(prometheus, body)

        assert sources.by_signature("alertmanager", body, signed) == prometheus
        assert sources.by_signature("alertmanager", body + b"\n", signed) is None
        assert sources.by_signature("grafana", body, signed) is None
        signals.renew_secret(prometheus, by=house.vera)
        assert sources.by_signature("alertmanager", body, signed) is None


@pytest.mark.parametrize(("tampered", "is_verified"), [(b"{}", True), (b"{ }", False), (b"", False)])
def test_a_signal_knows_whether_it_is_what_came_in(
    prometheus: SignalSource, tampered: bytes, is_verified: bool
) -> None:
    kept = tell(prometheus, b"{}").signal

    assert Signal(body=tampered, sha256=kept.sha256).is_verified is is_verified
