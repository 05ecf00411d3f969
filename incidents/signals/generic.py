"""Messages in our own words (docs/api.md), for whatever speaks none of the other languages."""

from incidents.signals import reading
from incidents.signals.alerts import Alert, Message, Unreadable
from incidents.signals.placing import EFFECTS
from incidents.signals.reading import Node

FIELDS = ("fingerprint", "product", "status", "starts_at", "ends_at", "title", "effect")


def generic(body: bytes, _content_type: str) -> Message:
    """One alert, or a list of them; an empty list is a sign of life."""
    root = reading.json_of(body)
    return reading.each(root if isinstance(root, list) else [root], _alert)


def _alert(node: Node) -> Alert:
    # A name that is misspelt would be taken for one that was left out.
    strangers = sorted(set(node) - set(FIELDS))
    if strangers:
        raise Unreadable(
            "There is no field “%(name)s”; there are: %(choices)s.",
            name=reading.title(strangers[0]),
            choices=", ".join(FIELDS),
        )
    is_firing = reading.choice(node, "status", ("firing", "resolved")) == "firing"
    starts_at = reading.instant(node.get("starts_at"), "starts_at")
    ends_at = None if node.get("ends_at") is None else reading.instant(node["ends_at"], "ends_at")
    if is_firing == (ends_at is not None):
        raise Unreadable("What is resolved has an “ends_at”, and what is firing has none.")
    reading.in_order(starts_at, ends_at)
    return Alert(
        fingerprint=reading.fingerprint(reading.text(node, "fingerprint")),
        starts_at=starts_at,
        ends_at=ends_at,
        title=reading.title(reading.text(node, "title")),
        labels={} if node.get("product") is None else {"product": reading.title(reading.text(node, "product"))},
        effect="full" if node.get("effect") is None else reading.choice(node, "effect", EFFECTS),
    )
