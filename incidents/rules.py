"""Who may do what with tickets and breaches (contracts.md, Who may).

Somebody's place in the structure is read once, as a `Desk`; every question after that is answered without a query.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from incidents import lifecycle
from incidents.models import Breach, Review, ReviewAction, Ticket
from slas.models import Product, ReviewParticipant, Role, User
from slas.queries.cursors import Row
from slas.queries.prepared import Prepared
from slas.rules import may_sign_as_customer, may_sign_as_provider

# One row, to be read with `desk_from`. UNION, not UNION ALL: a reporting line that runs in a circle ends.
PLACE = """
WITH RECURSIVE below(id) AS (
  SELECT id FROM slas_user WHERE manager_id = %(me)s
  UNION SELECT person.id FROM slas_user person JOIN below ON person.manager_id = below.id
), team(id) AS (
  SELECT team_id FROM slas_team_members WHERE user_id = %(me)s UNION SELECT id FROM slas_team WHERE lead_id = %(me)s
), above(id) AS (
  SELECT team_id FROM slas_team_members WHERE user_id IN (SELECT id FROM below)
  UNION SELECT id FROM slas_team WHERE lead_id IN (SELECT id FROM below)
)
SELECT
  ARRAY(SELECT id FROM team),
  ARRAY(SELECT id FROM slas_team WHERE lead_id = %(me)s),
  ARRAY(SELECT id FROM above),
  ARRAY(SELECT id FROM slas_product WHERE team_id IN (SELECT id FROM team UNION SELECT id FROM above)),
  ARRAY(
    SELECT id FROM slas_product WHERE owner_id = %(me)s
    UNION ALL SELECT product_id FROM slas_product_deputies WHERE user_id = %(me)s
    UNION ALL SELECT product_id FROM slas_product_stakeholders WHERE user_id = %(me)s
  )
"""
_PLACE = Prepared(PLACE)

# Keys of the table of moves, so that a page, the API and an action ask the same question by the same word.
TEAM_WORK = frozenset(
    {
        "begin", "respond", "comment_internal", "comment_by_team", "assign", "pause", "resume", "reprioritise",
        "resolve", "reject", "log-time",
    }
)  # fmt: skip
# Managers decide who works on what and how urgent it is; the work itself stays with the team.
OF_MANAGERS = frozenset({"assign", "reprioritise"})
OF_BOTH_SIDES = frozenset({"reopen", "close"})
# The order is that of the API, and of the buttons on a page.
OFFERED = (
    "begin", "respond", "comment", "assign", "pause", "resume", "reprioritise", "resolve", "reopen", "close", "reject",
    "log-time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """A person and their place: keys of teams worked in, led, stood above, of products provided and followed."""

    user: User
    teams: frozenset[int]
    led: frozenset[int]
    above: frozenset[int]
    provided: frozenset[int]
    followed: frozenset[int]  # as owner, deputy or stakeholder

    @property
    def is_administrator(self) -> bool:
        """An administrator may everything."""
        return Role.ADMINISTRATOR in self.user.roles

    @property
    def reads_everything(self) -> bool:
        """Service level managers, auditors and administrators see every ticket."""
        return self.user.has_role(Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR)

    @property
    def changes_nothing(self) -> bool:
        """An auditor changes nothing, wherever else they belong."""
        return self.user.changes_nothing


def desk_of(reader: User | Desk) -> Desk:
    """Where a person stands now, in one query; none when it is known already."""
    if isinstance(reader, Desk):
        return reader
    # One statement instead of seven: this runs for every request that touches a ticket.
    (place,) = _PLACE.rows({"me": reader.pk})
    return desk_from(reader, place)


def desk_from(user: User, place: Row) -> Desk:
    """Where a person stands, as `PLACE` found it."""
    teams, led, above, provided, followed = map(frozenset, place)
    return Desk(user=user, teams=teams, led=led, above=above, provided=provided, followed=followed)


def visible(reader: User | Desk | AnonymousUser, prefix: str = "") -> Q:
    """The condition on tickets this person may see; `prefix` leads to the ticket, such as `ticket__`.

    The keys are looked up first, so that a narrow view never scans every ticket.
    """
    # A page that forgot to ask for a sign-in must show nothing rather than everything.
    if isinstance(reader, AnonymousUser):
        return Q(pk__in=[])
    desk = desk_of(reader)
    if desk.reads_everything:
        return Q()
    return (
        Q(**{f"{prefix}product__in": sorted(desk.provided | desk.followed)})
        # Handed over: the team that holds it sees it although it does not provide the product.
        | Q(**{f"{prefix}team__in": sorted(desk.teams | desk.above)})
        | Q(**{f"{prefix}reporter": desk.user.pk})
    )


def may_see(reader: User | Desk, ticket: Ticket) -> bool:
    """Reporter, customer side, provider side, and whoever reads everything."""
    desk = desk_of(reader)
    return (
        desk.reads_everything
        or ticket.reporter_id == desk.user.pk
        or ticket.product_id in desk.followed
        or is_provider_side(desk, ticket)
    )


def may_read_internal(reader: User | Desk, ticket: Ticket) -> bool:
    """Internal comments and time worked are for the provider side and for those who read everything."""
    desk = desk_of(reader)
    return desk.reads_everything or is_provider_side(desk, ticket)


def is_provider_side(desk: Desk, ticket: Ticket) -> bool:
    """The team of the product, the team that holds the ticket, and the managers above them."""
    return ticket.product_id in desk.provided or ticket.team_id in desk.teams | desk.above


def is_team(desk: Desk, ticket: Ticket) -> bool:
    """Lead or member of the product's team, or of the team the ticket was handed to."""
    return not desk.teams.isdisjoint(_teams_of(ticket))


