"""Steps of the ladder: fired by the sweep, told through the outbox, acknowledged by people."""

from incidents.actions.escalations.acknowledging import acknowledge
from incidents.actions.escalations.parking import unpark
from incidents.actions.escalations.sweeping import Swept, Watermark, sweep

__all__ = ["Swept", "Watermark", "acknowledge", "sweep", "unpark"]
