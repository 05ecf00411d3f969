"""Whatever order signals come in, and however often: the readings and proposals are the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import SignalSource
from tests.factories import House
from tests.incidents.signals.payloads import TEN, Payload, alert, alertmanager, grafana, kuma
from tests.incidents.signals.telling import proposals, readings, source, tell
from tests.laws import law

MINUTE = timedelta(minutes=1)
Messages = Sequence[Payload]


def at(minute: int) -> datetime:
    return TEN + minute * MINUTE


def one_alert(name: str, start: int, lasted: int) -> Payload:
    return alert(at(start), at(start + lasted) if lasted else None, name=name)


ALERTS = st.builds(one_alert, st.sampled_from(["TillDown", "ScannerDown"]), st.integers(0, 3), st.integers(0, 4))
GROUPS = st.lists(st.lists(ALERTS, min_size=1, max_size=3), min_size=1, max_size=5)
BEATS = st.lists(
    st.builds(lambda status, minute, key: kuma(status, at(minute), key=key, name=f"Till {key}"), st.integers(0, 3),
              st.integers(0, 6), st.integers(7, 8)),
    min_size=1, max_size=7,
)  # fmt: skip
# Each example writes what it takes in, and takes it back.
SLOW = settings(law, max_examples=law.max_examples // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])


def outcome(of: SignalSource, messages: Messages) -> tuple[object, object]:
    """What stands there once these have come in; nothing of it stays."""
    with transaction.atomic():
        for message in messages:
            tell(of, message)
        found = readings(), proposals()
        transaction.set_rollback(True)
    return found


def mixed(messages: Messages, luck: Random) -> Messages:
    """The same, some of them twice, in another order."""
    more = [*messages, *luck.sample(list(messages), k=len(messages) // 2)]
    luck.shuffle(more)
    return more


@SLOW
@given(GROUPS, st.randoms(use_true_random=False))
def test_alerts_that_say_when_they_began(house: House, groups: list[list[Payload]], luck: Random) -> None:
    of = SignalSource.objects.first() or source(house.vera, "grafana", house.product)
    messages = [grafana(*group) for group in groups]

    assert outcome(of, mixed(messages, luck)) == outcome(of, messages)


@SLOW
@given(GROUPS, st.randoms(use_true_random=False))
def test_how_they_are_grouped_does_not_matter(house: House, groups: list[list[Payload]], luck: Random) -> None:
    of = SignalSource.objects.first() or source(house.vera, product=house.product)
    alone = [alertmanager(one) for group in groups for one in group]

    assert outcome(of, mixed(alone, luck)) == outcome(of, [alertmanager(*group) for group in groups])


@SLOW
@given(BEATS, st.randoms(use_true_random=False))
def test_beats_that_say_how_it_is(house: House, beats: list[Payload], luck: Random) -> None:
    of = SignalSource.objects.first() or source(house.vera, "uptime-kuma", house.product)

    assert outcome(of, mixed(beats, luck)) == outcome(of, beats)
