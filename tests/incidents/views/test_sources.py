"""Sources of signals on pages: set up, connected, changed, with a secret that is shown once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from incidents.models import SignalSource
from incidents.queries.sources import secret_of
from tests.factories import House, ProductFactory
from tests.incidents.signals.payloads import alertmanager
from tests.incidents.signals.telling import NOW, source, tell
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words

LIST, NEW = "/signals/sources/", "/signals/sources/new/"
PAGE = "/signals/sources/alertmanager/"
PAGES = [LIST, NEW, PAGE, f"{PAGE}edit/", f"{PAGE}secret/"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def vera(house: House) -> Client:
    return signed_in(house.vera)


def entered(house: House, **changes: object) -> dict[str, object]:
    return {
        "slug": "prometheus",
        "name": "Prometheus",
        "kind": "alertmanager",
        "default_product": house.product.pk,
        "rules": "alertname=Watchdog: none\nseverity=warning: kasse degraded\ninstance=till:9115: kasse",
        "expects_every": "5m",
        "is_active": "on",
    } | changes


@pytest.mark.parametrize("address", PAGES)
def test_who_reads_and_who_changes(house: House, client: Client, address: str) -> None:
    source(house.vera)
    changes = address in (NEW, f"{PAGE}edit/", f"{PAGE}secret/")

    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    for person in (house.jana, house.holger, house.doris, house.mira, house.rita, house.outsider):
        assert signed_in(person).get(address).status_code == 403
    expected = 403 if changes else 200
    assert signed_in(house.anton).get(address).status_code == expected
    for person in (house.vera, house.adam):
        assert signed_in(person).get(address).status_code == (405 if address.endswith("secret/") else 200)
    assert signed_in(house.vera).get(address.replace("alertmanager", "nowhere")).status_code in (200, 404, 405)


def test_a_new_source_shows_its_secret_once(house: House, vera: Client) -> None:
    answer = vera.post(NEW, entered(house), follow=True)

    row = SignalSource.objects.get()
    assert answer.redirect_chain == [("/signals/sources/prometheus/", 302)]
    assert secret_of(row) in plain(answer.content.decode())
    assert secret_of(row) not in words(vera, "/signals/sources/prometheus/")
    assert (row.default_product, row.expects_every, row.created_by) == (house.product, timedelta(minutes=5), house.vera)
    assert row.rules == [
        {"label": "alertname", "value": "Watchdog", "product": "", "effect": "none"},
        {"label": "severity", "value": "warning", "product": "kasse", "effect": "degraded"},
        {"label": "instance", "value": "till:9115", "product": "kasse", "effect": ""},
    ]


def test_the_secret_is_shown_to_who_made_it_alone(house: House, vera: Client) -> None:
    vera.post(NEW, entered(house))
    secret = secret_of(SignalSource.objects.get())

    assert secret not in words(signed_in(house.adam), "/signals/sources/prometheus/")
    assert secret in words(vera, "/signals/sources/prometheus/")
    assert secret not in str(dict(vera.session))


def test_another_secret(house: House, vera: Client) -> None:
    old = secret_of(source(house.vera))

    page = plain(vera.post(f"{PAGE}secret/", follow=True).content.decode())

    new = secret_of(SignalSource.objects.get())
    assert old != new
    assert new in page


@pytest.mark.parametrize("kind", ["alertmanager", "grafana", "uptime-kuma", "generic"])
def test_each_kind_is_told_how_to_connect(house: House, vera: Client, kind: str) -> None:
    source(house.vera, kind)

    page = words(vera, f"/signals/sources/{kind}/")

    assert f"http://testserver/api/v1/signals/{kind}/" in page
    assert "Bearer" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("slug", "", "This field is required."),
        ("slug", "ä b", "Enter a valid “slug”"),
        ("name", "", "This field is required."),
        ("kind", "nagios", "Select a valid choice."),
        ("default_product", "0", "Select a valid choice."),
        ("rules", "Watchdog", "“Watchdog” is no rule; write it like alertname=TillDown: till."),
        ("rules", "a=b:", "“a=b:” is no rule"),
        ("rules", "a=b: kasse full now", "“a=b: kasse full now” is no rule"),
        ("rules", "=b: kasse", "“=b: kasse” is no rule"),
        ("rules", "a=b: nowhere", "There is no product “nowhere”."),
        ("rules", "a=b: kasse odd", "“odd” is no effect; write full or degraded."),
        ("rules", "a=b: \x00", "Null characters are not allowed."),
        ("expects_every", "soon", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        ("expects_every", "59s", "A source reports at least every 31 days, and at most every minute."),
        ("expects_every", "999999h", "A source reports at least every 31 days, and at most every minute."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    house: House, vera: Client, field: str, value: str, sentence: str
) -> None:
    answer = vera.post(NEW, entered(house, **{field: value}))

    assert answer.status_code == 400
    assert [error.startswith(sentence) for error in answer.context["form"].errors[field]] == [True]
    assert not SignalSource.objects.exists()


def test_a_name_that_is_taken_is_a_409(house: House, vera: Client) -> None:
    source(house.vera, slug="prometheus")

    answer = vera.post(NEW, entered(house))

    assert (answer.status_code, "There is already a source named" in plain(answer.content.decode())) == (409, True)


def test_editing_begins_with_what_is_stored_and_keeps_kind_and_address(house: House, vera: Client) -> None:
    vera.post(NEW, entered(house))
    form = vera.get("/signals/sources/prometheus/edit/").context["form"]

    assert set(form.fields) == {"name", "default_product", "rules", "expects_every", "is_active"}
    stored = {name: form[name].value() for name in form.fields}
    assert stored == {
        "name": "Prometheus",
        "default_product": house.product.pk,
        "rules": entered(house)["rules"],
        "expects_every": "5m",
        "is_active": True,
    }

    ProductFactory(slug="lager", team=house.team)
    said = {"name": "Prom", "rules": "a=b: lager", "expects_every": "", "default_product": ""}
    assert vera.post("/signals/sources/prometheus/edit/", said).status_code == 302

    row = SignalSource.objects.get()
    assert (row.slug, row.kind, row.name, row.default_product, row.expects_every, row.is_active) == (
        "prometheus", "alertmanager", "Prom", None, None, False,
    )  # fmt: skip
    assert "not active" in words(vera, LIST)


def test_silence_is_seen(house: House, vera: Client) -> None:
    row = source(house.vera, product=house.product, expects_every=timedelta(minutes=5))
    tell(row, alertmanager())

    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        assert "silent" in words(vera, LIST)
        assert "Without data since Fri 20 Nov 2026, 13:05 : Kasse" in words(vera, PAGE)


def test_the_list_its_file_and_its_questions(house: House, vera: Client) -> None:
    tell(source(house.vera, product=house.product), alertmanager())
    before = questions(vera, LIST)
    source(house.vera, "grafana", house.product)
    source(house.vera, "generic")

    assert questions(vera, LIST) == before
    assert table(vera, f"{LIST}?format=csv") == [
        ["Name", "Kind", "Product", "Last signal"],
        ["The alertmanager", "Alertmanager", "Kasse", "2026-11-20T13:00:00+01:00"],
        ["The generic", "another monitor", "", ""],
        ["The grafana", "Grafana", "Kasse", ""],
    ]
    assert "The grafana" not in words(vera, f"{LIST}?q=generic")


def test_an_empty_list_says_what_comes_next(house: House, vera: Client) -> None:
    assert "No source yet" in words(vera, LIST)
    assert "New source" not in words(signed_in(house.anton), LIST)


@pytest.mark.parametrize("value", HOSTILE)
def test_names_and_rules_can_do_nothing(house: House, vera: Client, value: str) -> None:
    rules = [{"label": value, "value": value, "product": "kasse", "effect": ""}]
    source(house.vera, name=value[:200], rules=rules)

    for address in (LIST, PAGE, f"{PAGE}edit/"):
        page = vera.get(address).content.decode()
        if "<" in value:
            assert value not in page
