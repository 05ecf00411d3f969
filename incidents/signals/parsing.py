"""The languages that are understood, each by the word for it in the address."""

from collections.abc import Callable, Mapping

from incidents.signals.alerts import Message, Remark, Unreadable
from incidents.signals.generic import generic
from incidents.signals.kuma import uptime_kuma
from incidents.signals.prometheus import alertmanager, grafana

PARSERS: Mapping[str, Callable[[bytes, str], Message]] = {
    "alertmanager": alertmanager,
    "grafana": grafana,
    "uptime-kuma": uptime_kuma,
    "generic": generic,
}
MOST_ALERTS = 500  # each may become a proposal and a letter to a whole team


def parse(kind: str, body: bytes, content_type: str) -> Message:
    """What stands in a body; Unreadable (a ValueError) with one sentence when it means nothing at all."""
    message = PARSERS[kind](body, content_type)
    if len(message.alerts) > MOST_ALERTS:
        raise Unreadable("Send at most %(most)s alerts at once.", most=MOST_ALERTS)
    # An empty list is what monitors send to show that they live; it must not look like a fault.
    if message == Message():
        return Message(ignored=(Remark("The message tells of no alert: a sign of life."),))
    return message
