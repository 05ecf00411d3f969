"""A product's availability as the SLA page shows it: this month's budget and what took of it, and the last months."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from statistics import median_low

from incidents.figures import Period, Result, Verdict
from incidents.models import Credit, Outage
from incidents.models.outages import Standing
from incidents.queries import availability, certificates, credits, outages
from incidents.queries.availability import Month
from reporting.charts import budget, months
from reporting.charts.budget import BudgetChart
from reporting.charts.months import Column, MonthsChart
from slas.availability import Whole
from slas.availability.alarms import Alarm, alarm, passed
from slas.clock import Span
from slas.models import Product

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a month's time down, in seconds, and how many outages of the usual length that would be."""

    month: Month
    whole: Whole
    usual: Fraction | None  # the median length of an outage of the last twelve months; None when there was none

    @property
    def left(self) -> Fraction:
        """Seconds left; negative once the promise is broken."""
        return self.whole.allowed - self.whole.down

    @property
    def over(self) -> Fraction:
        """Seconds beyond what is allowed; nothing while something is left."""
        return max(-self.left, Fraction())

    @property
    def usual_left(self) -> int | None:
        """How many outages of the usual length are left; None when none is usual or nothing is left."""
        return int(self.left / self.usual) if self.usual and self.left > 0 else None

    @property
    def alarm(self) -> Alarm | None:
        """The word of warning it deserves; none about a month that is over."""
        return None if self.month.is_over else alarm(self.whole)

    @property
    def state(self) -> str:
        """The verdict; a promise that is kept so far is at risk once its budget warns."""
        verdict = self.month.verdict
        return "at_risk" if verdict == "kept" and self.alarm in ("most", "all", "fast") else str(verdict)

    @property
    def passed(self) -> Fraction:
        """Percent of the agreed time that has passed."""
        return passed(self.whole)


@dataclass(frozen=True, slots=True)
class Year:
    """The last twelve months of a product that promises availability, the oldest first, the running one last."""

    months: Sequence[Month]
    outages: Sequence[Outage]  # of the running month, the newest first
    signed: Collection[date]  # the months that both sides have signed
    credits: Sequence[Credit]  # the newest month first

    @property
    def budget(self) -> Budget | None:
        """The running month; None when nothing is promised in it."""
        return budget_of(self.months[-1], self.months)

    @property
    def proposals(self) -> int:
        """How many outages of the running month nobody has decided."""
        return sum(outage.standing == Standing.PROPOSED for outage in self.outages)

    @property
    def months_chart(self) -> MonthsChart:
        """Minutes down of each month."""
        return months.drawn([_column(month, self.signed) for month in self.months], zone=self.months[-1].period.zone)

    @property
    def budget_chart(self) -> BudgetChart | None:
        """How the running month's budget went."""
        return chart_of(self.months[-1])


def worst(result: Result, budget: Budget | None) -> str:
    """The verdict on a whole month: the worse of what its clocks and its availability say."""
    found = {str(result.verdict), budget.state if budget else ""}
    return next((verdict for verdict in Verdict if verdict in found), Verdict.TOO_FEW)


def year(product: Product, *, now: datetime) -> Year | None:
    """The last twelve months; None for a product that was promised no availability in that time."""
    found = availability.of_products([product], now=now, months=MONTHS).get(product.pk)
    if not found:
        return None
    since = found[0].period.from_on
    return Year(
        months=found,
        outages=of_month(product, found[-1].period),
        signed=certificates.signed_months(product, since),
        credits=list(credits.of_product(product, since)),
    )


def of_month(product: Product, period: Period) -> list[Outage]:
    """The outages that lie in a month, dismissed ones left out, the newest first."""
    found = outages.of_products([product], Span(period.start, period.end)).get(product.pk, [])
    return found[::-1]


def budget_of(month: Month, months: Iterable[Month]) -> Budget | None:
    """The budget of a month; what is usual comes from these months."""
    if month.whole is None:
        return None
    lengths = [incident.down for other in months if other.whole for incident in other.whole.incidents]
    return Budget(month, month.whole, median_low(lengths) if lengths else None)


def chart_of(month: Month) -> BudgetChart | None:
    """How the budget of a month went; None when nothing is promised in it."""
    return budget.drawn(month.whole, zone=month.period.zone) if month.whole else None


def _column(month: Month, signed: Collection[date]) -> Column:
    whole = month.whole or Whole(())
    return Column(
        month=month.period.from_on,
        down=whole.down,
        allowed=whole.allowed,
        unknown_share=whole.unknown / whole.agreed if whole.agreed else Fraction(),
        availability=whole.availability,
        kept=whole.kept,
        is_provisional=month.period.from_on not in signed,
        is_agreed=bool(month.parts),
    )
