"""What a broken availability promise is worth, by the rule of its agreement: exact, and with the reading said.

Pure arithmetic on a `Measurement`. Percentages are of the monthly fee and run from 0 to 100; money is rounded once, at
the end, half up. The rules are those of contracts.md (Availability and credits).
"""

from slas.credits.chronic import ChronicBreach, Month, exit_right
from slas.credits.claims import ClaimWindow
from slas.credits.dues import Credit, Sentence, due
from slas.credits.findings import Finding, findings
from slas.credits.rules import (
    RULES,
    Band,
    Bands,
    CreditRule,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    StartedUnits,
    StepsBelow,
    kind_of,
    terms_of,
)

__all__ = [
    "RULES", "Band", "Bands", "ChronicBreach", "ClaimWindow", "Credit", "CreditRule", "Finding", "Linear", "Month",
    "MultipleOfShare", "PerPeriodBeyond", "Sentence", "StartedUnits", "StepsBelow", "due", "exit_right", "findings",
    "kind_of", "terms_of",
]  # fmt: skip
