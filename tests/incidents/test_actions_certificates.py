"""Certificates: drawn up once for known evidence, corrected when more is known, refused while nobody can say."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import certificates, maintenance, outages
from incidents.models import Certificate, Credit, CreditEvent
from incidents.queries.certificates import is_stale
from incidents.queries.verification import verifies
from slas.availability.records import fingerprint
from slas.clock import Span
from slas.errors import Refused
from tests.factories import House
from tests.incidents.acting import letters
from tests.incidents.shop import (
    BERLIN,
    DAY,
    FOURTH_OF_JULY,
    HOUR,
    JUNE,
    MID_JUNE,
    Shop,
    build_shop,
    followed_by,
)
from tests.incidents.windows import announced

ROLES_WHO_DRAW_UP = {"vera", "holger", "doris", "jana", "timo", "mira", "olaf", "adam"}


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def test_a_month_is_written_down_with_everything_it_was_measured_on(shop: Shop) -> None:
    down = shop.down()

    row = shop.certified()

    said = row.figures
    assert (row.number, row.reason, row.zone, row.month, row.engine_version) == (1, "", "Europe/Berlin", JUNE, "1")
    assert (row.drawn_up_at, row.drawn_up_by) == (FOURTH_OF_JULY, shop.house.jana)
    assert {name: said[name] for name in ("agreed", "down", "allowed", "availability", "kept", "target")} == {
        "agreed": "2592000", "down": "10800", "allowed": "2592", "availability": "1195/12", "kept": False,
        "target": "999/10",
    }  # fmt: skip
    assert said["availability_shown"] == "99.583"
    assert said["period"] == {"start": "2026-06-01T00:00:00+02:00", "end": "2026-07-01T00:00:00+02:00"}
    assert said["revision"] == {"agreement": "shop-2026", "number": 1}
    assert said["credit"] == {
        "percent": "15", "amount": "150.00", "fee": "1000.00", "currency": "EUR", "claim_by": "2026-07-30",
        "parts": [{"share": "1", "percent": "15", "sentences": [{
            "text": "%(percent)s %% of the fee for every full %(per)s percentage points below the target.",
            "facts": {"percent": "5", "per": "0.1"},
        }]}],
    }  # fmt: skip
    assert row.evidence["outages"] == [
        {
            "start": "2026-06-15T10:00:00+02:00", "end": "2026-06-15T13:00:00+02:00", "id": down.pk,
            "title": "Payment fails", "effect": "full", "weight": "1", "responsibility": "provider", "cause": "",
            "counts": True,
        }
    ]  # fmt: skip
    assert (row.evidence_hash, verifies(row)) == (fingerprint(row.evidence), True)


def test_known_evidence_is_certified_once(shop: Shop) -> None:
    shop.down()
    first = shop.certified()
    told = letters()

    again = shop.certified(FOURTH_OF_JULY + DAY, reason="To be sure.")

    assert again == first
    assert (Certificate.objects.count(), CreditEvent.objects.count(), letters()) == (1, 1, told)


def test_both_sides_and_the_deputies_are_told(shop: Shop) -> None:
    shop.down()

    shop.certified()

    assert letters() == [
        ("certificate", "mira"), ("certificate", "holger"), ("credit_proposed", "mira"), ("credit_proposed", "olaf"),
    ]  # fmt: skip


def test_a_kept_month_proposes_nothing(shop: Shop) -> None:
    row = shop.certified()

    assert (row.figures["kept"], row.figures["credit"]["percent"], Credit.objects.count()) == (True, "0", 0)


def test_later_evidence_is_a_correction_with_a_reason(shop: Shop) -> None:
    first = shop.certified()
    shop.down()
    assert is_stale(first)
    with pytest.raises(Refused, match="Say why it is corrected"):
        shop.certified()

    second = shop.certified(reason=" The night shift told us. ")

    first.refresh_from_db()
    assert (first.number, first.figures["kept"]) == (1, True)
    assert (second.number, second.reason, second.figures["kept"]) == (2, "The night shift told us.", False)
    assert (is_stale(second), shop.credit().certificate) == (False, second)


def test_what_happens_after_the_month_is_no_evidence_about_it(shop: Shop) -> None:
    last_evening = datetime(2026, 6, 30, 23, tzinfo=BERLIN)
    facts = outages.Facts(title="Payment fails", products=(shop.product,), started_at=last_evening)
    going_on = outages.record(facts, by=shop.house.jana, now=last_evening)
    row = shop.certified()
    assert row.evidence["outages"][0]["end"] == "2026-07-01T00:00:00+02:00"

    outages.end(going_on, by=shop.house.jana, now=FOURTH_OF_JULY)
    shop.down(datetime(2026, 7, 1, tzinfo=BERLIN))

    assert not is_stale(row)


def test_a_month_that_is_not_over_is_refused(shop: Shop) -> None:
    midnight = datetime(2026, 7, 1, tzinfo=BERLIN)

    with pytest.raises(Refused, match="not over yet"):
        shop.certified(midnight - timedelta(microseconds=1))

    assert shop.certified(midnight).number == 1


def test_a_month_without_a_promise_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="promised no availability"):
        shop.certified(month=date(2025, 12, 1))


def test_a_proposal_that_nobody_decided_is_waited_for(shop: Shop) -> None:
    facts = outages.Facts(title="Probe failed", products=(shop.product,), started_at=MID_JUNE, ended_at=MID_JUNE + HOUR)
    seen = outages.propose(facts, now=MID_JUNE + HOUR)
    with pytest.raises(Refused, match="nobody has decided"):
        shop.certified()

    outages.dismiss(seen, by=shop.house.jana, now=FOURTH_OF_JULY, reason="The probe was wrong.")

    assert shop.certified().evidence["outages"] == []


def test_a_proposal_makes_a_certificate_stale_only_when_it_is_confirmed(shop: Shop) -> None:
    row = shop.certified()
    facts = outages.Facts(title="Probe failed", products=(shop.product,), started_at=MID_JUNE, ended_at=MID_JUNE + HOUR)
    seen = outages.propose(facts, now=FOURTH_OF_JULY)
    assert not is_stale(row)

    outages.confirm(seen, by=shop.house.jana, now=FOURTH_OF_JULY)

    assert is_stale(row)


def test_who_may_draw_up(shop: Shop) -> None:
    people = {
        name: person for name in House.__dataclass_fields__ if hasattr(person := getattr(shop.house, name), "roles")
    }
    allowed = set()
    for name, person in people.items():
        try:
            certificates.draw_up(shop.agreement, JUNE, by=person, now=FOURTH_OF_JULY)
        except PermissionDenied:
            continue
        allowed.add(name)

    assert allowed == ROLES_WHO_DRAW_UP


def test_a_change_inside_the_month_gives_two_parts(shop: Shop) -> None:
    """The first half promises 99.9 % and 1,000 EUR, the second 99 % and 2,000 EUR."""
    shop.down()
    followed_by(shop, datetime(2026, 6, 16, tzinfo=BERLIN), availability={"target": 99}, credits={"monthly_fee": 2000})
    shop.down(datetime(2026, 6, 20, 10, tzinfo=BERLIN), 4 * HOUR)

    row = shop.certified()

    parts = row.figures["parts"]
    assert [
        (part["revision"]["number"], part["target"], part["agreed"], part["down"], part["kept"]) for part in parts
    ] == [
        (1, "999/10", "1296000", "10800", False),
        (2, "99", "1296000", "14400", False),
    ]
    # 3 h of 360 h are 0.83 points: 7 full steps of 0.1 beyond 99.9; 4 h are 1.11: 1 full step beyond 99.
    credit = row.figures["credit"]
    assert [part["percent"] for part in credit["parts"]] == ["35", "5"]
    assert (credit["percent"], credit["amount"], credit["fee"]) == ("20", "225.00", "1500.00")
    assert (row.figures["target"], row.figures["kept"], verifies(row)) == (None, False, True)


def test_a_part_that_promises_no_credit_grants_none(shop: Shop) -> None:
    shop.down()
    followed_by(shop, datetime(2026, 6, 16, tzinfo=BERLIN), credits=None)

    credit = shop.certified().figures["credit"]

    assert (credit["percent"], [part["percent"] for part in credit["parts"]]) == (str(Fraction(35, 2)), ["35", None])


def test_an_agreement_without_credits_is_certified_all_the_same(house: House) -> None:
    shop = build_shop(house, credits=None)
    shop.down()

    assert (shop.certified().figures["credit"], Credit.objects.count()) == (None, 0)


@pytest.mark.parametrize(
    ("month", "hours", "offsets"),
    [(date(2026, 3, 1), 743, ("+01:00", "+02:00")), (date(2026, 10, 1), 745, ("+02:00", "+01:00"))],
)
def test_a_month_with_a_clock_change_has_its_own_length(
    shop: Shop, month: date, hours: int, offsets: tuple[str, str]
) -> None:
    row = shop.certified(datetime(2026, 11, 10, tzinfo=UTC), month=month)

    period = row.figures["period"]
    assert (row.figures["agreed"], period["start"][-6:], period["end"][-6:]) == (str(hours * 3600), *offsets)
    assert verifies(row)


def test_agreed_hours_and_holidays_of_the_month_stand_in_the_evidence(house: House) -> None:
    shop = build_shop(house, availability={"calendar": house.office})
    shop.down(datetime(2026, 6, 15, 17, tzinfo=BERLIN))

    row = shop.certified()

    hours = row.evidence["parts"][0]["terms"]["service_hours"]
    assert (hours["zone"], hours["week"]["mon"], hours["closed"]) == ("Europe/Berlin", ["08:00-18:00"], [])
    # Only the hour until closing time counts.
    assert (row.figures["down"], verifies(row)) == ("3600", True)


def test_hostile_words_are_evidence_like_any_other(shop: Shop) -> None:
    title = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode(
        "utf-16"
    )
    shop.down(title=title)

    row = shop.certified()
    row.refresh_from_db()

    assert (row.evidence["outages"][0]["title"], row.evidence_hash) == (title, fingerprint(row.evidence))


def test_announced_work_shields_and_is_evidence(shop: Shop) -> None:
    """Two hours of work, announced a week before and used as planned; the payment was down for three."""
    window, jana = Span(MID_JUNE, MID_JUNE + 2 * HOUR), shop.house.jana
    row = announced(shop.product, by=jana, window=window, now=MID_JUNE - 7 * DAY)
    maintenance.begin(row, by=jana, now=window.start)
    maintenance.end(row, by=jana, now=MID_JUNE + 2 * HOUR)
    shop.down()

    certificate = shop.certified()

    (work,) = certificate.evidence["maintenance"]
    assert (work["planned"], work["used"], work["emergency"]) == (
        {"start": "2026-06-15T10:00:00+02:00", "end": "2026-06-15T12:00:00+02:00"},
        {"start": "2026-06-15T10:00:00+02:00", "end": "2026-06-15T12:00:00+02:00"},
        False,
    )  # fmt: skip
    figures = certificate.figures
    assert (figures["excluded"], figures["down"], figures["denominator"]) == ("7200", "3600", str(718 * 3600))
    assert (verifies(certificate), is_stale(certificate)) == (True, False)
