"""The keys of one thing in a file: which are known, which must be there, and what they hold."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import Reader, entries

T = TypeVar("T")
D = TypeVar("D")


class Fields:
    """Reads keys by name and collects what is wrong with them."""

    def __init__(self, node: Node, problems: Problems, *, known: Iterable[str]) -> None:
        """Problem when the node has no keys; unknown keys are noted with the nearest known one."""
        self._entries, self._problems = entries(node), problems
        self.line = node.line
        known = tuple(known)
        for key, entry in self._entries.items():
            if key not in known:
                # A wrong letter is the usual mistake.
                near = get_close_matches(key, known, n=1)
                hint = f" Is “{near[0]}” meant?" if near else ""
                problems.add(entry.line, f"“{key}” is not known here.{hint}")

    def has(self, key: str) -> bool:
        """Whether the key stands in the file."""
        return key in self._entries

    def line_of(self, key: str) -> int:
        """The line of a key, or of the whole when it is left out."""
        entry = self._entries.get(key)
        return self.line if entry is None else entry.line

    def required(self, key: str, reader: Reader[T]) -> T:
        """The value of a key that must be there."""
        entry = self._entries.get(key)
        if entry is None or entry.node.is_null:
            raise Problem(self.line_of(key), f"“{key}” is missing here.")
        return reader(entry.node)

    def optional(self, key: str, reader: Reader[T], default: D) -> T | D:
        """The value of a key, or the default when it is left out or empty; a problem is noted and reading goes on."""
        entry = self._entries.get(key)
        if entry is not None and not entry.node.is_null:
            with self._problems.collected():
                return reader(entry.node)
        return default
