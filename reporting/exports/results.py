"""What the paper of a product says about its months: promise beside result, each number with its n, period and zone."""

from collections.abc import Iterator, Sequence

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.figures import Promise, Result, Tally
from reporting.exports.papers import Heading, Paragraph, Part, Said, Table, Words, mark
from reporting.exports.words import month
from reporting.figures import Budget
from reporting.queries.sla import MonthRow
from slas.templatetags.portal import clock_name, duration, percent


def this_month(result: Result, rows: Sequence[MonthRow]) -> Iterator[Part]:
    """The running month, promise by promise."""
    yield Heading(_("This month so far"))
    yield Paragraph(mark(result.verdict, hint=f"{month(result.period.from_on)}, {_('provisional')}"))
    if not rows:
        yield Paragraph(_("Nothing was promised this month."))
        return
    caption = _("Clocks that were due since the first of the month, %(zone)s. Provisional until the month is over.")
    yield Paragraph(caption % {"zone": result.period.zone})
    yield Table(
        head=[_("Promise"), _("Promised"), _("In time"), _("Still allowed"), _("Verdict")],
        widths=[4, 5, 4, 5, 4],
        rows=[_row(entry) for entry in rows],
    )


def months(results: Sequence[Result]) -> Iterator[Part]:
    """The last twelve months, the newest last."""
    yield Heading(_("The last twelve months"))
    caption = _("Each month: how many clocks were in time, of how many that were due in it, %(zone)s.")
    yield Paragraph(caption % {"zone": results[-1].period.zone})
    yield Table(
        head=[_("Month"), _("In time"), _("Verdict")],
        widths=[2, 2, 3],
        rows=[
            [
                month(result.period.from_on),
                _met(result.tally) if result.tally.counted else _("nothing due"),
                mark(result.verdict, hint="" if result.is_over else _("provisional")),
            ]
            for result in results
        ],
    )


def _row(entry: MonthRow) -> list[Said]:
    row = entry.row
    return [
        f"{row.priority} {clock_name(row.kind)}",
        _promised(row.promise),
        Words(percent(row.tally.share), _met(row.tally)) if row.tally.counted else _("nothing due"),
        _allowed(entry.budget),
        mark(row.state),
    ]


def _promised(promise: Promise | None) -> Said:
    if promise is None:
        return "–"
    share = f"{floatformat(promise.percent, '-2')}\u00a0%"
    length = duration(promise.allowance)
    return Words(share, length if promise.is_commitment else f"{length}, {_('objective')}")


def _met(tally: Tally) -> str:
    return _("%(met)s of %(counted)s") % {"met": tally.met, "counted": tally.counted}


def _allowed(budget: Budget | None) -> str:
    if budget is None:
        return "–"
    if budget.left > 0:
        more = ngettext(
            "%(left)s more of %(counted)s may be late", "%(left)s more of %(counted)s may be late", budget.left
        )
        return more % {"left": budget.left, "counted": budget.counted}
    if budget.left == 0:
        return _("none more may be late")
    were = ngettext("%(late)s was late, %(allowed)s allowed", "%(late)s were late, %(allowed)s allowed", budget.late)
    return were % {"late": budget.late, "allowed": budget.allowed}
