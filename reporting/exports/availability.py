"""What the paper of a product says about its availability: this month, its outages, and the last twelve months."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Credit, Outage
from incidents.models.outages import Standing
from reporting.charts.months import Column
from reporting.exports.papers import Bullets, Heading, Paragraph, Part, Said, Table, mark
from reporting.exports.words import month, written
from reporting.queries.availability import Budget, Year
from slas.availability import Whole
from slas.templatetags.portal import minutes_down, money, percent, truncated_percent
from slas.templatetags.states import SIGNS


def availability(year: Year) -> Iterator[Part]:
    """The section of the page, its charts as tables."""
    yield Heading(_("Available this month"))
    if year.budget is None:
        yield Paragraph(_("No availability is promised for this month."))
    else:
        yield Paragraph(mark(year.budget.state, hint=_("provisional")))
        yield Paragraph(" ".join(_left(year.budget)))
        if year.budget.alarm:
            yield Paragraph(_alarm(year.budget))
        yield Paragraph(" ".join(_known(year.budget.whole)))
    yield Heading(_("Outages of the month"), level=3)
    yield Bullets([_outage(row) for row in year.outages]) if year.outages else Paragraph(_("None."))
    if year.credits:
        yield Heading(_("Credits"), level=3)
        yield Bullets([_credit(row) for row in year.credits])
    yield Heading(_("Time down in the last twelve months"))
    yield from _months([bar.column for bar in year.months_chart.bars], year.months_chart.zone)


def _left(budget: Budget) -> Iterator[str]:
    facts = {"allowed": minutes_down(budget.whole.allowed)}
    if budget.whole.kept is None:
        yield _("Too little data to say what is left.")
    elif budget.over:
        over = facts | {"over": minutes_down(budget.over)}
        yield _("%(over)s more than the %(allowed)s that the month allows.") % over
    else:
        left = facts | {"left": minutes_down(budget.left)}
        yield _("%(left)s left of the %(allowed)s that the month allows.") % left
    if budget.usual_left is not None and budget.usual is not None:
        usual = {"number": budget.usual_left, "usual": minutes_down(budget.usual)}
        yield (
            ngettext(
                "That is %(number)s outage of the usual length (%(usual)s).",
                "That is %(number)s outages of the usual length (%(usual)s).",
                budget.usual_left,
            )
            % usual
        )


def _alarm(budget: Budget) -> str:
    match budget.alarm:
        case "all":
            return _("All that this month allowed is used up.")
        case "most":
            return _("More than three quarters of what this month allows is used.")
        case "half":
            return _("More than half of what this month allows is used.")
    facts = {"used": truncated_percent(budget.whole.budget_used), "passed": truncated_percent(budget.passed)}
    return _("It goes faster than the month: %(used)s are used, %(passed)s of the time have passed.") % facts


def _known(whole: Whole) -> Iterator[str]:
    if whole.availability is not None:
        yield _("Available %(share)s of what is known.") % {"share": truncated_percent(whole.availability)}
    if whole.unknown:
        facts = {"share": truncated_percent(whole.coverage), "unknown": minutes_down(whole.unknown)}
        known = _(
            "Known: %(share)s of the time so far; for %(unknown)s there are no data, which is neither up nor down."
        )
        yield known % facts
    if whole.excluded:
        yield _("Shielded by maintenance: %(excluded)s.") % {"excluded": minutes_down(whole.excluded)}


def _outage(row: Outage) -> str:
    # A dismissed outage is not in this list, so what is left is the customer's doing or outside.
    note = f", {_('does not count')}"
    if row.counts:
        note = ""
    elif row.standing == Standing.PROPOSED:
        note = f", {_('proposed, does not count yet')}"
    return f"{row.title} {row.get_effect_display()}{note} {written(row.started_at)}"


def _credit(row: Credit) -> str:
    return f"{month(row.month)} {money(row.amount, row.currency)} {SIGNS[row.state].word}"


def _months(columns: Sequence[Column], zone: str) -> Iterator[Part]:
    caption = _(
        "Months begin and end in %(zone)s. Percentages are of the agreed time with data, cut off and never rounded up."
    )
    yield Paragraph(caption % {"zone": zone})
    yield Table(
        head=[_("Month"), _("Down"), _("Allowed"), _("Available"), _("Without data"), _("Verdict")],
        widths=[4, 3, 3, 3, 3, 4],
        rows=[_month(column) for column in columns],
    )


def _month(column: Column) -> list[Said]:
    is_final = _("certified") if not column.is_provisional else _("provisional")
    return [
        month(column.month),
        minutes_down(column.down) if column.is_measured else "–",
        minutes_down(column.allowed) if column.is_measured else "–",
        truncated_percent(column.availability),
        percent(column.unknown_share) if column.is_agreed else "–",
        mark(column.verdict, hint=is_final if column.is_agreed else ""),
    ]
