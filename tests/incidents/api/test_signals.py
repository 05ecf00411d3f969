"""Monitors at their address: who is let in, what they are told, and what nobody should send."""

import base64
import hmac
import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from incidents.actions import signals
from incidents.models import Outage, Reading, Signal, SignalSource
from incidents.queries import sources
from tests.callers import API, Caller
from tests.factories import House
from tests.incidents.api.test_hostile import cases
from tests.incidents.signals.payloads import (
    KUMA_TEST,
    TEN,
    alert,
    alertmanager,
    form,
    generic,
    grafana,
    kuma,
    written,
)  # fmt: skip
from tests.incidents.signals.telling import readings, source

JSON = "application/json"
Answer = tuple[int, dict[str, Any]]
NOTHING = {"accepted": 0, "duplicates": 0, "ignored": 0, "proposals": [], "reasons": []}


@pytest.fixture
def prometheus(house: House, clock: Traveller) -> SignalSource:
    """An Alertmanager that speaks of the till."""
    return source(house.vera, product=house.product)


def bearer(of: SignalSource) -> dict[str, str]:
    return {"Authorization": f"Bearer {sources.secret_of(of)}"}


def signature(of: SignalSource, body: bytes) -> str:
    # Worked out here once more: what a monitor computes with the secret that it was shown.
    return hmac.new(sources.secret_of(of).encode(), body, "sha256").hexdigest()


def post(kind: str, body: bytes, headers: Mapping[str, str], content_type: str = JSON) -> Answer:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    answer = client.generic("POST", f"{API}/signals/{kind}/", body, content_type=content_type, headers=dict(headers))
    return answer.status_code, json.loads(answer.content)


def test_what_became_of_it_is_told(prometheus: SignalSource) -> None:
    status, told = post("alertmanager", written(alertmanager(alert(), alert(status="?"))), bearer(prometheus))

    outage = Outage.objects.get()
    assert (status, told) == (
        200,
        {
            "accepted": 1,
            "duplicates": 0,
            "ignored": 0,
            "proposals": [
                {
                    "outage": outage.pk,
                    "title": "TillDown: no answer for two minutes",
                    "standing": "proposed",
                    "started_at": "2026-11-20T11:00:00+01:00",
                    "ended_at": None,
                }
            ],
            "reasons": ["Alert 2: “status” has to be one of: firing, resolved."],
        },
    )


def test_the_same_again_is_a_duplicate(prometheus: SignalSource) -> None:
    body, head = written(alertmanager(alert())), bearer(prometheus)
    post("alertmanager", body, head)

    assert post("alertmanager", body, head) == (200, {**NOTHING, "duplicates": 1})
    assert Signal.objects.count() == 2


def test_an_unknown_shape_is_a_422_with_the_reason_and_is_kept(prometheus: SignalSource) -> None:
    told = post("alertmanager", b'{"hello": 1}', bearer(prometheus))

    assert told == (422, {**NOTHING, "reasons": ["This is no message of this monitor: it has no “alerts”."]})
    assert bytes(Signal.objects.get().body) == b'{"hello": 1}'


def test_sentences_are_in_the_language_that_is_asked_for(prometheus: SignalSource) -> None:
    head = {**bearer(prometheus), "Accept-Language": "de"}

    _, told = post("alertmanager", b"{", head)

    assert told["reasons"] == ["Der Inhalt ist kein JSON, das sich lesen lässt."]


@pytest.mark.parametrize(
    ("kind", "body", "content_type"),
    [
        ("alertmanager", written(alertmanager(alert())), JSON),
        ("grafana", written(grafana(alert())), JSON),
        ("uptime-kuma", written(kuma(0)), JSON),
        ("uptime-kuma", *form(kuma(0))),
        ("generic", written(generic()), "text/plain"),
        ("generic", written([generic()]), ""),
    ],
)
def test_each_kind_at_its_address(house: House, clock: Traveller, kind: str, body: bytes, content_type: str) -> None:
    of = source(house.vera, kind, house.product)

    assert post(kind, body, bearer(of), content_type)[0] == 200
    assert [(start, product) for _, start, _, product in readings()] == [(TEN, "kasse")]


