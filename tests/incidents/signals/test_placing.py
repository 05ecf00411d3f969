"""Which product an alert means."""

import pytest

from incidents.signals import Alert, Place, Rule, placed
from tests.incidents.signals.payloads import TEN

RULES = (
    Rule("alertname", "Watchdog", effect="none"),
    Rule("severity", "warning", "kasse", "degraded"),
    Rule("alertname", "TillDown", "kasse"),
    Rule("alertname", "TillDown", "lager"),
)


def at(default: str = "", *, names_product: bool = False, effect: str = "full", **labels: str) -> Place:
    alert = Alert("x", TEN, None, "x", labels, effect)
    return placed(alert, RULES, default=default, names_product=names_product)


@pytest.mark.parametrize(
    ("labels", "place"),
    [
        ({"alertname": "TillDown"}, Place("kasse", "full")),
        ({"alertname": "TillDown", "severity": "warning"}, Place("kasse", "degraded")),
        ({"alertname": "Watchdog", "severity": "warning"}, Place("", "none")),
        ({"alertname": "tilldown"}, Place("shop", "full")),
        ({}, Place("shop", "full")),
    ],
)
def test_the_first_rule_that_fits_counts_else_the_default(labels: dict[str, str], place: Place) -> None:
    assert at("shop", **labels) == place


def test_an_effect_of_the_alert_stays_unless_a_rule_has_another() -> None:
    assert at(effect="degraded", alertname="TillDown") == Place("kasse", "degraded")
    assert at(effect="full", severity="warning") == Place("kasse", "degraded")


def test_only_who_may_names_a_product() -> None:
    assert at("shop", product="lager") == Place("shop", "full")
    assert at("shop", names_product=True, product="lager") == Place("lager", "full")
    assert at("shop", names_product=True) == Place("shop", "full")
    assert at("shop", names_product=True, product="lager", alertname="TillDown") == Place("kasse", "full")
    assert at() == Place("", "full")
