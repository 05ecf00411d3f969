"""What a broken availability promise is worth, by the rule of its agreement: exact, and with the reading said.

Pure arithmetic on a `Measurement`. Percentages are of the monthly fee and run from 0 to 100; money is rounded once, at
the end, half up. The rules are those of contracts.md (Availability and credits).
"""

from slas.credits.chronic import ChronicBreach, Month, exit_right
from slas.credits.claims import ClaimWindow
from slas.credits.dues import Credit, due
from slas.credits.findings import Finding, findings
from slas.credits.rules import (
    Band,
    Bands,
    CreditRule,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    StartedUnits,
    StepsBelow,
)

__all__ = [
    "Band", "Bands", "ChronicBreach", "ClaimWindow", "Credit", "CreditRule", "Finding", "Linear", "Month",
    "MultipleOfShare", "PerPeriodBeyond", "StartedUnits", "StepsBelow", "due", "exit_right", "findings",
]  # fmt: skip