class TestWhoIsLetIn:
    """A secret in one of four ways, and nothing else."""

    def test_the_ways_in(self, prometheus: SignalSource) -> None:
        secret, body = sources.secret_of(prometheus), written(alertmanager())
        basic = base64.b64encode(f"whoever:{secret}".encode()).decode()
        ways = [
            {"Authorization": f"Bearer {secret}"},
            {"Authorization": f"Token {secret}"},
            {"Authorization": f"bearer  {secret} "},
            {"Authorization": f"Basic {basic}"},
            {"X-Signature": f"sha256={signature(prometheus, body)}"},
            {"X-Signature": signature(prometheus, body)},
            {"X-Grafana-Alerting-Signature": signature(prometheus, body)},
        ]

        assert [post("alertmanager", body, way)[0] for way in ways] == [200] * len(ways)

    def test_everything_else_is_a_401_and_nothing_is_kept(
        self, house: House, prometheus: SignalSource, caplog: pytest.LogCaptureFixture
    ) -> None:
        secret, body = sources.secret_of(prometheus), written(alertmanager(alert()))
        person = Caller(house.adam).client.defaults["HTTP_AUTHORIZATION"]
        wrong = [
            {},
            {"Authorization": ""},
            {"Authorization": "Bearer"},
            {"Authorization": f"Bearer {secret[:-1]}"},
            {"Authorization": f"Bearer {secret}x"},
            {"Authorization": f"Basic {secret}"},
            {"Authorization": "Basic ////"},
            {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()},
            {"Authorization": "Basic " + base64.b64encode(b"a:\xff").decode()},
            {"Authorization": f"Digest {secret}"},
            {"Authorization": str(person)},
            {"X-Signature": "sha256="},
            {"X-Signature": f"sha256={signature(prometheus, body + b' ')}"},
            {"X-Signature": f"sha1={signature(prometheus, body)}"},
            # Whoever signs is judged by the signature.
            {"X-Signature": "sha256=0", "Authorization": f"Bearer {secret}"},
        ]

        with caplog.at_level(logging.WARNING, logger="incidents.api.signals"):
            answers = [post("alertmanager", body, head) for head in wrong]

        sentence = "No active source has this secret or made this signature."
        assert answers == [(401, {"detail": sentence})] * len(wrong)
        assert not Signal.objects.exists()
        own = [record.getMessage() for record in caplog.records if record.name == "incidents.api.signals"]
        assert own == ["A signal of the kind alertmanager was turned away: no active source has this secret."] * len(
            wrong
        )

    def test_a_session_opens_nothing(self, house: House, prometheus: SignalSource, client: Client) -> None:
        client.force_login(house.adam)

        answer = client.post(f"{API}/signals/alertmanager/", b"{}", content_type=JSON)

        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="signals"')

    def test_a_secret_opens_only_its_own_kind(self, prometheus: SignalSource) -> None:
        assert post("grafana", written(grafana()), bearer(prometheus))[0] == 401

    def test_a_source_that_is_not_active_is_a_401(self, house: House, prometheus: SignalSource) -> None:
        signals.change_source(prometheus, by=house.vera, now=TEN, is_active=False)

        assert post("alertmanager", written(alertmanager()), bearer(prometheus))[0] == 401

    @pytest.mark.parametrize("kind", ["nagios", "ALERTMANAGER", "alertmanager%00", "generic%20", "1"])
    def test_an_unknown_kind_is_a_404(self, prometheus: SignalSource, kind: str) -> None:
        assert post(kind, b"{}", bearer(prometheus))[0] == 404

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_other_methods_are_a_405(self, prometheus: SignalSource, client: Client, method: str) -> None:
        assert getattr(client, method)(f"{API}/signals/alertmanager/").status_code == 405


class TestTooMuch:
    """More than any monitor sends."""

    def test_a_body_beyond_a_mebibyte_is_a_413(self, prometheus: SignalSource) -> None:
        most = written([]).ljust(2**20)
        own = bearer(prometheus)

        assert post("alertmanager", most, own)[0] == 422
        assert post("alertmanager", most + b" ", own) == (413, {"detail": "The body is too large."})
        assert Signal.objects.count() == 1

    def test_more_than_five_a_second_are_a_429(
        self, prometheus: SignalSource, clock: Traveller, client: Client
    ) -> None:
        empty, own = written(alertmanager()), bearer(prometheus)
        [post("alertmanager", empty, own) for _ in range(2)]
        first = Signal.objects.values("source_id", "received_at", "body", "sha256", "outcome", "alerts")[0]
        Signal.objects.bulk_create(Signal(**first) for _ in range(sources.PER_MINUTE - 2))

        answer = client.post(f"{API}/signals/alertmanager/", empty, content_type=JSON, headers=own)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
        assert Signal.objects.count() == sources.PER_MINUTE

        clock.shift(timedelta(minutes=1))
        assert post("alertmanager", empty, own)[0] == 200


class TestHostile:
    """Every line of the list that can stand in a message."""

    @pytest.mark.parametrize("value", cases("xss-template", "unicode", "formula", "sql-orm", "mail-header"))
    def test_titles_and_labels(self, house: House, clock: Traveller, value: str) -> None:
        own = source(house.vera, "generic", house.product)
        other = source(house.vera, "alertmanager", house.product)

        status, told = post("generic", written(generic(title=value)), bearer(own))
        labelled = alertmanager(alert(labels={"alertname": value, value: value}, annotations={}))
        other_status, _ = post("alertmanager", written(labelled), bearer(other))

        assert (status, other_status) == ((200, 200) if value.strip() else (422, 200))
        assert [proposal["title"] for proposal in told["proposals"]] == [
            reading.title for reading in Reading.objects.filter(source=own)
        ]

    @pytest.mark.parametrize("value", cases("number", "datetime", "unicode"))
    @pytest.mark.parametrize("field", ["starts_at", "ends_at", "status", "fingerprint", "product", "effect"])
    def test_fields(self, house: House, clock: Traveller, field: str, value: object) -> None:
        own = source(house.vera, "generic", house.product)

        status, told = post("generic", written({**generic(), field: value}), bearer(own))

        assert status in (200, 422)
        assert (told["accepted"] == 0) == (status == 422)
        assert len(told["reasons"]) == int(status == 422)

    @pytest.mark.parametrize("value", cases("body"))
    def test_bodies(self, prometheus: SignalSource, value: str) -> None:
        assert post("alertmanager", value.encode(), bearer(prometheus))[0] == (413 if len(value) > 2**20 else 422)

    @pytest.mark.parametrize("kind", ["x", "multipart/form-data; boundary=" + "x" * 400, "a/b; charset=\xfc", "\t"])
    def test_content_types(self, house: House, clock: Traveller, kind: str) -> None:
        bear = source(house.vera, "uptime-kuma", house.product)

        assert post("uptime-kuma", written(KUMA_TEST), bearer(bear), kind)[0] in (200, 422)
        assert Signal.objects.count() == 1
