"""What is typed about sources, and what it means."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.forms.signals import AssignForm, Rules, SourceForm
from incidents.models import Reading
from incidents.models.signals import validate_rules
from tests.factories import House, ProductFactory
from tests.incidents.signals.payloads import alert, alertmanager
from tests.incidents.signals.telling import source, tell
from tests.laws import law

# What may stand in a label or its value: no colon at its end would be told from ours, no equals sign in a name.
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="=:"), min_size=1, max_size=20)
VALUES = st.builds(lambda *parts: ":".join(parts), WORDS, WORDS)
RULE = st.one_of(
    st.fixed_dictionaries(
        {
            "label": WORDS,
            "value": VALUES,
            "product": st.sampled_from(["kasse", "lager"]),
            "effect": st.sampled_from(["", "full", "degraded"]),
        }
    ),
    st.fixed_dictionaries({"label": WORDS, "value": VALUES, "product": st.just(""), "effect": st.just("none")}),
)
SLOW = settings(law, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(st.lists(RULE, max_size=4))
def test_rules_are_read_as_they_are_written(house: House, rules: list[dict[str, str]]) -> None:
    if not house.team.products.filter(slug="lager").exists():
        ProductFactory(slug="lager", team=house.team)
    field = Rules(required=False)

    text = field.prepare_value(rules)

    assert field.clean(text) == rules
    validate_rules(rules)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("alertname=TillDown: kasse", ("alertname", "TillDown", "kasse", "")),
        ("  alertname = TillDown :kasse  full ", ("alertname", "TillDown", "kasse", "full")),
        ("instance=till:9115: kasse degraded", ("instance", "till:9115", "kasse", "degraded")),
        ("url=https://x.test/?a=b: kasse", ("url", "https://x.test/?a=b", "kasse", "")),
        ("alertname=Watchdog:none", ("alertname", "Watchdog", "", "none")),
        ("name=Kasse 7: kasse", ("name", "Kasse 7", "kasse", "")),
    ],
)
def test_a_rule_as_people_write_it(house: House, text: str, rule: tuple[str, ...]) -> None:
    assert [tuple(one.values()) for one in Rules().clean(text)] == [rule]  # type: ignore[attr-defined]  # a list of rules


def test_empty_lines_are_no_rules_and_what_was_typed_is_kept() -> None:
    assert Rules(required=False).clean("\n \n") == []
    assert Rules().prepare_value("a=b: odd odd odd") == "a=b: odd odd odd"


@pytest.mark.parametrize("text", ["kasse", "a: kasse", "a=: kasse", "=b: kasse", "a=b:", "a=b: kasse none x", "a=b"])
def test_what_is_no_rule_is_named(db: None, text: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Rules().clean(f"x=y: none\n{text}")

    assert wrong.value.messages == [f"“{text}” is no rule; write it like alertname=TillDown: till."]


@pytest.mark.parametrize(
    ("length", "is_valid"), [("59s", False), ("60s", True), ("744h", True), ("745h", False), ("", True)]
)
def test_a_promise_to_report_is_between_a_minute_and_a_month(db: None, length: str, is_valid: bool) -> None:
    form = SourceForm({"slug": "a", "name": "A", "kind": "generic", "expects_every": length})  # type: ignore[arg-type]  # as a request has it

    assert ("expects_every" not in form.errors) is is_valid


def test_only_alerts_of_the_signal_can_be_assigned(house: House) -> None:
    tell(source(house.vera), alertmanager(alert(), alert(name="ScannerDown")))
    first, second = Reading.objects.order_by("pk")

    form = AssignForm(None, readings=Reading.objects.filter(pk=first.pk))

    assert [str(label) for _, label in form.fields["reading"].choices] == [first.title]  # type: ignore[attr-defined]  # a field of choices
    assert second.title not in str(form)