def may(reader: User | Desk, action: str, ticket: Ticket) -> bool:
    """Whether this person may do this to this ticket, whatever its state; `action` is a key of `lifecycle.MOVES`."""
    desk = desk_of(reader)
    # Evidence is worth little when whoever checks it could have changed it.
    if desk.changes_nothing:
        return False
    if desk.is_administrator:
        return True
    if action in ("comment_by_others", "comment_that_resumes"):
        return may_see(desk, ticket)
    if action == "move":
        return desk.user.has_role(Role.SERVICE_LEVEL_MANAGER)
    # The product's own team keeps its rights when a ticket was handed to another one.
    if is_team(desk, ticket) and action in TEAM_WORK | OF_BOTH_SIDES:
        return True
    if action in OF_BOTH_SIDES and desk.user.pk in (ticket.reporter_id, ticket.product.owner_id):
        return True
    if action in OF_MANAGERS and not desk.above.isdisjoint(_teams_of(ticket)):
        return True
    # Whoever may import a history may replay it.
    return ticket.is_history and may_import(desk.user) and action in TEAM_WORK | OF_BOTH_SIDES


def may_import(user: User) -> bool:
    """Moments in the past are for importers."""
    return user.has_role(Role.IMPORTER) and not user.changes_nothing


def may_explain(reader: User | Desk, breach: Breach) -> bool:
    """Cause, team and corrective action are filled in by the lead, the managers above and service level managers."""
    desk = desk_of(reader)
    if desk.changes_nothing:
        return False
    teams = _teams_of(breach.ticket)
    return desk.user.has_role(Role.SERVICE_LEVEL_MANAGER) or not (desk.led | desk.above).isdisjoint(teams)


def may_keep_record(reader: User | Desk, product: Product) -> bool:
    """When a product was down or is worked on is written down by its team, its managers and service level managers."""
    desk = desk_of(reader)
    if desk.changes_nothing:
        return False
    return desk.user.has_role(Role.SERVICE_LEVEL_MANAGER) or product.pk in desk.provided


def may_try(reader: User | Desk, name: str, ticket: Ticket) -> bool:
    """Whether this person may do this, by its name in the API, whatever else is asked."""
    # Which of the comments it becomes depends on who writes it and on what they choose.
    return may(reader, "comment_by_others" if name == "comment" else name, ticket)


def actions_for(reader: User | Desk, ticket: Ticket, now: datetime) -> list[str]:
    """What this person may do with the ticket and its state permits, by the names of the API."""
    desk = desk_of(reader)
    return [name for name in OFFERED if _is_offered(desk, name, ticket, now)]


def _is_offered(desk: Desk, name: str, ticket: Ticket, now: datetime) -> bool:
    if not may_try(desk, name, ticket):
        return False
    # Words are possible in every state.
    if name == "comment":
        return True
    if lifecycle.permitted(name, ticket.status) is None:
        return False
    # Possible but pointless: a button that does nothing must not be offered.
    if name == "begin":
        return "new" in (ticket.status, ticket.resumes_as)
    if name == "reopen":
        return is_reopenable(ticket, now)
    return True


def is_reopenable(ticket: Ticket, at: datetime) -> bool:
    """Whether the agreement's window, counted in calendar time from the resolution, is still open."""
    return ticket.resolved_at is not None and at <= ticket.resolved_at + ticket.revision.reopen_within


def may_hold(user: User, review: Review) -> bool:
    """Participants, the product owner, the team lead and service level managers hold a review."""
    if user.changes_nothing:
        return False
    product = review.agreement.product
    if user.has_role(Role.SERVICE_LEVEL_MANAGER) or user.pk in (product.owner_id, product.team.lead_id):
        return True
    taking_part = ReviewParticipant.objects.filter(revision__agreement=review.agreement_id, person=user)
    return taking_part.filter(revision__published_at__isnull=False).exists()


def may_complete(user: User, action: ReviewAction) -> bool:
    """Whoever took the action on says that it is done, and whoever may hold its review."""
    return action.owner_id == user.pk or may_hold(user, action.review)


def may_read_signals(reader: User | Desk) -> bool:
    """Whoever reads everything, and the provider's side of any product: what their monitors told."""
    desk = desk_of(reader)
    return desk.reads_everything or bool(desk.provided)


def may_draw_up(user: User, product: Product) -> bool:
    """Either side has a month certified: whoever keeps its record, and the owner or a deputy."""
    return may_keep_record(user, product) or may_sign_as_customer(user, product)


def may_move_credit(user: User, move: str, product: Product) -> bool:
    """The customer claims, the provider decides, the team lead or a service level manager settles."""
    if move == "claim":
        return may_sign_as_customer(user, product)
    if move in ("grant", "decline"):
        return may_sign_as_provider(user, product)
    is_in_charge = user.has_role(Role.SERVICE_LEVEL_MANAGER) or product.team.lead_id == user.pk
    return is_in_charge and not user.changes_nothing


def _teams_of(ticket: Ticket) -> set[int]:
    return {ticket.team_id, ticket.product.team_id}
