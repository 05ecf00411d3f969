"""Reviews: which a person sees, which come next, which are overdue, and the actions that are still open."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from incidents.models import Review, ReviewAction
from slas import rules
from slas.models import Agreement, Product, ReviewParticipant, Revision, User


def visible_to(user: rules.Reader) -> QuerySet[Review]:
    """Reviews of the products in whose work the person has a part, and those in which they take part themselves.

    Narrower than the figures of a product: a pack names tickets, and notes are for those at the table.
    Each says the title of its agreement as `agreement_title`.
    """
    signed = Revision.objects.filter(agreement=OuterRef("agreement"), published_at__isnull=False).order_by("-number")
    found = Review.objects.select_related("agreement__product", "held_by").order_by("due_on", "pk")
    found = found.annotate(agreement_title=Subquery(signed.values("title")[:1]))
    if not isinstance(user, User):
        return found.none()
    if rules.may_read_everything(user):
        return found
    # Drafts do not count: naming somebody in one must not open the figures to them.
    products = Product.objects.filter(rules.involved_products(user)).order_by().values("pk")
    taking_part = (
        ReviewParticipant.objects.filter(person=user, revision__published_at__isnull=False)
        .order_by()
        .values("revision__agreement")
    )
    return found.filter(Q(agreement__product__in=products) | Q(agreement__in=taking_part))


def open_reviews() -> QuerySet[Review]:
    """Reviews that nobody has held yet, the earliest first."""
    return Review.objects.filter(held_at__isnull=True).select_related("agreement__product").order_by("due_on", "pk")


def next_review(agreement: Agreement, today: date) -> Review | None:
    """The next review that is not overdue."""
    return open_reviews().filter(agreement=agreement, due_on__gte=today).first()


def overdue_reviews(agreement: Agreement, today: date) -> QuerySet[Review]:
    """Reviews whose day went by without anybody holding them."""
    return open_reviews().filter(agreement=agreement, due_on__lt=today)


def next_due_by_product(products: Iterable[Product]) -> dict[int, date]:
    """The earliest open review of each product, which may be overdue; one query."""
    # An overdue review is the one to hold next, so it counts as the next.
    found = open_reviews().filter(agreement__product__in=[product.pk for product in products]).order_by()
    return dict(found.values_list("agreement__product").annotate(due=Min("due_on")))


def needing(user: User, until: date) -> QuerySet[Review]:
    """Open reviews due up to and including a day in which this person takes part or answers for a side."""
    own = Q(agreement__product__owner=user) | Q(agreement__product__team__lead=user)
    taking_part = (
        ReviewParticipant.objects.filter(person=user, revision__published_at__isnull=False)
        .order_by()
        .values("revision__agreement")
    )
    return open_reviews().filter(own | Q(agreement__in=taking_part), due_on__lte=until)


def open_actions(agreement: Agreement) -> QuerySet[ReviewAction]:
    """What was taken on in any review of the agreement and is not done, the earliest first."""
    found = ReviewAction.objects.filter(review__agreement=agreement, done_at__isnull=True)
    return found.select_related("review", "owner").order_by("due_on", "pk")


def open_actions_of(user: User) -> QuerySet[ReviewAction]:
    """What this person took on and has not done."""
    found = ReviewAction.objects.filter(owner=user, done_at__isnull=True)
    return found.select_related("review__agreement__product", "owner").order_by("due_on", "pk")
