"""The SLA page as a paper: it says what the page says, in the reader's language and zone."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from incidents.models import Status
from reporting.exports.papers import Table
from reporting.exports.sla import paper, sla_pdf
from reporting.queries.sla import sla
from slas.clock import Span
from slas.models import AvailabilityPromise, CreditPromise, Product, Revision, User
from tests.factories import CalendarRevisionFactory, House, ProductFactory, RevisionFactory, fill, publish
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW
from tests.incidents.windows import announced
from tests.reporting.pdf_text import Read, read, squeezed
from tests.reporting.readers import Reader

WORDS = {
    "inside": ["Both tills of the shop"],
    "outside": ["Card readers of the bank"],
    "channels": ["Telephone 040 1234"],
    "contacts": ["Service desk, day and night"],
    "customer_duties": ["Name a contact on site"],
    "glossary": {"Response": "the first public answer"},
}


def read_as(house: House, product: Product | None = None, *, language: str = "en", zone: str = "Europe/Berlin") -> Read:
    """The PDF that Mira would get."""
    with translation.override(language), timezone.override(zone):
        return read(sla_pdf(sla(product or house.product, reader=house.mira, now=NOW), now=NOW))


def furnish(house: House) -> None:
    """A month with a broken promise, one that was kept, reviews, words of every kind, days that differ."""
    for late in (-HOUR, -HOUR, HOUR):
        rows.timer(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=2), late=late)
        rows.timer(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=62), late=-HOUR)
    rows.timer(rows.ticket(house, priority="P2", status=Status.CLOSED), NOW - HOUR, late=HOUR, kind="resolution")
    rows.review(house, date(2026, 12, 1))
    rows.review(house, date(2026, 11, 2), rhythm="quarterly")
    CalendarRevisionFactory(
        calendar=house.office,
        in_force_from=datetime(2026, 1, 1, tzinfo=UTC),
        holidays="DE-HH",
        holiday_dates={"2026-12-25": "Erster Weihnachtstag", "2026-01-01": "Neujahr"},
        special={"2026-12-24": ["08:00-12:00"]},
    )


def worded(house: House) -> Product:
    """A product whose agreement says something in every list."""
    product = ProductFactory(slug="lager", name="Lager", team=house.team, owner=house.mira, public_promise="Always on")
    revision = RevisionFactory(agreement__product=product, agreement__slug="lager-2026", **WORDS)
    fill(revision, office=house.office, clock=house.clock)
    AvailabilityPromise.objects.create(revision=revision, target="99.5", notice=48 * HOUR, monthly_cap=8 * HOUR)
    CreditPromise.objects.create(revision=revision, kind="linear", cap=50, claim_within=30, claim_days="werktage")
    publish(revision, provider=house.holger, customer=house.mira)
    return product


def said_by(page: str) -> list[str]:
    """What the page says in its sections, without open tickets, the question to the clock, the strip and the charts."""
    page = re.sub(r'<p class="[^"]*no-print.*?</p>', "", page)
    for gone in ('<section [^>]*id="open-tickets".*?</section>', '<ol class="strip.*?</section>', "<nav.*?</nav>"):
        page = re.sub(gone, "</section>", page)
    page = re.sub("<figure.*?</figure>", "", page)
    page = re.sub(r'<h3 id="what-if">.*?</section>', "</section>", page)
    main = page.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r"<(li|h1|h2|h3|dt|dd|p|th|td)\b[^>]*>(.*?)</\1>", main)
    plain = [html.unescape(re.sub("<svg.*?</svg>|<[^>]*>", "", words)) for _tag, words in found]
    return [words for words in plain if words.strip()]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("slug", ["kasse", "lager", "leer"])
def test_paper_says_everything_that_the_page_says(house: House, language: str, slug: str) -> None:
    furnish(house)
    announced(worded(house), by=house.jana, now=NOW, window=Span(NOW + 72 * HOUR, NOW + 75 * HOUR))
    ProductFactory(slug="leer", name="Leer", team=house.team, owner=house.mira)
    User.objects.filter(pk=house.mira.pk).update(language=language)
    reader = Reader(house.mira)

    said = said_by(reader.page(f"/products/{slug}/"))

    letters = squeezed(read(reader.client.get(f"/products/{slug}/sla.pdf").content).body)
    assert len(said) > 10 if slug == "leer" else len(said) > 60
    assert [words for words in said if squeezed(words) not in letters] == []


def test_paper_in_english(house: House) -> None:
    furnish(house)

    text = read_as(house).text

    assert text.startswith("Kasse Kassenteam provides it, Mira Aydin answers for it. ✓ nothing open on Fri 20 Nov 2026")
    assert "The review “quarterly, strategic” was due on 2 November 2026 and nobody has held it." in text
    assert "A P1, reported Friday 22:00, is answered by Monday 09:00." in text
    assert "1 h of support time (Mon–Fri 08:00–18:00, Büro Hamburg), promised, in 95 % of cases." in text
    assert "24 December 2026 08:00-12:00 25 December 2026 closed Erster Weihnachtstag" in text
    assert "Neujahr" not in text
    assert "A solved ticket can be reopened for 120 h; its clock then goes on." in text
    assert "Signed for IT operations Holger Brandt, Thu 1 Jan 2026, 00:00" in text
    assert "Next review 1 December 2026 monthly, tactical" in text
    assert "Made on Fri 20 Nov 2026, 13:00, Europe/Berlin (CET) Page 1 of" in text


def test_paper_in_german(house: House) -> None:
    furnish(house)

    found = read_as(house, language="de")

    assert found.language == "de"
    assert "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet." in found.text
    assert "Dieser Monat bisher ▲ in Gefahr November 2026, vorläufig" in found.text
    assert "Erstellt am Fr, 20. Nov 2026, 13:00, Europe/Berlin (CET) Seite 1 von" in found.text
    assert "September 2026 3 von 3 ✓ gehalten" in found.text


def test_paper_is_in_the_zone_of_the_reader(house: House) -> None:
    text = read_as(house, zone="Europe/London").text

    assert "A P1, reported Friday 22:00, is answered by Monday 08:00." in text
    assert "Mon–Fri 08:00–18:00 in Europe/Berlin" in text
    assert "Made on Fri 20 Nov 2026, 12:00, Europe/London (GMT)" in text


def test_lists_of_the_agreement_stand_under_their_headings(house: House) -> None:
    text = read_as(house, worded(house)).body

    assert "Customers are told: “Always on”." in text
    assert "It covers • Both tills of the shop What is not promised • Card readers of the bank • Outside" in text
    assert "What the customer does • Name a contact on site What the words mean Response the first public" in text
    assert "Who to call • Service desk, day and night Channels • Telephone 040 1234 Lead of Kassenteam" in text


def test_month_stands_beside_its_promise(house: House) -> None:
    furnish(house)

    text = read_as(house).body

    assert "Clocks that were due since the first of the month, Europe/Berlin. Provisional until" in text
    assert "P1 Response 95 % 1 h 66.6 % 2 of 3 1 was late, 0 allowed ▲ at risk" in text
    assert "P1 Update 100 % 2 h, objective nothing due – … too little data" in text
    assert "P2 Resolution 100 % 16 h, objective 0 % 0 of 1 1 was late, 0 allowed – missed" in text


def test_twelve_months_have_a_verdict_each(house: House) -> None:
    furnish(house)
    told = paper(sla(house.product, reader=house.mira, now=NOW), now=NOW)

    _month, table, _history = [part for part in told.parts if isinstance(part, Table)]

    assert [row[0] for row in table.rows] == [
        *["December 2025", "January 2026", "February 2026", "March 2026", "April 2026", "May 2026"],
        *["June 2026", "July 2026", "August 2026", "September 2026", "October 2026", "November 2026"],
    ]
    text = read_as(house).body
    assert "August 2026 nothing due … too little data September 2026 3 of 3 ✓ kept" in text
    assert "November 2026 2 of 4 ▲ at risk provisional" in text


def test_history_names_every_published_revision(house: House) -> None:
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=NOW - timedelta(days=30))
    second = RevisionFactory(
        agreement=house.agreement, in_force_from=NOW - timedelta(days=30), change_reason="Faster answers"
    )
    fill(second, office=house.office, clock=house.clock)
    publish(second, provider=house.holger, customer=house.mira)
    RevisionFactory(agreement=house.agreement, change_reason="Only a draft")

    text = read_as(house).text

    assert "✓ 2 in force Wed 21 Oct 2026, 14:00 Faster answers Holger Brandt, Mira Aydin" in text
    assert "– 1 superseded" in text
    assert "Only a draft" not in text


def test_open_tickets_are_counted_and_not_listed(house: House) -> None:
    ticket = rows.ticket(house)
    rows.timer(ticket, NOW - HOUR)
    rows.timer(rows.ticket(house), NOW + HOUR)

    text = read_as(house).text

    assert "✗ 1 of 2 open late on Fri 20 Nov 2026, 13:00" in text
    assert ticket.number not in text
    assert "Till stands still" not in text


def test_open_tickets_in_time_are_said_to_be(house: House) -> None:
    rows.timer(rows.ticket(house), NOW + HOUR)

    assert "● 1 open, in time on Fri 20 Nov 2026, 13:00" in read_as(house).text


def test_paper_says_who_stands_in(house: House) -> None:
    User.objects.filter(pk=house.holger.pk).update(absent_from_on=date(2026, 11, 18), deputy=house.jana)

    text = read_as(house, Product.objects.get(pk=house.product.pk)).text

    assert "Lead of Kassenteam Holger Brandt, holger@example.test away, Jana Petersen stands in" in text


def test_product_without_an_agreement_says_what_that_means(house: House) -> None:
    bare = ProductFactory(slug="shop", name="Shop", team=house.team, owner=house.mira)

    text = read_as(house, bare).text

    assert "Nothing is promised for this product There is no agreement." in text
    assert "Who to call Lead of Kassenteam Holger Brandt" in text
    assert "Friday" not in text
    assert "The agreement" not in text


def test_retired_agreement_leaves_its_months_and_history(house: House) -> None:
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=datetime(2026, 11, 1, tzinfo=UTC))

    text = read_as(house).text

    assert "Its agreement is not in force now." in text
    assert "The last twelve months" in text
    assert "– 1 retired Thu 1 Jan 2026, 00:00 – Sun 1 Nov 2026, 01:00 first revision" in text


@pytest.mark.parametrize(
    ("paused", "said"),
    [
        (
            (True, False),
            ["Waiting stops the clock of the response.", "Waiting does not stop the clock of the solution."],
        ),
        (
            (False, True),
            ["Waiting does not stop the clock of the response.", "a change stops the clock of the solution."],
        ),
    ],
)
def test_pausing_rules_are_said(house: House, paused: tuple[bool, bool], said: list[str]) -> None:
    product = ProductFactory(slug="lager", team=house.team, owner=house.mira)
    revision = RevisionFactory(agreement__product=product, is_response_paused=paused[0], is_resolution_paused=paused[1])
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)

    text = read_as(house, product).text

    assert [sentence for sentence in said if sentence in text] == said


def test_paper_is_sealed_and_has_an_outline(house: House) -> None:
    furnish(house)

    found = read_as(house)

    assert (found.title, found.is_tagged, found.is_sealed) == ("Kasse", True, True)
    assert found.outline[:3] == ["Kasse", "What happens on Friday at 22:00?", "What is promised"]
    assert found.outline[-4:] == ["Who to call", "Next maintenance", "The agreement", "Change history"]
