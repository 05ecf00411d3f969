"""The people, teams and products of an agreement file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slas.importers.fields import Fields
from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import choice, day, list_of, text, whole
from slas.importers.references import References
from slas.models import Role
from slas.models.parties import LANGUAGES, Visibility

_PERSON = ("username", "name", "email", "language", "zone", "manager", "roles", "absent", "deputy")
_TEAM = ("slug", "name", "lead", "members")
_PRODUCT = (
    "slug",
    "name",
    "team",
    "owner",
    "deputies",
    "stakeholders",
    "tier",
    "visible_to",
    "public_promise",
)


@dataclass(frozen=True)
class Said:
    """What the file says about one person, team or product: only keys that stand there; others are named by name.

    `values` are of many types, hence Any; `people` name somebody, or a list of them.
    """

    line: int
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[str, str | tuple[str, ...] | None] = field(default_factory=dict)


def person(node: Node, problems: Problems, references: References) -> Said:
    """A person; a name and an address are asked for when the account is new."""
    fields = Fields(node, problems, known=_PERSON)
    username = references.define("person", fields.required("username", text), fields.line)
    values: dict[str, Any] = {}  # see Said
    for key, reader in (
        ("name", text),
        ("email", text),
        ("language", choice(code for code, _name in LANGUAGES)),
        ("zone", text),
    ):
        if fields.has(key):
            values[key] = fields.required(key, reader)
    if fields.has("roles"):
        values["roles"] = tuple(sorted(set(fields.optional("roles", list_of(choice(Role.values)), ()))))
    # `absent:` with nothing behind it says that the person is back.
    if fields.has("absent"):
        values |= fields.optional("absent", lambda inner: _absence(inner, problems), _PRESENT)
    people = {
        key: fields.optional(key, references.to("person"), None) or None
        for key in ("manager", "deputy")
        if fields.has(key)
    }
    return Said(node.line, username, values, people)


_PRESENT: dict[str, Any] = {"absent_from_on": None, "absent_to_on": None}


def _absence(node: Node, problems: Problems) -> dict[str, Any]:
    fields = Fields(node, problems, known=("from", "to"))
    since = fields.required("from", day)
    until = fields.required("to", day) if fields.has("to") else None
    if until is not None and until <= since:
        raise Problem(fields.line_of("to"), "The first day back comes after the first day away.")
    return {"absent_from_on": since, "absent_to_on": until}


def _tier(node: Node) -> int:
    number = whole(node)
    if not 1 <= number <= 4:
        raise Problem(node.line, "A tier is 1, 2, 3 or 4.")
    return number


def team(node: Node, problems: Problems, references: References) -> Said:
    """A team; a name and a lead are asked for when it is new."""
    fields = Fields(node, problems, known=_TEAM)
    slug = references.define("team", fields.required("slug", text), fields.line)
    values = {"name": fields.required("name", text)} if fields.has("name") else {}
    people: dict[str, str | tuple[str, ...] | None] = {}
    if fields.has("lead"):
        people["lead"] = fields.required("lead", references.to("person"))
    if fields.has("members"):
        people["members"] = fields.optional("members", list_of(references.to("person")), ())
    return Said(node.line, slug, values, people)


def product(node: Node, problems: Problems, references: References) -> Said:
    """A product; a name, a team and an owner are asked for when it is new."""
    fields = Fields(node, problems, known=_PRODUCT)
    slug = references.define("product", fields.required("slug", text), fields.line)
    values: dict[str, Any] = {}  # see Said
    for key, reader in (
        ("name", text),
        ("team", references.to("team")),
        ("tier", _tier),
        ("visible_to", choice(Visibility.values)),
    ):
        if fields.has(key):
            values[key] = fields.required(key, reader)
    if fields.has("public_promise"):
        values["public_promise"] = fields.optional("public_promise", text, "")
    people: dict[str, str | tuple[str, ...] | None] = {}
    if fields.has("owner"):
        people["owner"] = fields.required("owner", references.to("person"))
    for key in ("deputies", "stakeholders"):
        if fields.has(key):
            people[key] = fields.optional(key, list_of(references.to("person")), ())
    return Said(node.line, slug, values, people)
