"""What the paper of a product says about its agreement: who to call, who signed what, how it changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Maintenance, Review
from reporting.exports.papers import Bullets, Facts, Heading, Paragraph, Part, Said, Table, Words, mark
from reporting.exports.words import day, period, written
from reporting.queries.people import Person
from reporting.queries.sla import Sla
from reporting.queries.wordings import Entry
from slas.models import Revision, Team, User


def call(page: Sla) -> Iterator[Part]:
    """Contacts, channels, and the people around the product."""
    yield Heading(_("Who to call"))
    if page.terms and page.terms.revision.contacts:
        yield Bullets(page.terms.revision.contacts)
    if page.terms and page.terms.revision.channels:
        yield Heading(_("Channels"), level=3)
        yield Bullets(page.terms.revision.channels)
    yield Facts([(_part(one, page.product.team), _who(one)) for one in page.people])


def maintenance(rows: Sequence[Maintenance], now: datetime) -> Iterator[Part]:
    """The windows that come next."""
    yield Heading(_("Next maintenance"))
    if rows:
        yield Bullets([_window(row, now) for row in rows])
    else:
        yield Paragraph(_("None is announced."))


def agreement(revision: Revision, review: Review | None) -> Iterator[Part]:
    """The revision in force with its signatures and its next review."""
    yield Heading(_("The agreement"))
    yield Paragraph(revision.title)
    facts: list[tuple[str, Said]] = [
        (_("Revision"), Words(str(revision.number), mark("in_force").word)),
        (_("In force since"), written(revision.in_force_from)),
    ]
    if revision.in_force_to:
        facts.append((_("In force until"), written(revision.in_force_to)))
    provider, customer = {"provider": revision.provider}, {"customer": revision.customer}
    planned = Words(day(review.due_on), review.get_rhythm_display()) if review else _("none planned")
    yield Facts(
        [
            *facts,
            (
                _("Signed for %(provider)s") % provider,
                _signed(revision.provider_signed_by, revision.provider_signed_at),
            ),
            (
                _("Signed for %(customer)s") % customer,
                _signed(revision.customer_signed_by, revision.customer_signed_at),
            ),
            (_("Next review"), planned),
        ]
    )


def history(entries: Sequence[Entry]) -> Iterator[Part]:
    """Every revision, newest first."""
    yield Heading(_("Change history"))
    yield Table(
        head=[_("Revision"), _("In force"), _("Why"), _("Signed")],
        widths=[3, 5, 5, 4],
        rows=[_revision(entry) for entry in entries],
    )


def _revision(entry: Entry) -> list[Said]:
    revision = entry.revision
    return [
        mark(entry.state, word=f"{revision.number} {mark(entry.state).word}"),
        period(revision.in_force_from, revision.in_force_to),
        revision.change_reason or (_("first revision") if revision.number == 1 else "–"),
        f"{revision.provider_signed_by}, {revision.customer_signed_by}",
    ]


def _window(row: Maintenance, now: datetime) -> str:
    states = [*(["emergency"] if row.is_emergency else []), *(["running"] if row.state_at(now) == "running" else [])]
    return " ".join([row.title, *(mark(state).word for state in states), period(row.planned_from, row.planned_to)])


def _part(one: Person, team: Team) -> str:
    if one.part == "lead":
        return _("Lead of %(team)s") % {"team": team}
    return _("Product owner") if one.part == "owner" else _("Deputy")


def _who(one: Person) -> Said:
    who = f"{one.person}, {one.person.email}"
    return Words(who, _("away, %(instead)s stands in") % {"instead": one.stand_in}) if one.stand_in else who


def _signed(by: User | None, at: datetime | None) -> str:
    return f"{by}, {written(at)}"
