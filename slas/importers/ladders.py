"""The escalation ladder of an agreement file."""

import re
from datetime import timedelta

from slas.importers.fields import Fields
from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import choice, list_of, positive, text, whole
from slas.importers.references import References
from slas.queries.durations import read_duration
from slas.queries.wordings import KINDS, StepWording

_PERCENT = re.compile(r"([0-9]{1,4})\s*%")
MOST_REPEATS = 1000
USUAL_REPEATS = 5  # where a step repeats and the file does not say how often


def step(node: Node, problems: Problems, references: References) -> StepWording:
    """One rung: when, to whom, and how often again."""
    fields = Fields(node, problems, known=("timer", "at", "to", "repeat", "max"))
    at_percent, at_offset = fields.required("at", _at)
    audience = fields.required("to", list_of(references.audience))
    if not audience:
        raise Problem(fields.line_of("to"), "Every step of the ladder needs somebody to tell.")
    repeat = fields.optional("repeat", positive, None)
    most = fields.optional("max", whole, 0 if repeat is None else USUAL_REPEATS)
    if not 0 <= most <= MOST_REPEATS:
        raise Problem(fields.line_of("max"), f"A step repeats up to {MOST_REPEATS} times.")
    if repeat is None and most:
        raise Problem(fields.line_of("max"), "“max” counts repeats, so “repeat” must say how often they come.")
    return StepWording(
        kind=fields.required("timer", choice(KINDS)),
        audience=audience,
        at_percent=at_percent,
        at_offset=at_offset,
        repeat=repeat if most else None,
        max_repeats=most,
    )


def _at(node: Node) -> tuple[int | None, timedelta | None]:
    said = text(node)
    percent = _PERCENT.fullmatch(said)
    if percent is not None:
        return int(percent[1]), None
    # Minutes need their sign: “60m” alone could mean either side of the deadline.
    if said[:1] not in {"+", "-"}:
        raise Problem(node.line, f"“{said}” is no moment of the ladder; write it like 50%, +60m or -30m.")
    try:
        length = read_duration(said[1:])
    except ValueError as wrong:
        raise Problem(node.line, str(wrong)) from None
    return None, -length if said.startswith("-") else length
