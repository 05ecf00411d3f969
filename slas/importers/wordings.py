"""The agreements of a file: what each says, and who signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from slas.importers.availability import availability
from slas.importers.credits import credits
from slas.importers.fields import Fields
from slas.importers.ladders import step
from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import (
    choice,
    duration,
    entries,
    flag,
    instant,
    list_of,
    mapping_of,
    positive,
    share,
    text,
    whole,
)
from slas.importers.references import References
from slas.models.agreements import Relation
from slas.models.parties import LANGUAGES, Priority
from slas.models.wordings import Binding
from slas.queries.wordings import (
    KINDS,
    RHYTHMS,
    CreditWording,
    DefinitionWording,
    TargetWording,
    Wording,
    usual_currency,
)

_KNOWN = (
    "slug",
    "product",
    "title",
    "provider",
    "customer",
    "relation",
    "language",
    "in_force_from",
    "inside",
    "outside",
    "channels",
    "reopen_within",
    "zone",
    "signed_by",
    "glossary",
    "contacts",
    "customer_duties",
    "targets",
    "pausing",
    "ladder",
    "reviews",
    "availability",
    "credits",
)
_DEFINING = ("means", "examples", "set_by")
_LISTS = ("inside", "outside", "channels", "contacts", "customer_duties")
_REOPEN_WITHIN = timedelta(hours=120)


@dataclass(frozen=True)
class AgreementSaid:
    """What the file says about one agreement; an empty `wording.zone` means that of its first calendar."""

    line: int
    slug: str
    product: str
    in_force_from: datetime
    wording: Wording
    signed_by: tuple[str, str] | None  # provider, customer
    signed_line: int


def agreement(node: Node, problems: Problems, references: References) -> AgreementSaid:
    """An agreement with everything it promises."""
    fields = Fields(node, problems, known=_KNOWN)
    slug = references.define("agreement", fields.required("slug", text), fields.line)
    product = fields.required("product", references.to("product"))
    in_force_from = fields.required("in_force_from", instant)
    signers = fields.optional("signed_by", lambda inner: _signers(inner, references), None)
    return AgreementSaid(
        line=node.line,
        slug=slug,
        product=product,
        in_force_from=in_force_from,
        wording=_wording(fields, problems, references),
        signed_by=signers,
        signed_line=fields.line_of("signed_by"),
    )


def _signers(node: Node, references: References) -> tuple[str, str] | None:
    names = list_of(references.to("person"))(node)
    # An empty list, as an export of a draft might be filled in by hand: nobody has signed.
    if not names:
        return None
    if len(names) != 2 or names[0] == names[1]:
        raise Problem(node.line, "Two different people sign: one for the provider, then one for the customer.")
    return names[0], names[1]


def _wording(fields: Fields, problems: Problems, references: References) -> Wording:
    targets = fields.required("targets", lambda node: _targets(node, problems, references))
    pausing = fields.optional("pausing", lambda node: _flags(node, problems, known=KINDS), {})
    rhythms, every_weeks, participants = fields.optional(
        "reviews", lambda node: _reviews(node, problems, references), ((), None, ())
    )
    relation = fields.optional("relation", choice(Relation.values), Relation.SAME_ENTITY)
    return Wording(
        title=fields.required("title", text),
        provider=fields.required("provider", text),
        customer=fields.required("customer", text),
        targets=tuple(target for _priority, _means, found in targets for target in found),
        # A priority without words is no definition.
        definitions={priority: said for priority, said, _found in targets if said.means},
        steps=fields.optional("ladder", list_of(lambda node: step(node, problems, references)), ()),
        relation=relation,
        language=fields.optional("language", choice(code for code, _name in LANGUAGES), "de"),
        # Empty until the calendars are stored; `signing._with_zone` fills it in.
        zone=fields.optional("zone", text, ""),
        **{key: fields.optional(key, list_of(text), ()) for key in _LISTS},
        glossary=fields.optional("glossary", mapping_of(text), {}),
        reopen_within=fields.optional("reopen_within", duration, _REOPEN_WITHIN),
        is_response_paused=pausing.get("response", False),
        is_update_paused=pausing.get("update", True),
        is_resolution_paused=pausing.get("resolution", True),
        review_rhythms=rhythms,
        review_every_weeks=every_weeks,
        participants=participants,
        availability=fields.optional("availability", lambda node: availability(node, problems, references), None),
        credits=fields.optional("credits", lambda node: _credits(node, problems, fields, relation), None),
    )


def _credits(node: Node, problems: Problems, agreement: Fields, relation: str) -> CreditWording:
    if not agreement.has("availability"):
        raise Problem(node.line, "Credits are for months that break the availability promise; promise it, too.")
    return credits(node, problems, usual_currency=usual_currency(relation))


PriorityTerms = tuple[str, DefinitionWording, tuple[TargetWording, ...]]  # priority, what it means, its targets


def _targets(node: Node, problems: Problems, references: References) -> tuple[PriorityTerms, ...]:
    return tuple(_priorities(node, problems, references))


def _priorities(node: Node, problems: Problems, references: References) -> Iterator[PriorityTerms]:
    for priority, entry in entries(node).items():
        if priority not in Priority.values:
            problems.add(entry.line, f"“{priority}” is no priority; use {', '.join(Priority.values)}.")
            continue
        with problems.collected():
            # One priority that is wrong does not hide what is wrong with the next.
            fields = Fields(entry.node, problems, known=(*_DEFINING, *KINDS))
            found = [
                fields.required(kind, lambda inner, p=priority, k=kind: _target(inner, p, k, problems, references))  # type: ignore[misc]  # the defaults bind this round's names
                for kind in KINDS
                if fields.has(kind)
            ]
            yield priority, _definition(fields), tuple(found)


def _definition(fields: Fields) -> DefinitionWording:
    said = DefinitionWording(
        fields.optional("means", text, ""),
        fields.optional("examples", list_of(text), ()),
        fields.optional("set_by", text, ""),
    )
    for key in _DEFINING[1:]:
        if fields.has(key) and not said.means:
            raise Problem(fields.line_of(key), "Say what the priority means, too.")
    return said


def _target(node: Node, priority: str, kind: str, problems: Problems, references: References) -> TargetWording:
    fields = Fields(node, problems, known=("allowance", "calendar", "kind", "attainment"))
    return TargetWording(
        priority=priority,
        kind=kind,
        allowance=fields.required("allowance", positive),
        calendar=fields.required("calendar", references.to("calendar")),
        binding=fields.optional("kind", choice(Binding.values), Binding.OBJECTIVE),
        attainment=fields.optional("attainment", share, None),
    )


def _flags(node: Node, problems: Problems, *, known: tuple[str, ...]) -> dict[str, bool]:
    fields = Fields(node, problems, known=known)
    return {key: fields.required(key, flag) for key in known if fields.has(key)}


Reviews = tuple[tuple[str, ...], int | None, tuple[str, ...]]  # rhythms, every n weeks, participants


def _reviews(node: Node, problems: Problems, references: References) -> Reviews:
    fields = Fields(node, problems, known=(*RHYTHMS, "every_weeks", "participants"))
    every_weeks = fields.optional("every_weeks", whole, None)
    if every_weeks is not None and not 1 <= every_weeks <= 52:
        raise Problem(fields.line_of("every_weeks"), "Reviews come every 1 to 52 weeks.")
    return (
        tuple(rhythm for rhythm in RHYTHMS if fields.optional(rhythm, flag, False)),
        every_weeks,
        fields.optional("participants", list_of(references.to("person")), ()),
    )
