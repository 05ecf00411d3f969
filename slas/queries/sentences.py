"""What an agreement promises, in sentences of the active language."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from slas.clock import Line, NeverOpen
from slas.models import Kind
from slas.models.wordings import Binding
from slas.queries.agreements import TargetTerms, Terms
from slas.queries.numbers import number
from slas.queries.schedules import schedule_of
from slas.queries.weeks import is_round_the_clock, span, week_elsewhere
from slas.queries.wordings import KINDS, DefinitionWording

__all__ = ["LedgerRow", "WhatIf", "example", "moment", "promise", "promises", "rows", "span", "what_if"]

NEAR = timedelta(days=6)  # within it the weekday says enough

LedgerRow = TypedDict(
    "LedgerRow", {"timer": str, "from": datetime, "to": datetime, "what": str, "seconds": int, "label": str}
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """When one timer of a ticket reported then would be due, and why; `due_at` is None when the hours never suffice."""

    kind: str
    due_at: datetime | None
    allowance: timedelta  # support time
    is_commitment: bool  # else an objective
    lines: list[LedgerRow]
    sentence: str


@dataclass(frozen=True, slots=True)
class PriorityPromise:
    """What is promised for one priority, one sentence per target."""

    priority: str
    definition: DefinitionWording
    sentences: list[str]


def promise(terms: Terms, zone: tzinfo) -> list[str]:
    """Every target as one whole sentence: “P1 – Sales stand still: answer within 1 h of support time (…), promised.”"""
    return [
        _("%(priority)s: %(sentence)s") % {"priority": _titled(one), "sentence": sentence}
        for one in promises(terms, zone)
        for sentence in one.sentences
    ]


def promises(terms: Terms, zone: tzinfo) -> list[PriorityPromise]:
    """The promise by priority, most urgent first; hours of another zone than the reader's name it."""
    return [
        PriorityPromise(
            priority=priority,
            definition=terms.definition(priority),
            sentences=[
                _target(terms.targets[priority, kind], zone) for kind in KINDS if (priority, kind) in terms.targets
            ],
        )
        for priority in terms.priorities
    ]


def example(terms: Terms, priority: str, kind: str, at: datetime) -> str:
    """“A P1, reported Friday 22:00, is answered by Monday 09:00.”; empty without such a target."""
    target = terms.targets.get((priority, kind))
    return "" if target is None else _example(target, at, due_at=_due(target, at))


def what_if(terms: Terms, priority: str, at: datetime) -> list[WhatIf]:
    """Every timer that a report of this priority at this moment would start."""
    # In the order in which they matter to the person who reports.
    targets = [terms.targets[priority, kind] for kind in KINDS if (priority, kind) in terms.targets]
    return [_what_if(target, at, due_at=_due(target, at)) for target in targets]


def rows(kind: str, lines: list[Line]) -> list[LedgerRow]:
    """The lines of a clock with a label in words, times in the reader's zone."""
    return [
        {
            "timer": kind,
            "from": line.start,
            "to": line.end,
            "what": line.what,
            "seconds": int((line.end - line.start).total_seconds()),
            "label": _label(line),
        }
        for line in lines
    ]


def moment(at: datetime, *, seen_from: datetime) -> str:
    """Weekday and time in the reader's zone, with the date as soon as the weekday alone could mislead."""
    local = timezone.localtime(at)
    # On the seventh day a weekday alone would mean two days.
    if abs(at - seen_from) < NEAR:
        return date_format(local, pgettext("format of a near moment", "l H:i"))
    return date_format(local, pgettext("format of a far moment", "l, j F Y, H:i"))


def _what_if(target: TargetTerms, at: datetime, *, due_at: datetime | None) -> WhatIf:
    return WhatIf(
        kind=target.kind,
        due_at=due_at,
        allowance=target.allowance,
        is_commitment=target.binding == Binding.COMMITMENT,
        lines=[] if due_at is None else rows(target.kind, target.hours.ledger(at, due_at)),
        sentence=_example(target, at, due_at=due_at),
    )


def _due(target: TargetTerms, at: datetime) -> datetime | None:
    try:
        return target.hours.deadline(at, target.allowance)
    except NeverOpen:
        return None


def _example(target: TargetTerms, at: datetime, *, due_at: datetime | None) -> str:
    if due_at is None:
        return _("The calendar does not open long enough for this target.")
    facts = {
        "priority": target.priority,
        "at": moment(at, seen_from=at),
        "due": moment(due_at, seen_from=at),
    }
    return _example_form(target) % facts


def _example_form(target: TargetTerms) -> str:
    # Whole sentences, one per case: no language builds them from the same pieces.
    if target.binding == Binding.COMMITMENT:
        return {
            Kind.RESPONSE: _("A %(priority)s, reported %(at)s, is answered by %(due)s."),
            Kind.UPDATE: _("A %(priority)s, answered %(at)s, brings the next news by %(due)s."),
            Kind.RESOLUTION: _("A %(priority)s, reported %(at)s, is resolved by %(due)s."),
        }[Kind(target.kind)]
    return {
        Kind.RESPONSE: _("A %(priority)s, reported %(at)s, should be answered by %(due)s."),
        Kind.UPDATE: _("A %(priority)s, answered %(at)s, should bring the next news by %(due)s."),
        Kind.RESOLUTION: _("A %(priority)s, reported %(at)s, should be resolved by %(due)s."),
    }[Kind(target.kind)]


def _target(target: TargetTerms, zone: tzinfo) -> str:
    firm = _("promised") if target.binding == Binding.COMMITMENT else _("as an objective")
    facts = {"within": _within(target, zone), "firm": firm, "share": _share(target)}
    if target.attainment is None:
        return _target_form(target.kind) % facts
    return _share_form(target.kind) % facts


def _target_form(kind: str) -> str:
    return {
        Kind.RESPONSE: _("Answer within %(within)s, %(firm)s."),
        Kind.UPDATE: _("News again within %(within)s, %(firm)s."),
        Kind.RESOLUTION: _("Resolution within %(within)s, %(firm)s."),
    }[Kind(kind)]


def _share_form(kind: str) -> str:
    return {
        Kind.RESPONSE: _("Answer within %(within)s, %(firm)s, in %(share)s of cases."),
        Kind.UPDATE: _("News again within %(within)s, %(firm)s, in %(share)s of cases."),
        Kind.RESOLUTION: _("Resolution within %(within)s, %(firm)s, in %(share)s of cases."),
    }[Kind(kind)]


def _within(target: TargetTerms, zone: tzinfo) -> str:
    schedule = schedule_of(target.calendar)
    length = span(target.allowance)
    # Where nothing closes, support time is time; a calendar's name would only distract.
    if is_round_the_clock(schedule):
        return _("%(length)s round the clock") % {"length": length}
    facts = {"length": length, "week": week_elsewhere(schedule, zone), "calendar": target.calendar.calendar.name}
    return _("%(length)s of support time (%(week)s, %(calendar)s)") % facts


def _share(target: TargetTerms) -> str:
    if target.attainment is None:
        return ""
    return f"{number(target.attainment)}\u00a0%"


def _titled(one: PriorityPromise) -> str:
    return f"{one.priority} – {one.definition.means}" if one.definition.means else one.priority


def _label(line: Line) -> str:
    until = moment(line.end, seen_from=line.start)
    if line.what == "counted":
        return _("%(length)s counted") % {"length": span(line.counted)}
    if line.what == "holiday":
        return _("holiday until %(until)s") % {"until": until}
    if line.what == "paused":
        return _("paused until %(until)s") % {"until": until}
    return _("closed until %(until)s") % {"until": until}
