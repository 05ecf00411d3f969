"""The auditor looks at certificates: whatever was changed past the triggers is found."""

import pytest
from django.db import connection

from incidents.models import Certificate
from incidents.queries.invariants import Finding, findings
from incidents.queries.verification import verifies
from slas.availability.records import fingerprint
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.shop import Shop, build_shop


@pytest.fixture
def row(house: House) -> Certificate:
    """A broken June, drawn up today by the database's clock."""
    shop: Shop = build_shop(house)
    shop.down()
    return shop.certified(database_now())


def forge(row: Certificate, **changes: object) -> Certificate:
    """The row as somebody with the keys to the database would leave it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE incidents_certificate DISABLE TRIGGER certificate_kept")
        Certificate.objects.filter(pk=row.pk).update(**changes)
        cursor.execute("ALTER TABLE incidents_certificate ENABLE TRIGGER certificate_kept")
    return Certificate.objects.get(pk=row.pk)


def test_an_honest_certificate_verifies(row: Certificate) -> None:
    assert (verifies(row), findings()["I11"]) == (True, Finding(0))


def test_other_evidence_has_another_hash(row: Certificate) -> None:
    forged = forge(row, evidence={**row.evidence, "outages": []})

    assert (verifies(forged), findings()["I11"]) == (False, Finding(1, (str(row.pk),)))


def test_another_hash_helps_nobody(row: Certificate) -> None:
    evidence = {**row.evidence, "outages": []}

    assert not verifies(forge(row, evidence=evidence, evidence_hash=fingerprint(evidence)))


@pytest.mark.parametrize("figure", [{"down": "0"}, {"kept": True}, {"availability": "100"}])
def test_figures_follow_from_the_evidence(row: Certificate, figure: dict[str, object]) -> None:
    assert not verifies(forge(row, figures={**row.figures, **figure}))


def test_parts_follow_from_the_evidence(row: Certificate) -> None:
    (part,) = row.figures["parts"]

    assert not verifies(forge(row, figures={**row.figures, "parts": [{**part, "down": "0"}]}))


def test_figures_of_an_older_arithmetic_are_taken_as_they_are(row: Certificate) -> None:
    older = forge(row, figures={**row.figures, "down": "0"}, engine_version="0")

    assert verifies(older)
