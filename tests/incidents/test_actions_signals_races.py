"""Two messages at once, on real PostgreSQL: nothing is written twice, nobody gets a server error."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from incidents.actions import outages, signals
from incidents.models import DataGap, Observation, Outage, Reading, Signal, SignalSource
from slas.models import Notice
from tests.factories import House, build_house
from tests.incidents.signals.payloads import TEN, alert, alertmanager, kuma
from tests.incidents.signals.telling import NOW, proposals, readings, source, tell
from tests.incidents.test_actions_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    """A house that other connections see."""
    return build_house()


@pytest.fixture
def prometheus(house: House) -> SignalSource:
    """An Alertmanager that speaks of the till and reports every five minutes."""
    return source(house.vera, product=house.product, expects_every=5 * MINUTE)


def telling(of: SignalSource, payload: dict[str, object]) -> Callable[[], object]:
    return lambda: tell(of, payload)


def test_the_same_four_times_at_once_is_one(prometheus: SignalSource) -> None:
    assert at_once(*[telling(prometheus, alertmanager(alert()))] * 4) == ["done"] * 4

    counted = [model.objects.count() for model in (Signal, Observation, Reading, Outage, Notice)]
    assert counted == [4, 1, 1, 1, 2]
    assert sorted(Signal.objects.values_list("outcome", flat=True)) == ["accepted", *["duplicate"] * 3]


def test_firing_and_its_ends_at_once(prometheus: SignalSource) -> None:
    ends = [alertmanager(alert(TEN, TEN + minutes * MINUTE)) for minutes in (5, 9, 7)]

    at_once(*[telling(prometheus, payload) for payload in (alertmanager(alert()), *ends)])

    assert [end for _, _, end, _ in readings()] == [TEN + 9 * MINUTE]
    assert [end for _, _, end, *_ in proposals()] == [TEN + 9 * MINUTE]


def test_beats_at_once(house: House) -> None:
    bear = source(house.vera, "uptime-kuma", house.product)
    beats = [kuma(0), kuma(1, TEN + MINUTE), kuma(0, TEN + 2 * MINUTE), kuma(1, TEN + 3 * MINUTE)]

    at_once(*[telling(bear, beat) for beat in beats])

    assert [(start, end) for _, start, end, _ in readings()] == [
        (TEN, TEN + MINUTE), (TEN + 2 * MINUTE, TEN + 3 * MINUTE),
    ]  # fmt: skip
    assert [(start, end) for _, start, end, *_ in proposals()] == [(start, end) for _, start, end, _ in readings()]


def test_two_people_name_a_product_and_one_outage_is_proposed(house: House) -> None:
    tell(source(house.vera, "grafana"), alertmanager(alert()))
    reading = Reading.objects.get()

    at_once(*[lambda: signals.assign(reading, house.product, by=house.vera, now=NOW)] * 3)

    assert (Outage.objects.count(), Notice.objects.count()) == (1, 2)


def test_an_end_that_comes_while_somebody_confirms(house: House, prometheus: SignalSource) -> None:
    tell(prometheus, alertmanager(alert()))
    outage = Outage.objects.get()

    at_once(
        lambda: outages.confirm(outage, by=house.jana, now=NOW),
        telling(prometheus, alertmanager(alert(TEN, TEN + 9 * MINUTE))),
    )

    assert [(end, standing) for _, _, end, _, standing in proposals()] == [(TEN + 9 * MINUTE, "confirmed")]


def test_rounds_and_a_signal_write_one_silence(prometheus: SignalSource) -> None:
    later = NOW + 6 * MINUTE

    at_once(
        *[lambda: signals.watch(now=later)] * 3,
        lambda: tell(prometheus, alertmanager(), later),
    )

    [gap] = DataGap.objects.all()
    assert (gap.started_at, gap.ended_at) == (NOW + 5 * MINUTE, later)
