"""Which product an alert means, and how much of it is gone: the first rule whose label has its value."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.signals.alerts import Alert

EFFECTS = ("full", "degraded")
NO_EFFECT = "none"  # a sign of life, such as Prometheus' Watchdog: it never is an outage
PRODUCT = "product"  # the label by which a generic alert names its product itself


@dataclass(frozen=True, slots=True)
class Rule:
    """Alerts with this label mean this product; an empty effect leaves what the alert says itself."""

    label: str
    value: str
    product: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A product by its short name, empty where none is known, and an effect."""

    product: str
    effect: str


def placed(alert: Alert, rules: Sequence[Rule], *, default: str, names_product: bool) -> Place:
    """The product of the first rule that fits, else what the alert names where it may, else the default one."""
    # Elsewhere a label “product” is the monitor's own word, and need not be one of ours.
    own = alert.labels.get(PRODUCT, "") if names_product else ""
    fits = next((rule for rule in rules if alert.labels.get(rule.label) == rule.value), Rule("", "", own or default))
    return Place("" if fits.effect == NO_EFFECT else fits.product, fits.effect or alert.effect)
