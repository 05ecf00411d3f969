"""A world in which every page has something to show, and the list of all pages with the person who looks."""

from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from incidents.actions import escalations, outages, reviews, tickets
from incidents.models import Breach, Escalation, Outage, Ticket
from incidents.models.reviews import Decision
from incidents.queries.escalations import make_token
from slas.actions import agreements
from slas.models import Notice, User
from slas.queries import wordings
from slas.queries.notices import database_now
from tests.factories import ProductFactory, build_house
from tests.incidents import months, rows
from tests.incidents.kiosk import Kiosk, build_kiosk

MAIL = "20261120T120000.000000-1.eml"
# Answers that are no page: acts, files, fragments and what machines read.
NOT_PAGES = {
    "agreement_discard", "agreement_file", "agreement_retire", "gap_end", "gap_withdraw", "health_engine",
    "health_live", "health_ready", "mail_part", "notice_mail", "outage_step", "product_pdf", "review_action_done",
    "reviews_ics", "sign_as_customer", "sign_as_provider", "ticket_action", "ticket_promise", "ticket_take",
    "timer_again",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One page as one person sees it; `name` is that of its address."""

    name: str
    path: str
    person: User | None


def furnish(mails: Path) -> Kiosk:
    """Tickets in every state, escalations, breaches, reviews, letters and a draft; a kept mail in the folder."""
    kiosk = build_kiosk(build_house())
    house, now = kiosk.house, database_now()
    ProductFactory(slug="newsletter", name="Rundbrief", owner=house.mira, team=house.team)
    waiting = kiosk.ticket(timedelta(minutes=20), title="Printer jams")
    tickets.assign(waiting, by=house.jana, now=now, assignee=house.jana, reason="")
    tickets.pause(waiting, by=house.jana, now=now, reason="reporter", text="Which one?")
    settled = kiosk.ticket(timedelta(minutes=15), title="Scanner is slow")
    tickets.resolve(settled, by=house.jana, now=now, text="New cable.")
    kiosk.ticket(timedelta(minutes=90))
    escalations.sweep()
    reviews.hold(
        rows.review(house, timezone.localdate()),
        by=house.holger,
        now=now,
        notes="The router again.",
        decision=Decision.KEEP,
        actions=[reviews.TakenOn("Replace the router", house.mira, timezone.localdate())],
    )
    rows.review(house, timezone.localdate() - timedelta(days=3), rhythm="quarterly")
    shop = months.shop(house)
    months.promised(house, shop)
    down = months.facts(shop, start=now - timedelta(hours=3))
    outages.propose(replace(down, started_at=now - timedelta(hours=2), ended_at=None), now=now)
    outages.record(down, by=house.jana, now=now)
    outages.record_gap(
        shop, by=house.jana, now=now, started_at=down.started_at, ended_at=None, reason="The monitor fell"
    )
    wording, soon = wordings.wording_of(house.revision), now + timedelta(days=30)
    agreements.draft(house.agreement, wording=wording, in_force_from=soon, by=house.vera, now=now)
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = "Hello", "mira@example.test", "zusage@example.test"
    message.set_content("Hello.")
    message.add_alternative("<p>Hello.</p>", subtype="html")
    (mails / MAIL).write_bytes(message.as_bytes())
    return kiosk


def places(kiosk: Kiosk) -> list[Place]:
    """Every page that a browser can open."""
    house = kiosk.house
    agent, owner, manager, keeper, auditor = house.jana, house.mira, house.doris, house.vera, house.anton
    fired = Escalation.objects.filter(told_with__isnull=True).order_by("-due_at")[0]
    open_review, held_review = house.agreement.reviews.order_by("-rhythm")[:2]
    token = make_token(fired.pk, manager.pk, fired.cycle)
    numbers = Ticket.objects.order_by("pk").values_list("number", flat=True)
    every_ticket: list[tuple[str, list[str | int]]] = [("ticket", [number]) for number in numbers]
    notice = Notice.objects.filter(kind="escalation").order_by("pk")[0].pk
    down = list(Outage.objects.order_by("pk").values_list("pk", flat=True))
    office, month = house.office.pk, f"{timezone.localdate():%Y-%m}"

    def of(app: str, person: User | None, *found: tuple[str, list[str | int]]) -> list[Place]:
        return [Place(name, reverse(f"{app}:{name}" if app else name, args=args), person) for name, args in found]

    return [
        *of("", None, ("account_login", []), ("account_reset_password", []), ("account_reset_password_done", [])),
        *of("", agent, ("account_change_password", []), ("account_logout", [])),
        *[place for person in (agent, owner, manager, keeper) for place in of("reporting", person, ("home", []))],
        *of("reporting", owner, ("products", []), ("product", ["kasse"]), ("product", ["kiosk"])),
        *of("reporting", owner, ("product", ["newsletter"]), ("month", ["kiosk", month])),
        *of("incidents", agent, ("queue", []), ("ticket_new", []), *every_ticket),
        *of("incidents", manager, ("escalations", []), ("escalation", [fired.pk]), ("acknowledge", [token])),
        *of("incidents", manager, ("breaches", []), ("breach", [Breach.objects.order_by("-pk")[0].pk])),
        *of("incidents", agent, ("outages", []), ("outage_new", []), ("gaps", []), ("gap_new", [])),
        *of("incidents", agent, *[("outage", [pk]) for pk in down], ("outage_change", [down[0]])),
        *of("reporting", owner, ("product", ["shop"]), ("month", ["shop", month])),
        *of("incidents", owner, ("reviews", []), ("review", [open_review.pk]), ("review", [held_review.pk])),
        *of("incidents", auditor, ("engine", []), ("notices", []), ("notice", [notice])),
        *of("incidents", auditor, ("mails", []), ("mail", [MAIL])),
        *of("slas", agent, ("profile", []), ("agreements", []), ("agreement", ["kiosk-2026"]), ("calendars", [])),
        *of("slas", keeper, ("agreement", ["kasse-2026"]), ("agreement_edit", ["kasse-2026"]), ("agreement_new", [])),
        *of("slas", keeper, ("calendar", [office]), ("calendar_edit", [office]), ("calendar_new", [])),
        *of("slas", keeper, ("people", []), ("person", ["jana"]), ("person_new", []), ("fallback", [])),
        *of("slas", keeper, ("teams", []), ("team", ["kassenteam"]), ("team_new", [])),
        *of("slas", keeper, ("product_edit", ["kasse"]), ("product_new", [])),
    ]
