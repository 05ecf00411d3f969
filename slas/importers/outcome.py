"""What applying a file did, for the person who ran it."""

from collections import Counter
from dataclasses import dataclass, field

from slas.importers.problems import Problems


@dataclass
class Outcome:
    """Sentences about what changed, warnings, and counts; nothing is said about what stayed as it was."""

    problems: Problems = field(default_factory=Problems)
    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def created(self, what: str) -> None:
        """Note something new."""
        self.lines.append(f"{what}: created.")
        self.counts["created"] += 1

    def changed(self, what: str, how: str = "changed") -> None:
        """Note something that is different now."""
        self.lines.append(f"{what}: {how}.")
        self.counts["changed"] += 1

    def unchanged(self) -> None:
        """Note something that already was as the file says."""
        # Counted without a line: a second run should be short.
        self.counts["unchanged"] += 1

    def summary(self) -> str:
        """One line with the counts."""
        return ", ".join(f"{self.counts[word]} {word}" for word in ("created", "changed", "unchanged")) + "."
