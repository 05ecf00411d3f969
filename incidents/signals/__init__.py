"""What monitors tell: their messages read into alerts, alerts put together into spans, and which product they mean."""

from incidents.signals.alerts import Alert, Message, Remark, Unreadable
from incidents.signals.parsing import parse
from incidents.signals.placing import EFFECTS, NO_EFFECT, Place, Rule, placed
from incidents.signals.spans import Told, runs, spans_by_start

__all__ = [
    "EFFECTS", "NO_EFFECT", "Alert", "Message", "Place", "Remark", "Rule", "Told", "Unreadable", "parse", "placed",
    "runs", "spans_by_start",
]  # fmt: skip
