"""Pure sums of what we show: what may still go wrong before a promise of the month is broken."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Budget:
    """Of so many timers due so far, so many may be late; `late` were."""

    counted: int
    allowed: int
    late: int

    @property
    def left(self) -> int:
        """How many more may be late; negative once the promise is broken for what was due so far."""
        return self.allowed - self.late


def budget(*, met: int, breached: int, promised: Decimal) -> Budget:
    """The budget of a promise in percent; a part of a timer is no timer, so what is allowed is rounded down."""
    counted = met + breached
    # Decimal, not float: 100 − 99.9 must be exactly 0.1, or the thousandth timer is lost.
    return Budget(counted=counted, allowed=int(counted * (100 - promised) / 100), late=breached)
