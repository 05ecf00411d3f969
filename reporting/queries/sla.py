"""Everything the SLA page of a product says, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction

from incidents.figures import Result, Row, local_day
from incidents.models import Maintenance, Review
from incidents.queries import figures, maintenance, reviews
from incidents.queries.availability import Month
from reporting.figures import Budget, budget
from reporting.queries import clocks
from reporting.queries.availability import Year, budget_of, worst, year
from reporting.queries.clocks import OpenTicket
from reporting.queries.measures import Measure, measures
from reporting.queries.people import Person, people_of
from reporting.queries.states import ProductState, states
from reporting.queries.wordings import Entry, history
from slas.models import Agreement, Product, User
from slas.queries import agreements, availability, credits, sentences
from slas.queries.agreements import Terms
from slas.queries.sentences import PriorityPromise

MONTHS = 12
WINDOWS = 3  # of maintenance, the next ones
FRIDAY, LATE = 4, time(22)
AWAITED = ("response", "resolution")


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One promise of the running month beside its result, and how many more may be late."""

    row: Row
    budget: Budget | None


@dataclass(frozen=True, slots=True)
class StripMonth:
    """A month in one glance: the worse of both verdicts, its clocks, and the seconds it was down."""

    result: Result
    verdict: str
    down: Fraction | None  # None: no availability was promised


@dataclass(frozen=True, slots=True)
class Sla:
    """What one product is promised, and how it stands, for one reader."""

    product: Product
    agreement: Agreement | None  # the one in force, else the one that last was or will be
    terms: Terms | None  # None: nothing is promised now
    availability: Sequence[str]
    year: Year | None  # None: no availability was promised in the last twelve months
    credits: Sequence[str]
    state: ProductState
    months: Sequence[Result]
    tickets: Sequence[OpenTicket]
    people: Sequence[Person]
    measures: Sequence[Measure]
    revisions: Sequence[Entry]
    next_review: Review | None
    overdue: Sequence[Review]
    maintenance: Sequence[Maintenance]  # announced windows, the next ones

    @property
    def this_month(self) -> Result | None:
        """The running month."""
        return self.months[-1] if self.months else None

    @property
    def month_rows(self) -> list[MonthRow]:
        """The running month, promise by promise."""
        return [MonthRow(row, _budget(row)) for row in self.this_month.rows] if self.this_month else []

    @property
    def strip(self) -> list[StripMonth]:
        """The last twelve months, each with everything that was promised in it."""
        uptime = {month.period.from_on: month for month in self.year.months} if self.year else {}
        return [_strip(result, uptime.get(result.period.from_on)) for result in self.months]

    @property
    def unseen(self) -> int:
        """Open tickets that the reader may not see, or that do not fit on the page."""
        return max(self.state.open - len(self.tickets), 0)


def sla(product: Product, *, reader: User, now: datetime) -> Sla:
    """Read the page of one product for one reader."""
    terms = agreements.terms_for(product, now)
    agreement = terms.revision.agreement if terms else product.agreements.order_by("-pk").first()
    # “Overdue” is a matter of the agreement's zone; without an agreement in force, of the reader's.
    today = local_day(now, terms.revision.zone if terms else reader.zone)
    promised = availability.promised_by(terms.revision, now) if terms else None
    return Sla(
        product=product,
        agreement=agreement,
        terms=terms,
        availability=availability.sentences(promised, local_day(now, promised.terms.zone)) if promised else (),
        year=year(product, now=now),
        credits=credits.told(terms.revision) if terms else (),
        state=states([product], now=now).get(product.pk, ProductState()),
        months=figures.of_products([product], now=now, months=MONTHS).get(product.pk, ()),
        tickets=clocks.of_product(product, reader=reader, now=now),
        people=people_of(product, now),
        measures=measures(terms, promised, today) if terms else (),
        revisions=history(agreement, now) if agreement else (),
        next_review=reviews.next_review(agreement, today) if agreement else None,
        overdue=list(reviews.overdue_reviews(agreement, today)) if agreement else (),
        maintenance=list(maintenance.upcoming([product], now)[:WINDOWS]),
    )


def friday_night(now: datetime, zone: tzinfo) -> datetime:
    """The next Friday, 22:00 on the wall clock of this zone: the moment everybody asks about."""
    # Built from the wall clock, not by adding hours: 22:00 stays 22:00 across a clock change.
    local = now.astimezone(zone)
    day: date = local.date() + timedelta(days=(FRIDAY - local.weekday()) % 7)
    at = datetime.combine(day, LATE, zone)
    return at if at > now else datetime.combine(day + timedelta(days=7), LATE, zone)


def evening(terms: Terms, at: datetime) -> list[PriorityPromise]:
    """What happens to each priority that is reported at this moment: one sentence per clock a reporter waits for."""
    return [
        PriorityPromise(
            priority=priority,
            definition=terms.definition(priority),
            sentences=[sentence for kind in AWAITED if (sentence := sentences.example(terms, priority, kind, at))],
        )
        for priority in terms.priorities
    ]


def _strip(result: Result, month: Month | None) -> StripMonth:
    budget = budget_of(month, ()) if month else None
    return StripMonth(result, worst(result, budget), budget.whole.down if budget else None)


def _budget(row: Row) -> Budget | None:
    if row.promise is None or not row.tally.counted:
        return None
    return budget(met=row.tally.met, breached=row.tally.breached, promised=row.promise.percent)
