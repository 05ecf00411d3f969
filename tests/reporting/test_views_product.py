"""The SLA page: a product owner reads what happens on Friday at 22:00, and how the promise stands."""

from datetime import UTC, date, datetime, timedelta

import pytest

from incidents.models import Status
from slas.models import AvailabilityPromise, CreditPromise, Product, Revision, User
from tests.factories import House, ProductFactory, RevisionFactory, agreement_in_force, fill, publish
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW
from tests.reporting.readers import Reader

PAGE = "/products/kasse/"


def section(page: str, name: str) -> str:
    """The part of the page under this heading."""
    return page.split(f'aria-labelledby="{name}"', 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize("who", ["mira", "holger", "stella", "rita", "anton", "outsider"])
def test_page_says_what_happens_on_friday_at_22_to_everybody(house: House, who: str) -> None:
    friday = section(Reader(getattr(house, who)).page(PAGE), "friday")

    assert "A P1, reported Friday 22:00, is answered by Monday 09:00." in friday
    assert "A P1, reported Friday 22:00, should be resolved by Saturday 02:00." in friday
    assert "A P2, reported Friday 22:00, is answered by Monday 12:00." in friday
    assert "A P3, reported Friday 22:00, is answered by Monday 18:00." in friday
    assert "P1: Sales stand still" in friday


def test_friday_night_is_that_of_the_reader(house: House) -> None:
    User.objects.filter(pk=house.stella.pk).update(zone="Europe/London")

    friday = section(Reader(house.stella).page(PAGE), "friday")

    assert "A P1, reported Friday 22:00, is answered by Monday 08:00." in friday


def test_page_promises_in_sentences_and_names_the_hours(house: House) -> None:
    promised = section(Reader(house.mira).page(PAGE), "promised")

    hours = "(Mon–Fri 08:00–18:00, Büro Hamburg)"
    assert f"Answer within 1 h of support time {hours}, promised, in 95 % of cases." in promised
    assert "An objective says what is aimed at; it is no commitment." in promised
    assert "For example: No till takes money; Bookings get lost" in promised
    assert promised.count("For example") == 1
    assert "May be set by: Branch leads" in promised


def test_page_says_how_long_the_product_may_be_down_this_month(house: House) -> None:
    product = ProductFactory(slug="lager", team=house.team, owner=house.mira)
    revision = RevisionFactory(agreement__product=product)
    fill(revision, office=house.office, clock=house.clock)
    AvailabilityPromise.objects.create(revision=revision, target="99.5", notice=48 * HOUR)
    CreditPromise.objects.create(revision=revision, kind="linear", monthly_fee=1000)
    publish(revision, provider=house.holger, customer=house.mira)

    promised = section(Reader(house.stella).page("/products/lager/"), "promised")

    assert "If a month breaks the promise, the monthly fee for the time it was down is credited." in promised
    assert "The monthly fee is 1,000 points." in promised

    assert "Available 99.5 % of each month, round the clock: in November 2026 at most 3 h 36 min down." in promised
    assert "Maintenance that was announced at least 48 h before is no outage." in promised
    assert "<h3>Availability</h3>" not in Reader(house.stella).page(PAGE)


def test_page_shows_signatures_revision_and_people(house: House) -> None:
    page = Reader(house.mira).page(PAGE)

    agreement, people = section(page, "agreement"), section(page, "call")
    assert "Signed for IT operations</dt> <dd>Holger Brandt, <time" in agreement
    assert "Signed for Sales</dt> <dd>Mira Aydin, <time" in agreement
    assert 'href="/agreements/kasse-2026/"' in agreement
    assert 'Lead of Kassenteam</dt> <dd><a href="mailto:holger@example.test">Holger Brandt</a>' in people
    assert "first revision" in section(page, "history")


def test_page_says_who_stands_in_for_somebody_who_is_away(house: House) -> None:
    User.objects.filter(pk=house.holger.pk).update(absent_from_on=date(2026, 11, 18), deputy=house.jana)

    assert "away, Jana Petersen stands in" in section(Reader(house.mira).page(PAGE), "call")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?priority=P1&at=2026-11-27T22:00", "A P1, reported Friday 22:00, is answered by Monday 09:00."),
        ("?priority=P2&at=2026-11-25T09:00", "A P2, reported Wednesday 09:00, is answered by Wednesday 13:00."),
        ("?priority=P9&at=2026-11-25T09:00", "Select a valid choice"),
        ("?priority=P1&at=soon", "Enter a valid date/time."),
        ("?priority=P1&at=9999-12-31T23:59", "Choose a moment between the years 2000 and 2099."),
        ("?priority=P1&at=0001-01-01T00:00", "Choose a moment between the years 2000 and 2099."),
        ("?priority=P1&at=2020-01-01T12:00", "no agreement is in force: nothing would be promised"),
        ("?at=%00", "Enter a valid date/time."),
    ],
)
def test_clock_answers_what_if_with_and_without_script(house: House, query: str, said: str) -> None:
    reader = Reader(house.mira)

    part = reader.page(PAGE + query, **{"HX-Request": "true"})

    assert said in section(reader.page(PAGE + query), "friday")
    assert said in part
    assert part.startswith('<div id="answer"')


