"""Who may do what with agreements and the people around them (contracts.md, Who may).

`None` as actor is the operator at the machine's own command line, who could edit the tables anyway.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from slas.models import Product, Role, Team, User
from slas.models.parties import Visibility

# UNION, not UNION ALL: a reporting line that runs in a circle ends.
_SELF_AND_BELOW = """
WITH RECURSIVE below(id) AS (
  SELECT %s::bigint UNION SELECT person.id FROM slas_user person JOIN below ON person.manager_id = below.id
) SELECT id FROM below
"""
_ABOVE = """
WITH RECURSIVE above(id, height, trail) AS (
  SELECT manager_id, 1, ARRAY[id, manager_id] FROM slas_user WHERE id = %s AND manager_id IS NOT NULL
  UNION ALL
  SELECT person.manager_id, above.height + 1, above.trail || person.manager_id
  FROM slas_user person JOIN above ON person.id = above.id
  WHERE person.manager_id IS NOT NULL AND person.manager_id <> ALL (above.trail)
) SELECT slas_user.* FROM slas_user JOIN above USING (id) ORDER BY above.height
"""
_LINE_OF_TEAM = """
WITH RECURSIVE line(id) AS (
  SELECT manager_id FROM slas_user
  WHERE id = %s OR id IN (SELECT user_id FROM slas_team_members WHERE team_id = %s)
  UNION SELECT person.manager_id FROM slas_user person JOIN line ON person.id = line.id
) SELECT id FROM line WHERE id IS NOT NULL
"""

Actor = User | None
Reader = User | AnonymousUser


def may_edit(user: Actor) -> bool:
    """Products, teams, people, calendars and agreements are edited by service level managers."""
    return user is None or (user.has_role(Role.SERVICE_LEVEL_MANAGER) and not user.changes_nothing)


def may_read_everything(user: User) -> bool:
    """Service level managers, auditors and administrators see every product and ticket."""
    return user.has_role(Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR)


def managers_above(user: User) -> list[User]:
    """The reporting line of a person, nearest manager first; a circle is walked once."""
    return list(User.objects.raw(_ABOVE, [user.pk]))


def line_of(team: Team) -> QuerySet[User]:
    """Everybody above the lead or a member of the team."""
    return User.objects.filter(pk__in=RawSQL(_LINE_OF_TEAM, [team.lead_id, team.pk])).order_by("name", "pk")


def teams_in_line(user: Reader) -> QuerySet[Team]:
    """The teams a person belongs to, leads, or stands above."""
    below = RawSQL(_SELF_AND_BELOW, [user.pk])
    # Subqueries instead of joins: a person who leads and belongs would meet the team twice.
    memberships = Team.members.through.objects.filter(user__in=below)
    return Team.objects.filter(Q(lead__in=below) | Q(pk__in=memberships.values("team")))


def visible_products(user: Reader) -> Q:
    """The condition on products this person may see: one for pages, API, exports, search and counts."""
    if not isinstance(user, User):
        return Q(pk__in=[])
    if may_read_everything(user):
        return Q()
    # An empty Q would be true for everybody, so each way in is named.
    return Q(visible_to=Visibility.EVERYONE) | involved_products(user)


def involved_products(user: User) -> Q:
    """The condition on products of which the person is owner, deputy, stakeholder or on the provider's side."""
    return (
        Q(owner=user)
        | Q(pk__in=Product.deputies.through.objects.filter(user=user).values("product"))
        | Q(pk__in=Product.stakeholders.through.objects.filter(user=user).values("product"))
        | Q(team__in=teams_in_line(user).values("pk"))
    )


def is_in_team(user: User, team: Team) -> bool:
    """True for the lead and the members."""
    return team.lead_id == user.pk or team.members.filter(pk=user.pk).exists()


def is_above(user: User, team: Team) -> bool:
    """True for a manager anywhere above the lead or a member."""
    return line_of(team).filter(pk=user.pk).exists()


def is_provider_side(user: User, product: Product) -> bool:
    """True for team members, the lead, and the managers above them."""
    # From the person down, not from the team up: a person's line is short and asked for many products.
    return teams_in_line(user).filter(pk=product.team_id).exists()


def is_customer_side(user: User, product: Product) -> bool:
    """True for the owner and the deputies."""
    return product.owner_id == user.pk or product.deputies.filter(pk=user.pk).exists()


def may_sign_as_provider(user: User, product: Product) -> bool:
    """The team lead or a manager above signs for the provider."""
    if user.changes_nothing:
        return False
    if Role.ADMINISTRATOR in user.roles or product.team.lead_id == user.pk:
        return True
    return is_above(user, product.team)


def may_sign_as_customer(user: User, product: Product) -> bool:
    """The owner or a deputy signs for the customer."""
    if user.changes_nothing:
        return False
    return Role.ADMINISTRATOR in user.roles or is_customer_side(user, product)
