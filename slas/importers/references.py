"""What a file names, and whether somebody or something of that name exists."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import Reader, text
from slas.models import Calendar, Product, Team, User
from slas.queries.wordings import AUDIENCE, PERSON

_KINDS: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "calendar": (
        "There is no calendar named “{}”.",
        lambda: Calendar.objects.filter(revisions__isnull=False).values_list("name", flat=True),
    ),
    "person": ("Nobody is known as “{}”.", lambda: User.objects.values_list("username", flat=True)),
    "team": ("There is no team named “{}”.", lambda: Team.objects.values_list("slug", flat=True)),
    "product": ("There is no product named “{}”.", lambda: Product.objects.values_list("slug", flat=True)),
}


@dataclass
class References:
    """Names that are used, and names that the file itself defines."""

    used: list[tuple[str, str, int]] = field(default_factory=list)
    defined: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def to(self, kind: str) -> Reader[str]:
        """A reader of names of this kind, which are looked up when the whole file is read."""

        def read(node: Node) -> str:
            name = text(node)
            self.used.append((kind, name, node.line))
            return name

        return read

    def define(self, kind: str, name: str, line: int) -> str:
        """Note a name that the file defines; Problem when it does so twice."""
        if name in self.defined[kind]:
            raise Problem(line, f"The {kind} “{name}” is described here a second time.")
        self.defined[kind].add(name)
        return name

    # The roles win: somebody whose username is “manager” has to be named as `person:manager`.
    def audience(self, node: Node) -> str:
        """A role of the ladder, or a person: `person:jana`, or just `jana`."""
        said = text(node)
        if said in AUDIENCE:
            return said
        name = said.removeprefix(PERSON)
        self.used.append(("person", name, node.line))
        return PERSON + name

    def check(self, problems: Problems) -> None:
        """Note every name that neither the file nor the database knows."""
        for kind, (sentence, stored) in _KINDS.items():
            asked = [(name, line) for used, name, line in self.used if used == kind]
            # One look per kind, however often the file names somebody.
            known = self.defined[kind] | set(stored()) if asked else set()
            for name, line in asked:
                if name not in known:
                    problems.add(line, sentence.format(name))
