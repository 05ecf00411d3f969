"""Fields and filters of the API by themselves."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.utils import translation
from rest_framework import serializers

from slas.api.fields import Instant, Whole
from slas.api.filters import InstantField, TruthField


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-27T22:00:00+01:00", datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ("2026-11-27T21:00:00Z", datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ("2026-11-27 21:00:00.5Z", datetime(2026, 11, 27, 21, 0, 0, 500_000, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2200-12-31T23:59:59Z", datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_instants_with_an_offset_are_read(written: str, meant: datetime) -> None:
    assert Instant().run_validation(written) == meant
    assert InstantField().clean(written) == meant


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2026-11-27T22:00:00", "The time needs an offset, such as 2026-11-27T22:00:00+01:00."),
        ("2026-11-27", "The time needs an offset, such as 2026-11-27T22:00:00+01:00."),
        ("1969-12-31T23:59:59Z", "The time must lie between the years 1970 and 2200."),
        ("2201-01-01T00:00:00Z", "The time must lie between the years 1970 and 2200."),
        ("0001-01-01T00:00:00+14:00", "The time must lie between the years 1970 and 2200."),
        ("9999-12-31T23:59:59-14:00", "The time must lie between the years 1970 and 2200."),
    ],
)
def test_other_instants_are_refused_with_a_sentence(written: str, sentence: str) -> None:
    with translation.override("en"):
        with pytest.raises(serializers.ValidationError) as in_a_body:
            Instant().run_validation(written)
        with pytest.raises(forms.ValidationError) as in_an_address:
            InstantField().clean(written)

    assert ([str(one) for one in in_a_body.value.detail], in_an_address.value.messages) == ([sentence], [sentence])


def test_instants_far_away_can_be_told() -> None:
    """A deadline may lie beyond what anybody may ask for."""
    assert Instant(default_timezone=UTC).to_representation(datetime(2300, 1, 1, tzinfo=UTC)) == "2300-01-01T00:00:00Z"


@pytest.mark.parametrize(("written", "meant"), [(0, 0), (5, 5), ("5", 5), ("007", 7), (5.0, 5)])
def test_whole_numbers_are_read(written: object, meant: int) -> None:
    assert Whole().run_validation(written) == meant


@pytest.mark.parametrize("written", ["1_000", "１", " 5 ", "5.0", "1e3", "+5", "", 5.5, True, [], {}, "9" * 2000])
def test_other_ways_to_write_numbers_are_refused(written: object) -> None:
    with pytest.raises(serializers.ValidationError):
        Whole().run_validation(written)


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("false", False), ("", None)])
def test_truth_is_true_or_false(written: str, meant: bool | None) -> None:
    assert TruthField(required=False).clean(written) is meant


@pytest.mark.parametrize("written", ["True", "1", "yes", "maybe", "null"])
def test_a_third_word_is_no_truth(written: str) -> None:
    with pytest.raises(forms.ValidationError):
        TruthField(required=False).clean(written)
