"""Export and apply are inverse, and durations are written as they are read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from slas.actions import agreements
from slas.exports.agreement_file import text
from slas.importers.applying import apply
from slas.models import Agreement, Revision
from slas.queries.durations import read_duration, write_duration
from slas.queries.wordings import Wording, wording_of
from tests.factories import House, UserFactory, build_house

EXAMPLE = Path(__file__).parents[1] / "cases" / "agreement_example.yaml"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def empty_the_house() -> None:
    """What a fresh database looks like; the triggers are for rows, not for a new start."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE slas_user, slas_calendar, slas_agreement CASCADE")


def exported(slug: str) -> str:
    said = StringIO()
    call_command("export_agreement", slug, stdout=said)
    return said.getvalue()


def test_apply_export_apply_changes_nothing(db: None) -> None:
    apply(EXAMPLE.read_bytes(), now=NOW)

    outcome = apply(exported("kasse-2026").encode(), now=LATER)

    assert outcome.summary() == "0 created, 0 changed, 9 unchanged."


def test_export_says_the_same_as_the_example(db: None) -> None:
    apply(EXAMPLE.read_bytes(), now=NOW)

    written, example = yaml.safe_load(exported("kasse-2026")), yaml.safe_load(EXAMPLE.read_text())

    assert written.keys() == example.keys()
    agreement, wanted = written["agreements"][0], example["agreements"][0]
    moments = [datetime.fromisoformat(str(one.pop("in_force_from"))) for one in (agreement, wanted)]
    assert moments[0] == moments[1].astimezone(UTC)
    for step in (*agreement["ladder"], *wanted["ladder"]):
        length = step.get("repeat") or step["at"].removeprefix("+")
        step["repeat" if "repeat" in step else "at"] = length if "%" in length else read_duration(length)
    wanted["reviews"]["participants"].sort()
    assert agreement == wanted
    assert sorted(written["people"], key=lambda one: one["username"]) == sorted(
        ({**one, "zone": "Europe/Berlin"} for one in example["people"]), key=lambda one: str(one["username"])
    )
    assert written["calendars"] == [
        {key: value for key, value in calendar.items() if value} for calendar in example["calendars"]
    ]


def test_export_into_a_fresh_database_exports_the_same(db: None) -> None:
    house = build_house()
    house.jana.absent_from_on, house.jana.deputy = date(2026, 12, 1), UserFactory(username="dora", name="'Dora': #1")
    house.jana.save()
    first = exported(house.agreement.slug)

    empty_the_house()
    apply(first.encode(), now=NOW)

    assert exported(house.agreement.slug) == first
    assert "dora" in first


def test_everything_an_agreement_can_say_survives(house: House) -> None:
    wording = wording_of(house.revision)
    full = Wording(
        **{field: getattr(wording, field) for field in ("provider", "customer", "targets", "definitions", "steps")},
        title="Kasse: „100 %“ #1 - no, yes, 0x1F \N{SNOWMAN}",
        relation="external",
        language="en",
        zone="America/New_York",
        inside=("- a dash", "key: value", "2026-01-01", ""),
        contacts=("4711", "null", "NO", "~"),
        glossary={"Reaktion": "two\nlines", "1": "one"},
        reopen_within=timedelta(hours=1, minutes=30, seconds=5),
        is_response_paused=True,
        is_resolution_paused=False,
        review_rhythms=("weekly",),
        review_every_weeks=3,
        participants=("jana",),
    )
    draft = agreements.draft(house.agreement, wording=full, in_force_from=LATER, by=house.vera, now=NOW)
    agreements.sign_as_provider(draft, by=house.holger, now=NOW)
    agreements.sign_as_customer(draft, by=house.mira, now=NOW)
    first = exported(house.agreement.slug)

    empty_the_house()
    apply(first.encode(), now=NOW)

    assert wording_of(Revision.objects.get()) == full
    assert Revision.objects.get().in_force_from == LATER


def test_a_draft_alone_is_exported_without_signatures(house: House) -> None:
    draft = agreements.create(
        house.product, slug="neu", wording=wording_of(house.revision), in_force_from=LATER, by=house.vera, now=NOW
    )

    written = yaml.safe_load(text(draft.agreement))["agreements"][0]

    assert "signed_by" not in written
    assert apply(text(draft.agreement).encode(), now=NOW).lines == []


def test_the_newest_published_words_are_exported_not_a_draft_beside_them(house: House) -> None:
    before = text(house.agreement)
    other = Wording(title="Draft", provider="x", customer="y", targets=wording_of(house.revision).targets)

    agreements.draft(house.agreement, wording=other, in_force_from=LATER, by=house.vera, now=NOW)

    assert text(Agreement.objects.get()) == before


def test_half_a_percent_is_written_exactly(house: House) -> None:
    wording = wording_of(house.revision)
    target = wording.targets[0]
    exact = type(target)(
        target.priority, target.kind, target.allowance, target.calendar, "commitment", Decimal("99.95")
    )
    other = Wording(title="x", provider="x", customer="y", targets=(exact,))
    draft = agreements.create(house.product, slug="neu", wording=other, in_force_from=NOW, by=house.vera, now=NOW)

    assert yaml.safe_load(text(draft.agreement))["agreements"][0]["targets"] == {
        "P1": {"response": {"allowance": "1h", "calendar": "Büro Hamburg", "kind": "commitment", "attainment": 99.95}}
    }


def test_an_unknown_agreement_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="There is no agreement named “mond”"):
        call_command("export_agreement", "mond")


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("1h30m", timedelta(minutes=90)),
        ("16h", timedelta(hours=16)),
        ("120h", timedelta(hours=120)),
        ("0h", timedelta(0)),
    ],
)
def test_durations_are_read(written: str, length: timedelta) -> None:
    assert read_duration(written) == length


@pytest.mark.parametrize(
    "written", ["", "h", "1", "1d", "1.5h", "-1h", "30m1h", "1h 30m", "1H", "١h", "9999999h", " 1h"]
)
def test_what_is_no_duration(written: str) -> None:
    with pytest.raises(ValueError, match="is no length of time; write it like 90s, 30m, 1h or 1h30m"):
        read_duration(written)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_duration_written_is_read_back(seconds: int) -> None:
    length = timedelta(seconds=seconds)

    assert read_duration(write_duration(length)) == length
