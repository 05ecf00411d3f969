"""The states people meet, each as word, symbol and tone: colour never stands alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sign:
    """How a state looks: its word, a heroicon, and a tone (kept, risk, broken, open, quiet, none)."""

    word: str | Promise
    icon: str
    tone: str


SIGNS = {
    # timers
    "running": Sign(_("running"), "clock", "open"),
    "paused": Sign(_("paused"), "pause", "quiet"),
    "met": Sign(_("kept"), "check", "kept"),
    "breached": Sign(_("broken"), "x-mark", "broken"),
    "withdrawn": Sign(_("withdrawn"), "minus", "quiet"),
    "at_risk": Sign(_("at risk"), "exclamation-triangle", "risk"),
    # tickets
    "new": Sign(_("new"), "sparkles", "open"),
    "open": Sign(_("open"), "arrow-path", "open"),
    "waiting": Sign(_("waiting"), "pause", "quiet"),
    "resolved": Sign(_("resolved"), "check", "kept"),
    "closed": Sign(_("closed"), "lock-closed", "quiet"),
    "rejected": Sign(_("rejected"), "minus", "quiet"),
    # months and products
    "kept": Sign(_("kept"), "check", "kept"),
    "broken": Sign(_("broken"), "x-mark", "broken"),
    "missed": Sign(_("missed"), "x-mark", "quiet"),  # an objective; red is for commitments alone
    "no_data": Sign(_("too little data"), "ellipsis-horizontal", "none"),
    "no_agreement": Sign(_("no agreement"), "question-mark-circle", "none"),
    "quiet": Sign(_("nothing open"), "check", "kept"),
    # outages
    "proposed": Sign(_("proposed"), "question-mark-circle", "risk"),
    "confirmed": Sign(_("confirmed"), "check", "open"),
    "dismissed": Sign(_("dismissed"), "minus", "quiet"),
    # revisions
    "draft": Sign(_("draft"), "pencil", "quiet"),
    "published": Sign(_("agreed, starts later"), "calendar", "open"),
    "in_force": Sign(_("in force"), "check", "kept"),
    "superseded": Sign(_("superseded"), "archive-box", "quiet"),
    "retired": Sign(_("retired"), "archive-box", "quiet"),
    # reviews and actions
    "due": Sign(_("due"), "calendar", "open"),
    "overdue": Sign(_("overdue"), "exclamation-triangle", "risk"),
    "held": Sign(_("held"), "check", "kept"),
    "done": Sign(_("done"), "check", "kept"),
    # maintenance, and what became of its notice
    "planned": Sign(_("planned"), "pencil", "quiet"),
    "announced": Sign(_("announced"), "megaphone", "open"),
    "ended": Sign(_("over"), "check", "quiet"),
    "cancelled": Sign(_("cancelled"), "x-mark", "quiet"),
    "emergency": Sign(_("emergency"), "bolt", "risk"),
    "notice_kept": Sign(_("in notice"), "check", "kept"),
    "notice_open": Sign(_("still in time"), "clock", "open"),
    "notice_short": Sign(_("notice ends soon"), "clock", "risk"),
    "notice_missed": Sign(_("too late to shield"), "x-mark", "quiet"),
    "never_shields": Sign(_("shields nothing"), "minus", "quiet"),
    "no_promise": Sign(_("nothing promised"), "minus", "none"),
    # signals and their sources
    "accepted": Sign(_("accepted"), "check", "kept"),
    "refused": Sign(_("refused"), "exclamation-triangle", "risk"),
    "ignored": Sign(_("nothing to do"), "minus", "quiet"),
    "duplicate": Sign(_("known already"), "square-2-stack", "quiet"),
    "silent": Sign(_("silent"), "speaker-x-mark", "none"),
    # credits and certificates
    "claimed": Sign(_("claimed"), "hand-raised", "open"),
    "granted": Sign(_("granted"), "check", "kept"),
    "declined": Sign(_("declined"), "minus", "quiet"),
    "expired": Sign(_("expired"), "clock", "quiet"),
    "settled": Sign(_("settled"), "lock-closed", "quiet"),
    "signed": Sign(_("signed by both sides"), "check", "kept"),
    "unsigned": Sign(_("signatures missing"), "pencil-square", "open"),
    "provisional": Sign(_("provisional"), "clock", "none"),
    # escalations, notices and the engine
    "acknowledged": Sign(_("acknowledged"), "check", "kept"),
    "unacknowledged": Sign(_("waiting for somebody"), "bell-alert", "risk"),
    "pending": Sign(_("waiting"), "clock", "open"),
    "sent": Sign(_("sent"), "check", "kept"),
    "bundled": Sign(_("in a digest"), "inbox-stack", "quiet"),
    "failed": Sign(_("not deliverable"), "x-mark", "broken"),
    "well": Sign(_("runs"), "check", "kept"),
    "ill": Sign(_("needs attention"), "x-mark", "broken"),
}
