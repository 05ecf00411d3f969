"""Everything that can be done with a ticket: `tickets.pause(ticket, by=…, now=…, reason=…)`."""

from incidents.actions.tickets.holding import assign, log_time
from incidents.actions.tickets.moving import demand
from incidents.actions.tickets.opening import open_ticket
from incidents.actions.tickets.retargeting import move, reprioritise
from incidents.actions.tickets.settling import close, close_settled, reject, reopen, resolve
from incidents.actions.tickets.talking import begin, comment, respond
from incidents.actions.tickets.waiting import pause, resume

__all__ = [
    "assign",
    "begin",
    "close",
    "close_settled",
    "comment",
    "demand",
    "log_time",
    "move",
    "open_ticket",
    "pause",
    "reject",
    "reopen",
    "reprioritise",
    "resolve",
    "respond",
    "resume",
]