def test_clock_shows_why_line_by_line(house: House) -> None:
    answer = section(Reader(house.mira).page(f"{PAGE}?priority=P1&at=2026-11-27T22:00"), "friday")

    first = answer.split('<ol class="ledger">', 1)[1].split("</ol>", 1)[0]
    assert [words for words in ("closed until Monday 08:00", "1 h counted", "due") if words in first] == [
        "closed until Monday 08:00",
        "1 h counted",
        "due",
    ]


def test_month_shows_promise_next_to_result_and_what_may_still_be_late(house: House) -> None:
    for late in (-HOUR, -HOUR, HOUR):
        rows.timer(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=2), late=late)

    month = section(Reader(house.mira).page(PAGE), "month")

    assert '<span class="nowrap">66.6 %</span> <span class="hint nowrap">2 of 3</span>' in month
    assert "1 was late, 0 allowed" in month
    assert month.count('<li class="strip--') == 12
    assert 'strip--risk provisional"> <a href="/products/kasse/months/2026-11/">Nov 26</a>' in month


def test_missed_objective_is_not_called_broken(house: House) -> None:
    rows.timer(rows.ticket(house, priority="P2", status=Status.CLOSED), NOW - HOUR, late=HOUR, kind="resolution")

    month = section(Reader(house.mira).page(PAGE), "month")

    assert "<span>missed</span>" in month
    assert "<span>broken</span>" not in month


def test_open_tickets_are_shown_to_whoever_may_see_them_and_counted_for_the_others(house: House) -> None:
    ticket = rows.ticket(house)
    rows.timer(ticket, NOW + HOUR)

    mine, theirs = Reader(house.mira).page(PAGE), Reader(house.outsider).page(PAGE)

    assert ticket.number in section(mine, "open")
    assert 'data-open="yes" data-turns="2026-11-20T17:00:00+00:00"' in section(mine, "open")
    assert ticket.number not in theirs
    assert "1 open ticket is not shown here" in section(theirs, "open")


def test_reviews_next_and_overdue_are_visible(house: House) -> None:
    rows.review(house, date(2026, 12, 1))
    rows.review(house, date(2026, 11, 2), rhythm="quarterly")

    page = Reader(house.mira).page(PAGE)

    assert "The review “quarterly, strategic” was due on" in page
    assert "1 December 2026" in section(page, "agreement")


def test_product_without_an_agreement_says_what_that_means(house: House) -> None:
    ProductFactory(slug="shop", name="Shop", team=house.team, owner=house.mira)

    page = Reader(house.mira).page("/products/shop/")

    assert "Nothing is promised for this product" in page
    assert "Friday" not in page
    assert "Report a fault" not in page


def test_agreement_that_starts_later_promises_nothing_yet(house: House) -> None:
    later = ProductFactory(slug="spaeter", team=house.team, owner=house.mira)
    revision = agreement_in_force(
        later, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock
    )
    Product.objects.filter(pk=later.pk).update(name="Später")
    assert revision.in_force_from < NOW

    page = Reader(house.mira).page("/products/spaeter/?at=2025-06-01T12:00")

    assert "no agreement is in force" in page


def test_unknown_product_is_not_found(house: House) -> None:
    Reader(house.mira).page("/products/nothing/", status=404)


@pytest.mark.parametrize("who", ["vera", "adam"])
def test_only_those_who_may_edit_are_offered_to(house: House, who: str) -> None:
    assert "Edit product" in Reader(getattr(house, who)).page(PAGE)
    assert "Edit product" not in Reader(house.mira).page(PAGE)


def test_page_takes_as_many_queries_for_three_tickets_as_for_one(house: House) -> None:
    reader = Reader(house.mira)
    rows.timer(rows.ticket(house), NOW + HOUR)
    one = reader.queries(PAGE)

    rows.timer(rows.ticket(house), NOW + HOUR)
    rows.timer(rows.ticket(house), NOW - HOUR)

    assert reader.queries(PAGE) == one
    assert one <= 26


def test_hostile_words_are_only_words(house: House) -> None:
    Product.objects.filter(pk=house.product.pk).update(
        name="<script>alert(1)</script>", public_promise='"><img src=x onerror=alert(1)>'
    )

    page = Reader(house.mira).page(PAGE)

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_page_speaks_german_to_germans(house: House) -> None:
    User.objects.filter(pk=house.mira.pk).update(language="de")

    assert '<html lang="de">' in Reader(house.mira).page(PAGE)


def test_retired_agreement_leaves_its_history(house: House) -> None:
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=datetime(2026, 11, 1, tzinfo=UTC))

    page = Reader(house.mira).page(PAGE)

    assert "Its agreement is not in force now." in page
    assert "<span>retired</span>" in section(page, "history")
