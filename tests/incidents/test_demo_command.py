"""`manage.py load_demo` keeps its hands off a database that others use."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incidents.importers.demo import loading
from slas.errors import Refused
from slas.models import Product
from tests.factories import House

SENTENCE = "This database holds other data; the demonstration needs an empty one."


def test_other_data_are_left_alone(house: House) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("load_demo")

    assert str(refusal.value) == SENTENCE
    assert Product.objects.count() == 1


def test_other_data_are_no_error_when_the_operator_expects_them(house: House) -> None:
    out = StringIO()

    call_command("load_demo", if_empty=True, stdout=out)

    assert out.getvalue() == f"{SENTENCE}\n"
    assert Product.objects.count() == 1


def test_the_loader_itself_refuses_other_data(house: House) -> None:
    with pytest.raises(Refused):
        loading.load(house.revision.in_force_from)

    assert Product.objects.count() == 1
