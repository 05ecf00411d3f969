"""Signals of monitors: taken in, made into readings and proposals, assigned to products; sources that fall silent."""

from incidents.actions.signals.assigning import assign
from incidents.actions.signals.receiving import Receipt, receive
from incidents.actions.signals.silence import watch
from incidents.actions.signals.sources import change_source, create_source, renew_secret

__all__ = ["Receipt", "assign", "change_source", "create_source", "receive", "renew_secret", "watch"]
