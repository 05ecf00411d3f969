"""Sources: set up and changed by whom, their secrets, and what their silence means."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import engine, outages, signals
from incidents.models import DataGap, SignalSource
from incidents.queries import sources
from slas.errors import Refused
from tests.factories import House, ProductFactory
from tests.incidents.signals.payloads import alert, alertmanager
from tests.incidents.signals.telling import NOW, source, tell

MINUTE = timedelta(minutes=1)
FIVE = 5 * MINUTE


def gaps() -> list[tuple[str, datetime, datetime | None]]:
    """Every time without data: of which product, from when, until when."""
    found = DataGap.objects.select_related("product").order_by("started_at", "product__slug")
    return [(gap.product.slug, gap.started_at, gap.ended_at) for gap in found]


class TestKeeping:
    """Who sets up what."""

    def test_who_may(self, house: House) -> None:
        row = source(house.vera)

        for person in (house.anton, house.holger, house.doris, house.jana, house.mira, house.rita):
            with pytest.raises(PermissionDenied):
                source(person, "grafana")
            with pytest.raises(PermissionDenied):
                signals.change_source(row, by=person, now=NOW, name="Mine")
            with pytest.raises(PermissionDenied):
                signals.renew_secret(row, by=person)
        assert signals.change_source(row, by=house.adam, now=NOW, name="Ours").name == "Ours"
        assert SignalSource.objects.count() == 1

    def test_a_name_is_there_once(self, house: House) -> None:
        source(house.vera)

        with pytest.raises(Refused, match="There is already a source named “alertmanager”"):
            source(house.vera)

    @pytest.mark.parametrize(
        "rules",
        [
            {"label": "a"}, "x", [7], [{}], [{"label": "a", "value": "b", "product": "kasse"}],
            [{"label": "a", "value": "b", "product": "kasse", "effect": "odd"}],
            [{"label": "", "value": "b", "product": "kasse", "effect": ""}],
            [{"label": "a", "value": 7, "product": "kasse", "effect": ""}],
            [{"label": "a", "value": "b", "product": "", "effect": ""}],
            [{"label": "a", "value": "b", "product": "kasse", "effect": "none"}],
        ],
    )  # fmt: skip
    def test_rules_are_checked(self, house: House, rules: object) -> None:
        with pytest.raises(Refused, match="rule"):
            source(house.vera, rules=rules)

    @pytest.mark.parametrize("length", [timedelta(seconds=59), timedelta(days=31, seconds=1), -MINUTE])
    def test_it_reports_sensibly(self, house: House, length: timedelta) -> None:
        with pytest.raises(Refused, match="at least every 31 days"):
            source(house.vera, expects_every=length)


class TestSecrets:
    """Worked out, never kept."""

    def test_each_source_has_its_own_and_no_column_holds_it(self, house: House) -> None:
        first, second = source(house.vera), source(house.vera, "grafana")

        assert sources.secret_of(first) != sources.secret_of(second)
        assert sources.secret_of(first) == sources.secret_of(SignalSource.objects.get(pk=first.pk))
        assert sources.secret_of(first) not in {str(value) for value in vars(first).values()}

    def test_another_one_makes_the_first_worthless(self, house: House) -> None:
        row = source(house.vera)
        old = sources.secret_of(row)

        new = sources.secret_of(signals.renew_secret(row, by=house.vera))

        assert sources.by_secret("alertmanager", old) is None
        assert sources.by_secret("alertmanager", new) == row

    def test_only_of_its_kind_and_while_it_is_active(self, house: House) -> None:
        row = source(house.vera)
        secret = sources.secret_of(row)

        assert sources.by_secret("alertmanager", secret) == row
        assert sources.by_secret("grafana", secret) is None
        assert sources.by_secret("alertmanager", "") is None
        assert sources.by_secret("alertmanager", "ünïcode") is None
        signals.change_source(row, by=house.vera, now=NOW, is_active=False)
        assert sources.by_secret("alertmanager", secret) is None


class TestSilence:
    """A source that promised to report and does not."""

    @pytest.fixture
    def promising(self, house: House) -> SignalSource:
        """It speaks of two products, every five minutes."""
        ProductFactory(slug="lager", name="Lager", team=house.team)
        rules = [
            {"label": "job", "value": "stock", "product": "lager", "effect": ""},
            {"label": "alertname", "value": "Watchdog", "product": "", "effect": "none"},
        ]
        return source(house.vera, product=house.product, rules=rules, expects_every=FIVE)

    def test_longer_than_promised_is_time_without_data_until_the_next_signal(self, promising: SignalSource) -> None:
        tell(promising, alertmanager(alert(name="Watchdog")), NOW + MINUTE)
        signals.watch(now=NOW + MINUTE + FIVE)
        assert gaps() == []

        signals.watch(now=NOW + 7 * MINUTE)
        signals.watch(now=NOW + 8 * MINUTE)
        assert gaps() == [("kasse", NOW + 6 * MINUTE, None), ("lager", NOW + 6 * MINUTE, None)]

        tell(promising, alertmanager(alert(name="Watchdog")), NOW + 9 * MINUTE)
        assert gaps() == [(slug, NOW + 6 * MINUTE, NOW + 9 * MINUTE) for slug in ("kasse", "lager")]
        gap = DataGap.objects.earliest("pk")
        assert (gap.recorded_by, gap.reason) == (None, "The alertmanager")

    def test_a_silence_between_two_rounds_is_written_down_too(self, promising: SignalSource) -> None:
        tell(promising, alertmanager(), NOW + 20 * MINUTE)

        assert gaps() == [(slug, NOW + FIVE, NOW + 20 * MINUTE) for slug in ("kasse", "lager")]

    def test_what_cannot_be_read_is_no_sign_of_life(self, promising: SignalSource) -> None:
        tell(promising, b"{", NOW + 4 * MINUTE)
        signals.watch(now=NOW + 6 * MINUTE)
        tell(promising, b"{", NOW + 7 * MINUTE)

        assert gaps() == [("kasse", NOW + FIVE, None), ("lager", NOW + FIVE, None)]

    def test_what_somebody_withdrew_or_ended_is_not_opened_again(self, house: House, promising: SignalSource) -> None:
        signals.watch(now=NOW + 6 * MINUTE)
        first, second = DataGap.objects.order_by("product__slug")
        outages.withdraw_gap(first, by=house.vera, now=NOW + 7 * MINUTE)
        outages.end_gap(second, by=house.vera, now=NOW + 7 * MINUTE)

        signals.watch(now=NOW + 8 * MINUTE)
        tell(promising, alertmanager(), NOW + 9 * MINUTE)

        assert gaps() == [("kasse", NOW + FIVE, None), ("lager", NOW + FIVE, NOW + 7 * MINUTE)]

    def test_who_promises_nothing_or_is_not_active_is_never_missed(self, house: House) -> None:
        source(house.vera, product=house.product)
        source(house.vera, "grafana", house.product, expects_every=FIVE, is_active=False)

        signals.watch(now=NOW + timedelta(days=9))

        assert gaps() == []

    @pytest.mark.parametrize("said", [{"is_active": False}, {"expects_every": 2 * FIVE}, {"rules": []}])
    def test_another_promise_begins_anew(self, house: House, promising: SignalSource, said: dict[str, object]) -> None:
        signals.watch(now=NOW + 6 * MINUTE)

        signals.change_source(promising, by=house.vera, now=NOW + 8 * MINUTE, **said)  # type: ignore[arg-type]  # a test's own words

        assert {end for _, _, end in gaps()} == {NOW + 8 * MINUTE}
        assert SignalSource.objects.get().quiet_since == NOW + 8 * MINUTE

    def test_another_name_leaves_the_silence_as_it_is(self, house: House, promising: SignalSource) -> None:
        signals.watch(now=NOW + 6 * MINUTE)

        signals.change_source(promising, by=house.vera, now=NOW + 8 * MINUTE, name="Watched")

        assert {end for _, _, end in gaps()} == {None}

    def test_the_engine_looks_for_it(self, promising: SignalSource) -> None:
        engine.silence_round(NOW + 6 * MINUTE)

        assert len(gaps()) == 2
