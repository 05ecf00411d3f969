"""Why is this due then? Every timer of a ticket, line by line, in the reader's language and zone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incidents.models import Pause, PauseReason, Ticket, Timer
from incidents.queries.tickets import current_timers, standing_with, stopping
from slas.clock import ServiceHours, Span
from slas.models import Kind
from slas.queries import calendars

WEEK = timedelta(days=6)  # within it the weekday says enough

# `from` is a word of Python's own.
Row = TypedDict("Row", {"timer": str, "from": datetime, "to": datetime, "what": str, "seconds": int, "label": str})
Stretch = tuple[datetime, datetime, str]


def ledger(ticket: Ticket, now: datetime) -> list[Row]:
    """Every current timer without a gap, to its stop, else its deadline, else (while it stands still) to now."""
    pauses = list(ticket.pauses.all())
    return [row for timer in current_timers(ticket) for row in ledger_of(timer, pauses=pauses, now=now)]


def ledger_of(timer: Timer, *, pauses: Sequence[Pause], now: datetime) -> list[Row]:
    """The lines of one timer."""
    end = timer.stopped_at or standing_with(timer, pauses=pauses, now=now).due_at or now
    hours = calendars.hours_by_id(timer.calendar_id)
    resolved = [Span(row.started_at, row.ended_at) for row in pauses if row.reason == PauseReason.RESOLVED]
    lines = list(_stretches(hours, timer.started_at, end, waiting=stopping(timer, pauses), resolved=resolved))
    # Within a week "Mon" is one day; beyond it the date has to be there.
    is_near = end - timer.started_at < WEEK
    rows = [_row(timer, line, is_near=is_near) for line in lines]
    if rows:
        # So the labels read as one sentence from report to deadline.
        rows[0]["label"] = f"{_beginning(timer, is_near=is_near)} · {rows[0]['label']}"
        rows[-1]["label"] = f"{rows[-1]['label']} · {_ending(timer, end, pauses, now, is_near=is_near)}"
    return rows


def sentence(rows: Sequence[Row]) -> str:
    """The whole ledger of one timer in one line."""
    return " · ".join(row["label"] for row in rows)


def _stretches(
    hours: ServiceHours, start: datetime, end: datetime, *, waiting: Sequence[Span], resolved: Sequence[Span]
) -> Iterator[Stretch]:
    """The clock's own lines, with the time between a resolution and its reopening told apart from waiting."""
    # The clock knows pauses only; cutting at these bounds tells the two kinds apart.
    bounds = {bound for span in resolved for bound in (span.start, span.end) if bound and start < bound < end}
    kept: Stretch | None = None
    for since, until in pairwise(sorted({start, end, *bounds})):
        is_resolved = any(span.start <= since and (span.end is None or since < span.end) for span in resolved)
        for line in hours.ledger(since, until, waiting):
            what = "resolved" if is_resolved and line.what == "paused" else line.what
            # A cut within one closed night must not show as two.
            if kept is not None and kept[2] == what:
                kept = (kept[0], line.end, what)
                continue
            if kept is not None:
                yield kept
            kept = (line.start, line.end, what)
    if kept is not None:
        yield kept


def _row(timer: Timer, stretch: Stretch, *, is_near: bool) -> Row:
    start, end, what = stretch
    return {
        "timer": timer.kind,
        "from": start,
        "to": end,
        "what": what,
        "seconds": int((end - start).total_seconds()),
        "label": _label(what, start, end, is_near=is_near),
    }


def _label(what: str, start: datetime, end: datetime, *, is_near: bool) -> str:
    if what == "counted":
        return _("%(length)s counted") % {"length": length(end - start)}
    words = {
        "closed": _("closed until %(moment)s"),
        "holiday": _("holiday until %(moment)s"),
        "paused": _("waiting until %(moment)s"),
        "resolved": _("resolved until %(moment)s"),
    }
    return words[what] % {"moment": _moment(end, is_near=is_near)}


def _beginning(timer: Timer, *, is_near: bool) -> str:
    words = _("answered %(moment)s") if timer.kind == Kind.UPDATE else _("reported %(moment)s")
    return words % {"moment": _moment(timer.started_at, is_near=is_near)}


def _ending(timer: Timer, end: datetime, pauses: Sequence[Pause], now: datetime, *, is_near: bool) -> str:
    if timer.is_withdrawn:
        words = _("withdrawn %(moment)s")
    elif timer.stopped_at is not None:
        words = _("answered %(moment)s") if timer.kind == Kind.RESPONSE else _("resolved %(moment)s")
    elif standing_with(timer, pauses=pauses, now=now).due_at is None:
        words = _("still waiting %(moment)s")
    else:
        words = _("due %(moment)s")
    return words % {"moment": _moment(end, is_near=is_near)}


def _moment(at: datetime, *, is_near: bool) -> str:
    near = pgettext("format of a moment within the week of a ledger", "D H:i")
    far = pgettext("format of a moment in a ledger", "D j M Y H:i")
    return date_format(timezone.localtime(at), near if is_near else far)


def length(span: timedelta) -> str:
    """A length as people say it: “1 h 30 min”; seconds only below five minutes."""
    hours, rest = divmod(int(span.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    words = [f"{hours} h"] if hours else []
    words += [f"{minutes} min"] if minutes else []
    words += [f"{seconds} s"] if seconds and not hours and minutes < 5 else []
    return " ".join(words) or "0 min"
