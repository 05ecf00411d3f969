"""By which index somebody's part of the queue is found, so that a narrow view never scans the whole of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.queries.queue.filters import LIVE, Filters, Given
from incidents.rules import Desk
from slas.models import Product

MANY = 60  # beyond so many products and teams a person sees so much that walking everything finds a page sooner


@dataclass(frozen=True, slots=True)
class Way:
    """One way into the queue: rows to start from, a list of keys to visit (or none), and what makes a row visible."""

    condition: str = "TRUE"
    given: tuple[Given, ...] = ()
    keys: tuple[int, ...] | None = None
    source: str = "incidents_ticket"
    source_given: tuple[Given, ...] = ()


def ways(desk: Desk, filters: Filters) -> list[Way]:
    """Every way to the tickets this person sees; a ticket may be found on several."""
    asked = None
    if filters.product:
        asked = Product.objects.filter(slug=filters.product).values_list("pk", flat=True).first() or 0
    # The narrowest first.
    if filters.is_mine or filters.assignee:
        return [_held(desk, filters, asked)]
    if desk.reads_everything:
        return [_by("product_id", [asked])] if asked is not None else [Way()]
    products = desk.provided | desk.followed
    teams = desk.teams | desk.above
    if asked is not None:
        only = ("t.product_id = %s", (asked,))
        return [_by("product_id", [asked])] if asked in products else [_reported(desk, *only), *_teams(teams, *only)]
    if len(products) + len(teams) > MANY:
        return [Way(*_visible(desk))]
    return [_by("product_id", products), *_teams(teams), _reported(desk)]


def _held(desk: Desk, filters: Filters, asked: int | None) -> Way:
    """What one person holds is little: read all of it, then sort."""
    sees, keys = ("TRUE", ()) if desk.reads_everything else _visible(desk)
    if asked is not None:
        sees, keys = f"{sees} AND t.product_id = %s", (*keys, asked)
    holder = "%s" if filters.is_mine else "(SELECT id FROM slas_user WHERE username = %s)"
    # OFFSET 0 keeps the planner from walking the whole queue in search of one person's few rows.
    source = f"(SELECT * FROM incidents_ticket t WHERE t.assignee_id = {holder} AND {LIVE} OFFSET 0)"
    return Way(sees, keys, None, source, (desk.user.pk if filters.is_mine else filters.assignee,))


def _reported(desk: Desk, condition: str = "TRUE", given: tuple[Given, ...] = ()) -> Way:
    return Way(f"t.reporter_id = %s AND {condition}", (desk.user.pk, *given))


def _teams(teams: Iterable[int], condition: str = "TRUE", given: tuple[Given, ...] = ()) -> list[Way]:
    keys = tuple(sorted(teams))
    return [Way(f"t.team_id = d.key AND {condition}", given, keys)] if keys else []


def _by(column: str, keys: Iterable[int]) -> Way:
    return Way(f"t.{column} = d.key", (), tuple(sorted(keys)))


def _visible(desk: Desk) -> tuple[str, tuple[Given, ...]]:
    condition = "(t.product_id = ANY(%s) OR t.team_id = ANY(%s) OR t.reporter_id = %s)"
    return condition, (sorted(desk.provided | desk.followed), sorted(desk.teams | desk.above), desk.user.pk)
