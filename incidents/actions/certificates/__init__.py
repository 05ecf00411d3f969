"""Certificates: drawn up from what was measured, corrected when more is known, signed by both sides."""

from incidents.actions.certificates.drawing import draw_up
from incidents.actions.certificates.rounds import certify_past, month_round
from incidents.actions.certificates.signing import sign

__all__ = ["certify_past", "draw_up", "month_round", "sign"]
