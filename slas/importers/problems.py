"""What is wrong with a file, and on which line."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied

from slas.errors import Refused


class Problem(Exception):  # noqa: N818 - it reads as a fact, not as a fault
    """One thing that is wrong: its line from 1, and a sentence."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


class BadFile(Exception):  # noqa: N818 - it reads as a fact, not as a fault
    """A file that cannot be applied, with everything that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("; ".join(f"{problem.line}: {problem.sentence}" for problem in self.problems))


@dataclass
class Problems:
    """Collects what is wrong, so that one run tells everything."""

    found: list[Problem] = field(default_factory=list)

    @contextmanager
    def collected(self) -> Iterator[None]:
        """A problem inside the block ends the block, not the run."""
        try:
            yield
        except Problem as problem:
            self.found.append(problem)

    @contextmanager
    def at(self, line: int) -> Iterator[None]:
        """As `collected`, and an action's refusal becomes a problem of this line."""
        with self.collected():
            try:
                yield
            except Refused as refusal:
                raise Problem(line, str(refusal)) from refusal
            except PermissionDenied as refusal:
                raise Problem(line, "The people named here may not do this.") from refusal

    def add(self, line: int, sentence: str) -> None:
        """Note one more."""
        self.found.append(Problem(line, sentence))

    def raise_if_any(self) -> None:
        """BadFile as soon as something was found."""
        if self.found:
            raise BadFile(self.found)
