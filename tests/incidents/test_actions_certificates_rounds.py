"""What the portal does by itself: certificates three days after a month, reminders, windows that close."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from incidents.actions import certificates, credits, engine, outages
from incidents.models import Certificate, Credit, CreditEvent
from incidents.queries.certificates import missing
from incidents.queries.verification import verifies
from slas import mail
from slas.models import CalendarRevision, Notice, User
from tests.factories import House, build_house
from tests.incidents.acting import letters
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, HOUR, JUNE, MID_JUNE, Shop, build_shop, followed_by
from tests.incidents.test_actions_races import at_once

DUE = datetime(2026, 7, 4, tzinfo=BERLIN)
# The round looks three months back; the shop promises since New Year.
SPRING = [date(2026, 4, 1), date(2026, 5, 1), JUNE]


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def certified() -> list[tuple[str, str, int]]:
    rows = Certificate.objects.select_related("agreement").order_by("month", "agreement__slug", "number")
    return [(f"{row.month:%Y-%m}", row.agreement.slug, row.number) for row in rows]


def test_a_month_is_certified_three_days_after_its_end(shop: Shop) -> None:
    certificates.month_round(DUE - timedelta(microseconds=1))
    assert certified() == [("2026-04", "shop-2026", 1), ("2026-05", "shop-2026", 1)]

    certificates.month_round(DUE)

    assert certified()[-1] == ("2026-06", "shop-2026", 1)
    newest = Certificate.objects.get(month=JUNE)
    assert (newest.drawn_up_by, newest.drawn_up_at) == (None, DUE)


def test_a_second_round_adds_nothing(shop: Shop) -> None:
    shop.down()
    engine.month_round(FOURTH_OF_JULY)
    before = certified(), CreditEvent.objects.count(), letters()

    engine.month_round(FOURTH_OF_JULY + HOUR)

    assert (certified(), CreditEvent.objects.count(), letters()) == before


def test_an_undecided_proposal_is_waited_for_and_costs_the_others_nothing(shop: Shop, house: House) -> None:
    build_shop(house, slug="store")
    facts = outages.Facts(title="Probe failed", products=(shop.product,), started_at=MID_JUNE, ended_at=MID_JUNE + HOUR)
    seen = outages.propose(facts, now=MID_JUNE + HOUR)

    certificates.month_round(FOURTH_OF_JULY)
    assert [slug for month, slug, _ in certified() if month == "2026-06"] == ["store-2026"]

    outages.confirm(seen, by=house.jana, now=FOURTH_OF_JULY + DAY)
    certificates.month_round(FOURTH_OF_JULY + DAY)
    assert [slug for month, slug, _ in certified() if month == "2026-06"] == ["shop-2026", "store-2026"]


def test_one_agreement_that_raises_does_not_stop_the_others(
    shop: Shop, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    broken = build_shop(house, slug="abacus", availability={"calendar": house.office})
    # Written past every check, as a damaged backup may leave it.
    CalendarRevision.objects.create(
        calendar=house.office, number=99, in_force_from=datetime(2026, 6, 1, tzinfo=UTC), zone="Europe/Berlin",
        week={"mon": ["nonsense"]},
    )  # fmt: skip

    certificates.month_round(FOURTH_OF_JULY)

    assert [slug for month, slug, _ in certified() if month == "2026-06"] == ["shop-2026"]
    assert f"A month to certify: Missing(agreement=<Agreement: {broken.agreement.slug}>" in caplog.text


def test_no_month_is_missed_or_made_up(shop: Shop, house: House) -> None:
    """Nothing before the promise began; a month in which it changed is one month of one agreement."""
    followed_by(shop, datetime(2026, 5, 11, tzinfo=BERLIN))
    build_shop(house, slug="late", in_force_from=datetime(2026, 6, 29, 22, tzinfo=UTC))
    build_shop(house, slug="later", in_force_from=datetime(2026, 6, 30, 22, tzinfo=UTC))

    found = [(one.agreement.slug, one.month) for one in missing(FOURTH_OF_JULY, months=3)]

    assert found == [("late-2026", JUNE), *[("shop-2026", month) for month in SPRING]]


def test_a_year_before_the_portal_is_certified_without_a_letter(shop: Shop) -> None:
    shop.down()

    rows = certificates.certify_past(FOURTH_OF_JULY)

    assert [(f"{row.month:%m}", row.drawn_up_at - DAY * 3) for row in rows] == [
        (f"{month:02}", datetime(2026, month + 1, 1, tzinfo=BERLIN)) for month in range(1, 7)
    ]
    assert (letters(), Credit.objects.count(), all(map(verifies, rows))) == ([], 1, True)
    assert certificates.certify_past(FOURTH_OF_JULY) == []


def test_how_many_queries_look_for_what_is_missing(
    shop: Shop, house: House, django_assert_num_queries: Callable[[int], Iterator[None]]
) -> None:
    for slug in ("one", "two"):
        build_shop(house, slug=slug)

    with django_assert_num_queries(2):
        assert len(missing(FOURTH_OF_JULY, months=3)) == 9


@pytest.fixture
def proposed(shop: Shop) -> Credit:
    """150 EUR for June, to be claimed until 30 July."""
    shop.down()
    shop.certified()
    return shop.credit()


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 7, day, hour, tzinfo=BERLIN)


def reminded() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind="credit_reminder").select_related("recipient").order_by("pk")
    return [(row.key.split(":")[2], row.recipient.username) for row in rows]


def test_both_reminders_go_to_owner_and_deputies_once(proposed: Credit) -> None:
    for moment in (at(22), at(23, 0), at(23, 1), at(28), at(29), at(30)):
        credits.credit_round(moment)

    assert reminded() == [("week", "mira"), ("week", "olaf"), ("day", "mira"), ("day", "olaf")]


def test_a_round_that_stood_still_reminds_when_it_goes_on(proposed: Credit) -> None:
    credits.credit_round(at(27))

    assert {name for name, _ in reminded()} == {"week"}


def test_a_credit_proposed_within_the_last_week_is_not_reminded_of_the_same_day(shop: Shop) -> None:
    shop.down()
    shop.certified(at(25))
    credits.credit_round(at(25, 13))
    assert {kind for kind, _ in letters()} == {"certificate", "credit_proposed"}

    credits.credit_round(at(29))

    assert [kind for kind, _ in letters()].count("credit_reminder") == 2


@pytest.mark.parametrize("state", ["claimed", "nothing left"])
def test_nobody_is_reminded_of_what_needs_no_claim(shop: Shop, proposed: Credit, state: str) -> None:
    if state == "claimed":
        credits.claim(proposed, by=shop.house.mira, now=at(10))
    else:
        shop.product.outages.update(responsibility="customer")
        shop.certified(at(10), reason="It was their own line.")

    credits.credit_round(at(24))

    assert "credit_reminder" not in {kind for kind, _ in letters()}


def test_what_nobody_claimed_expires_with_its_window(proposed: Credit) -> None:
    credits.credit_round(at(30, 23))
    credits.credit_round(at(31, 0))
    credits.credit_round(at(31, 1))

    proposed.refresh_from_db()
    assert (proposed.state, proposed.expired_at) == ("expired", at(31, 0))
    assert [kind for kind, _ in letters()].count("credit_expired") == 2
    assert list(CreditEvent.objects.values_list("kind", flat=True)) == ["proposed", "expired"]
    # What asked for a claim is taken back if it has not left yet.
    assert set(Notice.objects.filter(kind="credit_reminder").values_list("state", flat=True)) == {"withdrawn"}


def test_only_a_proposal_whose_window_is_over_expires(shop: Shop, proposed: Credit) -> None:
    from_rounds = credits.rounds.expire
    assert from_rounds(proposed, now=at(30)).state == "proposed"
    credits.claim(proposed, by=shop.house.mira, now=at(30))

    assert from_rounds(proposed, now=at(31)).state == "claimed"


def test_muted_letters_stay_away(shop: Shop) -> None:
    User.objects.update(muted_notices=["credits"])
    shop.down()

    shop.certified()

    assert letters() == []


def test_a_deputy_reads_for_the_absent(shop: Shop, house: House) -> None:
    house.mira.absent_from_on, house.mira.deputy = date(2026, 7, 1), house.stella
    house.mira.save()
    shop.down()

    shop.certified()

    told = [("certificate", "stella"), ("certificate", "holger")]
    assert letters() == [*told, ("credit_proposed", "stella"), ("credit_proposed", "olaf")]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_letter_can_be_written(shop: Shop, language: str) -> None:
    User.objects.update(language=language)
    house = shop.house
    shop.down(title="Größer \u202e<b>&")
    shop.certified()
    shop.down(MID_JUNE + DAY)
    shop.certified(reason="A second <b>outage</b> & more.")
    credits.credit_round(at(24))
    credits.claim(shop.credit(), by=house.mira, now=at(24))
    credits.decline(shop.credit(), by=house.holger, now=at(24), reason="No <b>way</b>.")

    for notice in Notice.objects.select_related("recipient"):
        written = mail.words(notice, mail.Enclosure())
        assert written.subject, notice.kind
        assert str(notice.context["path"]) in written.text
        assert "<b>" not in written.html
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds == {"certificate", "credit_proposed", "credit_reminder", "credit_claimed", "credit_decided"}


def test_what_the_letter_about_a_credit_says(shop: Shop) -> None:
    shop.down()
    shop.certified()

    notice = Notice.objects.select_related("recipient").get(kind="credit_proposed", recipient=shop.house.mira)

    written = mail.words(notice, mail.Enclosure())
    assert written.subject.replace("\xa0", " ") == "Credit of Shop, June 2026: 150.00 EUR"
    assert written.text.splitlines()[0].replace("\xa0", " ") == (
        "The promise for Shop was broken in June 2026: you can claim 150.00 EUR until July 30, 2026."
    )
    assert "5 % of the fee for every full 0.1 percentage points below the target." in written.text


class TestRaces:
    """Two machines at once, on real PostgreSQL."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def house(self, transactional_db: None) -> House:
        """A house that other connections see."""
        return build_house()

    def test_two_rounds_at_once_certify_each_month_once(self, shop: Shop) -> None:
        shop.down()

        at_once(*[lambda: engine.month_round(FOURTH_OF_JULY)] * 2)

        assert certified() == [(f"{month:%Y-%m}", "shop-2026", 1) for month in SPRING]
        assert list(CreditEvent.objects.values_list("kind", flat=True)) == ["proposed"]
        assert len(letters()) == 2 * 3 + 2  # two sides for three months, owner and deputy for the credit

    def test_claimed_and_expired_at_once_is_one_of_both(self, shop: Shop) -> None:
        shop.down()
        shop.certified()
        credit = shop.credit()

        at_once(
            lambda: credits.claim(credit, by=shop.house.mira, now=at(30)),
            lambda: credits.credit_round(at(31)),
        )

        assert CreditEvent.objects.count() == 2
        assert shop.credit().state in ("claimed", "expired")

    def test_of_two_hands_at_once_one_decides(self, shop: Shop) -> None:
        shop.down()
        shop.certified()
        credit = credits.claim(shop.credit(), by=shop.house.mira, now=at(10))

        outcome = at_once(
            lambda: credits.grant(credit, by=shop.house.holger, now=at(11)),
            lambda: credits.decline(credit, by=shop.house.doris, now=at(11), reason="No."),
        )

        assert outcome == ["done", "refused"]

    def test_both_sides_sign_at_once(self, shop: Shop) -> None:
        row, house = shop.certified(), shop.house

        outcome = at_once(
            lambda: certificates.sign(row, by=house.holger, now=at(11), side="provider"),
            lambda: certificates.sign(row, by=house.mira, now=at(11), side="customer"),
        )

        row.refresh_from_db()
        assert (outcome, row.is_signed) == (["done", "done"], True)


def test_a_credit_that_cannot_be_told_about_does_not_stop_the_others(
    proposed: Credit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    other = build_shop(house, slug="store")
    other.down()
    other.certified()
    # Written past every check, as a damaged backup may leave it: a certificate of no zone.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE incidents_certificate DISABLE TRIGGER certificate_kept")
        Certificate.objects.filter(pk=proposed.certificate_id).update(zone="Nowhere/Atlantis")
        cursor.execute("ALTER TABLE incidents_certificate ENABLE TRIGGER certificate_kept")

    credits.credit_round(at(31))

    assert f"The window of a credit: {proposed} raised." in caplog.text
    assert dict(Credit.objects.values_list("agreement__slug", "state")) == {
        "shop-2026": "proposed",
        "store-2026": "expired",
    }
