"""What must never be false is a constraint: each is broken once, in plain SQL, and the database says its name."""

import json
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import translation

from slas.models import AvailabilityPromise, CalendarRevision, CreditBand, CreditPromise, Notice, User
from tests.factories import (
    OFFICE_WEEK,
    CalendarFactory,
    CalendarRevisionFactory,
    House,
    RevisionFactory,
    fill,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

# Constraint → a statement that breaks it alone; {…} are keys of rows in the house.
BROKEN = {
    "user_email_unique": "UPDATE slas_user SET email = 'VERA@example.test' WHERE id = {jana}",
    "user_absence_in_order": "UPDATE slas_user SET absent_from_on = '2026-12-02', absent_to_on = '2026-12-02' "
    "WHERE id = {jana}",
    "user_not_own_manager": "UPDATE slas_user SET manager_id = id WHERE id = {jana}",
    "user_not_own_deputy": "UPDATE slas_user SET deputy_id = id WHERE id = {jana}",
    "product_tier_1_to_4": "UPDATE slas_product SET tier = 5 WHERE id = {product}",
    "calendar_revision_number_unique": "INSERT INTO slas_calendarrevision "
    "(calendar_id, number, in_force_from, zone, week, holidays, holiday_dates, closed, special, reason, created_at) "
    "SELECT calendar_id, number, in_force_from, zone, week, holidays, holiday_dates, closed, special, reason, "
    "created_at FROM slas_calendarrevision WHERE calendar_id = {office}",
    "calendar_revision_opens": "INSERT INTO slas_calendarrevision "
    "(calendar_id, number, in_force_from, zone, week, holidays, holiday_dates, closed, special, reason, created_at) "
    "SELECT calendar_id, 2, in_force_from, zone, '{{}}', holidays, holiday_dates, closed, special, reason, "
    "created_at FROM slas_calendarrevision WHERE calendar_id = {office}",
    "revision_number_unique": "UPDATE slas_revision SET number = 1 WHERE id = {draft}",
    "revision_one_draft": "INSERT INTO slas_revision (agreement_id, number, title, provider, customer, relation, "
    "language, zone, in_force_from, inside, outside, channels, contacts, customer_duties, glossary, reopen_within, "
    "is_response_paused, is_update_paused, is_resolution_paused, review_rhythms, change_reason, created_at) "
    "SELECT agreement_id, 3, title, provider, customer, relation, language, zone, in_force_from, inside, outside, "
    "channels, contacts, customer_duties, glossary, reopen_within, is_response_paused, is_update_paused, "
    "is_resolution_paused, review_rhythms, change_reason, created_at FROM slas_revision WHERE id = {draft}",
    "revision_period_in_order": "UPDATE slas_revision SET in_force_to = in_force_from - interval '1 microsecond' "
    "WHERE id = {draft}",
    "revision_provider_signature_whole": "UPDATE slas_revision SET provider_signed_at = now() WHERE id = {draft}",
    "revision_customer_signature_whole": "UPDATE slas_revision SET customer_signed_by_id = {mira} WHERE id = {draft}",
    "revision_published_by_two": "UPDATE slas_revision SET published_at = now(), provider_signed_by_id = {mira}, "
    "provider_signed_at = now(), customer_signed_by_id = {mira}, customer_signed_at = now() WHERE id = {draft}",
    "revision_no_overlap": "UPDATE slas_revision SET published_at = now(), provider_signed_by_id = {holger}, "
    "provider_signed_at = now(), customer_signed_by_id = {mira}, customer_signed_at = now() WHERE id = {draft}",
    "revision_review_weeks_1_to_52": "UPDATE slas_revision SET review_every_weeks = 53 WHERE id = {draft}",
    "definition_once_per_priority": "UPDATE slas_prioritydefinition SET priority = 'P1' WHERE revision_id = {draft}",
    "target_once_per_priority_and_timer": "UPDATE slas_target SET priority = 'P1', kind = 'response' "
    "WHERE revision_id = {draft}",
    "target_attainment_is_percent": "UPDATE slas_target SET attainment = 100.01 WHERE revision_id = {draft}",
    "target_allowance_positive": "UPDATE slas_target SET allowance = interval '0' WHERE revision_id = {draft}",
    "step_position_unique": "UPDATE slas_step SET position = 1 WHERE revision_id = {draft}",
    "step_at_percent_or_offset": "UPDATE slas_step SET at_offset = interval '1 hour' WHERE revision_id = {draft}",
    "participant_once": "INSERT INTO slas_reviewparticipant (revision_id, person_id) "
    "VALUES ({draft}, {mira}), ({draft}, {mira})",
    "availability_target_is_percent": "UPDATE slas_availabilitypromise SET target = 0 WHERE revision_id = {draft}",
    "availability_times_not_negative": "UPDATE slas_availabilitypromise SET monthly_cap = interval '-1 second' "
    "WHERE revision_id = {draft}",
    "availability_can_be_kept": "UPDATE slas_availabilitypromise SET target = 100, boundary = 'broken' "
    "WHERE revision_id = {draft}",
    "availability_words_known": "UPDATE slas_availabilitypromise SET boundary = 'perhaps' WHERE revision_id = {draft}",
    "availability_weight_is_share": "UPDATE slas_availabilitypromise SET degraded_weight = 1.001 "
    "WHERE revision_id = {draft}",
    "credit_terms_whole": "UPDATE slas_creditpromise SET percent = NULL WHERE revision_id = {draft}",
    "credit_cap_is_share": "UPDATE slas_creditpromise SET cap = 0 WHERE revision_id = {draft}",
    "credit_fee_not_negative": "UPDATE slas_creditpromise SET monthly_fee = -0.01 WHERE revision_id = {draft}",
    "credit_currency_known": "UPDATE slas_creditpromise SET currency = 'Euro' WHERE revision_id = {draft}",
    "credit_claim_whole": "UPDATE slas_creditpromise SET claim_within = 30 WHERE revision_id = {draft}",
    "credit_exit_makes_sense": "UPDATE slas_creditpromise SET of_twelve = 13 WHERE revision_id = {draft}",
    "credit_band_bounds_are_percent": "UPDATE slas_creditband SET lower = NULL, upper = NULL "
    "WHERE revision_id = {draft}",
    "credit_band_holds_something": "UPDATE slas_creditband SET lower = 99 WHERE revision_id = {draft}",
    "credit_band_is_share": "UPDATE slas_creditband SET percent = 101 WHERE revision_id = {draft}",
    "notice_key_unique": "INSERT INTO slas_notice (key, message_id, kind, recipient_id, context, subject, topic, "
    "level, priority, is_urgent, state, created_at, attempts, lease_token) SELECT key, '<b@x>', kind, recipient_id, "
    "context, subject, topic, level, priority, is_urgent, state, created_at, 0, 0 FROM slas_notice WHERE id = {notice}",
    "notice_message_id_unique": "INSERT INTO slas_notice (key, message_id, kind, recipient_id, context, subject, "
    "topic, level, priority, is_urgent, state, created_at, attempts, lease_token) SELECT 'b', message_id, kind, "
    "recipient_id, context, subject, topic, level, priority, is_urgent, state, created_at, 0, 0 "
    "FROM slas_notice WHERE id = {notice}",
    "notice_sent_has_moment": "UPDATE slas_notice SET state = 'sent' WHERE id = {notice}",
}
# The same for columns that are unique or must name a row.
COLUMNS = {
    "slas_user_username_key": "UPDATE slas_user SET username = 'vera' WHERE id = {jana}",
    "slas_team_slug_key": "UPDATE slas_team SET slug = 'lagerteam' WHERE id = {team}",
    "slas_product_slug_key": "INSERT INTO slas_product (slug, name, team_id, owner_id, tier, visible_to, "
    "public_promise) VALUES ('kasse', 'x', {team}, {mira}, 1, 'everyone', '')",
    "slas_calendar_name_key": "UPDATE slas_calendar SET name = 'Rund um die Uhr' WHERE id = {office}",
    "slas_agreement_slug_key": "INSERT INTO slas_agreement (slug, product_id) VALUES ('kasse-2026', {product})",
    "slas_fallbackperson_position_key": "INSERT INTO slas_fallbackperson (person_id, position) VALUES ({jana}, 1)",
    "slas_fallbackperson_person_id_key": "INSERT INTO slas_fallbackperson (person_id, position) VALUES ({vera}, 2)",
}


@pytest.fixture
def keys(house: House) -> dict[str, int]:
    """Keys of rows that the statements name; the draft is the second revision of the house's agreement."""
    draft = RevisionFactory(agreement=house.agreement, in_force_from=NOW)
    fill(draft, office=house.office, clock=house.clock)
    AvailabilityPromise.objects.create(revision=draft, target=99)
    CreditPromise.objects.create(revision=draft, kind="steps_below", per=1, percent=5, reading="full")
    CreditBand.objects.create(revision=draft, upper=99, percent=5)
    notice = Notice.objects.create(
        key="a", message_id="<a@x>", kind="new", recipient=house.jana, context={}, created_at=NOW
    )
    return {
        **{name: getattr(house, name).pk for name in ("vera", "jana", "mira", "holger", "product", "team", "office")},
        "draft": draft.pk,
        "notice": notice.pk,
    }


def carried_out(statement: str) -> None:
    """Run one statement; deferred checks are made at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_by_name(keys: dict[str, int], name: str) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        carried_out(BROKEN[name].format(**keys))


@pytest.mark.parametrize("name", COLUMNS)
def test_the_database_refuses_a_second_of_the_same(keys: dict[str, int], name: str) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        carried_out(COLUMNS[name].format(**keys))


def test_every_constraint_of_the_models_is_broken_here() -> None:
    models = apps.get_app_config("slas").get_models()

    assert sorted(BROKEN) == sorted(constraint.name for model in models for constraint in model._meta.constraints)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "perhaps"},
        {"kind": "linear"},
        {"kind": "per_period_beyond"},
        {"factor": 2},
        {"period": "1h"},
        {"reading": "started"},
        {"reading": ""},
        {"counting": "all"},
        {"per": 0},
        {"percent": 101},
    ],
)
def test_a_credit_has_the_terms_of_its_kind_and_no_other(keys: dict[str, int], change: dict[str, object]) -> None:
    ((name, value),) = change.items()

    with pytest.raises(IntegrityError, match='"credit_terms_whole"'):
        carried_out(f"UPDATE slas_creditpromise SET {name} = '{value}' WHERE revision_id = {keys['draft']}")


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DELETE FROM slas_creditpromise WHERE revision_id = {draft}", "credit_band_of_promise"),
        ("DELETE FROM slas_availabilitypromise WHERE revision_id = {draft}", "credit_beside_availability"),
    ],
)
def test_a_credit_stays_beside_what_it_is_for(keys: dict[str, int], statement: str, name: str) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        carried_out(statement.format(**keys) + "; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("week", "opens"),
    [
        ({"mon": ["08:00-18:00"]}, True),
        ({"mon": [], "sun": ["00:00-00:01"]}, True),
        (OFFICE_WEEK, True),
        ({}, False),
        ({"mon": []}, False),
        ({day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, False),
        ({"mon": None}, False),
        ({"mon": "08:00-18:00"}, False),
        ({"mon": {"from": "08:00"}}, False),
        ([], False),
        (["08:00-18:00"], False),
        ([["08:00-18:00"]], False),
        ("08:00-18:00", False),
        (5, False),
    ],
    ids=json.dumps,
)
def test_a_calendar_must_open_at_least_once_a_week(db: None, week: object, opens: bool) -> None:
    calendar = CalendarFactory()
    row = CalendarRevision(calendar=calendar, number=1, in_force_from=NOW, zone="UTC", week=week)

    if opens:
        row.save()
    else:
        with pytest.raises(IntegrityError, match="calendar_revision_opens"), transaction.atomic():
            row.save()

    assert calendar.revisions.exists() is opens


def test_a_null_week_is_refused_too(db: None) -> None:
    with pytest.raises(IntegrityError, match="week"), transaction.atomic():
        CalendarRevisionFactory(week=None)


@pytest.mark.parametrize("special", [{}, {"2026-12-31": ["08:00-12:00"]}])
def test_special_days_alone_are_no_opening(db: None, special: dict[str, list[str]]) -> None:
    with pytest.raises(IntegrityError, match="calendar_revision_opens"), transaction.atomic():
        CalendarRevisionFactory(week={}, special=special)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This calendar never opens. Give at least one weekday its hours."),
        ("de", "Dieser Kalender öffnet nie. Geben Sie mindestens einem Wochentag Zeiten."),
    ],
)
def test_the_row_says_it_in_a_sentence_before_the_database_does(db: None, language: str, sentence: str) -> None:
    row = CalendarRevision(calendar=CalendarFactory(), number=1, in_force_from=NOW, zone="UTC", week={"mon": []})

    with translation.override(language), pytest.raises(ValidationError) as wrong:
        row.full_clean()

    assert wrong.value.message_dict == {"__all__": [sentence]}


def test_a_calendar_in_use_cannot_be_deleted(house: House) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        carried_out(f"DELETE FROM slas_calendar WHERE id = {house.office.pk}; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("vera", {"email": "other@example.test"}),
        ("jana", {"absent_from_on": NOW.date(), "absent_to_on": None}),
        ("jana", {"absent_from_on": datetime(2026, 12, 1).date(), "absent_to_on": datetime(2026, 12, 2).date()}),  # noqa: DTZ001 - a plain day
        ("jana", {"manager": None, "deputy": None}),
    ],
)
def test_what_is_allowed_stays_allowed(house: House, name: str, changes: dict[str, object]) -> None:
    row = getattr(house, name)
    assert isinstance(row, Model)

    User.objects.filter(pk=row.pk).update(**changes)

    assert User.objects.filter(pk=row.pk).values(*changes).get() == changes
