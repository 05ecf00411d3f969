"""The API is what its description says: every operation, asked with values that a machine invents."""

import io
import json
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from incidents.actions.escalations import sweep
from incidents.models import Escalation
from incidents.queries.sources import secret_of
from slas.clock import Span
from tests.callers import Caller
from tests.factories import House, build_house
from tests.incidents import months, rows
from tests.incidents.kiosk import build_kiosk
from tests.incidents.shop import build_shop
from tests.incidents.signals.telling import source
from tests.incidents.windows import DAY, announced

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations() -> list[Any]:
    """Every operation of the description."""
    written = io.StringIO()
    call_command("spectacular", "--format", "openapi-json", stdout=written)
    described = schemathesis.openapi.from_dict(json.loads(written.getvalue()))
    described.app = get_wsgi_application()
    return [found.ok() for found in described.get_all_operations()]


@pytest.fixture
def house(transactional_db: None) -> House:
    """The till, committed: a real request ends with a new connection."""
    return build_house()


@pytest.fixture
def there(house: House) -> dict[str, str]:
    """Keys of rows that exist, by the place in whose address they stand."""
    late = build_kiosk(house).ticket(rows.HOUR)
    sweep()
    down = months.proposal(house.product, start=months.NOW - rows.HOUR)
    silence = months.gap(house.product, start=months.NOW - rows.HOUR)
    shop = build_shop(house)
    shop.down()
    certificate = shop.certified()
    return {
        "products": "shop",
        "certificates": str(certificate.pk),
        "credits": str(shop.credit().pk),
        "agreements": "kiosk-2026",
        "calendars": str(house.office.pk),
        "tickets": late.number,
        "escalations": str(Escalation.objects.earliest("pk").pk),
        "outages": str(down.pk),
        "no-data": str(silence.pk),
        "breaches": str(rows.breach(rows.ticket(house), late.opened_at).pk),
        "maintenance": str(
            announced(
                house.product,
                by=house.jana,
                window=Span(late.opened_at + DAY, late.opened_at + 2 * DAY),
                now=late.opened_at,
            ).pk
        ),
        "reviews": str(rows.review(house, late.opened_at.date()).pk),
        "signals": "generic",
    }


def test_answers_are_what_the_description_says(house: House, there: dict[str, str]) -> None:
    token = {"Authorization": Caller(house.adam).client.defaults["HTTP_AUTHORIZATION"]}
    secret = {"Authorization": f"Bearer {secret_of(source(house.vera, 'generic'))}"}
    statuses: dict[str, set[int]] = {}

    def ask(case: Case) -> None:
        # Invented names would find nothing: most of the answers would be a 404.
        place = case.operation.path.split("/")[3]
        month = f"{timezone.localdate():%Y-%m}"
        names = case.path_parameters or {}
        case.path_parameters = {name: month if name == "year_month" else there[place] for name in names}
        answer = case.call_and_validate(headers=secret if place == "signals" else token, checks=CHECKS)
        statuses.setdefault(case.operation.label, set()).add(answer.status_code)

    for operation in operations():
        FEW(given(operation.as_strategy())(ask))()

    assert all(found & {200, 201, 400, 409, 422} for found in statuses.values()), statuses
    assert {label for label, found in statuses.items() if 200 in found or 201 in found} >= {
        f"GET /api/v1/{place}/" for place in there if place != "signals"
    }
