"""Planned work on products: every way in which it may change, and the rounds that look after it.

Each action locks the window, asks who may (rules), asks whether it is possible there (maintenance.MOVES), changes it,
writes an event and leaves letters, in one transaction. It raises PermissionDenied or Refused and nothing else.
"""

from incidents.actions.maintenance.case import check_window, demand
from incidents.actions.maintenance.moving import cancel, move
from incidents.actions.maintenance.overrunning import tell_overruns
from incidents.actions.maintenance.planning import announce, emergency, plan, plan_and_announce
from incidents.actions.maintenance.series import end_series, first_windows, keep_ahead, start_series
from incidents.actions.maintenance.using import begin, correct, end

__all__ = [
    "announce",
    "begin",
    "cancel",
    "check_window",
    "correct",
    "demand",
    "emergency",
    "end",
    "end_series",
    "first_windows",
    "keep_ahead",
    "move",
    "plan",
    "plan_and_announce",
    "start_series",
    "tell_overruns",
]
