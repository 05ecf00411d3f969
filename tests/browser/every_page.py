"""A world in which every page has something to show, and the list of all pages with the person who looks."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from incidents.actions import certificates, credits, escalations, maintenance, outages, reviews, tickets
from incidents.cadence import months_later
from incidents.models import (
    Breach,
    Certificate,
    Credit,
    Escalation,
    Maintenance,
    MaintenanceSeries,
    Outage,
    Signal,
    Ticket,
)
from incidents.models.reviews import Decision
from incidents.queries.escalations import make_token
from slas.actions import agreements
from slas.clock import Span
from slas.models import Notice, Product, User
from slas.queries import wordings
from slas.queries.notices import database_now
from tests.factories import House, ProductFactory, build_house
from tests.incidents import months, rows
from tests.incidents.kiosk import Kiosk, build_kiosk
from tests.incidents.shop import build_shop
from tests.incidents.signals import payloads, telling
from tests.incidents.windows import DAY, HOUR, planned, promising

MAIL = "20261120T120000.000000-1.eml"
# Answers that are no page: acts, files, fragments and what machines read.
NOT_PAGES = {
    "agreement_discard", "agreement_file", "agreement_retire", "certificate_correct", "certificate_pdf",
    "certificate_sign", "credit_move", "gap_end", "gap_withdraw", "health_engine", "health_live", "health_ready",
    "mail_part", "maintenance_announce", "maintenance_begin", "maintenance_end", "maintenance_ics", "notice_mail",
    "outage_step", "product_maintenance_atom", "product_maintenance_ics", "product_pdf", "review_action_done",
    "reviews_ics", "sign_as_customer", "sign_as_provider", "source_secret", "ticket_action", "ticket_promise",
    "ticket_take", "timer_again",
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
    shop = _work(house, now)
    down = months.facts(shop, start=now - timedelta(hours=3))
    outages.propose(replace(down, started_at=now - timedelta(hours=2), ended_at=None), now=now)
    outages.record(down, by=house.jana, now=now)
    outages.record_gap(
        shop, by=house.jana, now=now, started_at=down.started_at, ended_at=None, reason="The monitor fell"
    )
    wording, soon = wordings.wording_of(house.revision), now + timedelta(days=30)
    agreements.draft(house.agreement, wording=wording, in_force_from=soon, by=house.vera, now=now)
    monitor = telling.source(house.vera, product=house.product)
    since = now - timedelta(hours=1)
    telling.tell(monitor, payloads.alertmanager(payloads.alert(since), payloads.alert(status="?")), now)
    telling.tell(telling.source(house.vera, "generic"), payloads.generic(since), now)
    certify(house)
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = "Hello", "mira@example.test", "zusage@example.test"
    message.set_content("Hello.")
    message.add_alternative("<p>Hello.</p>", subtype="html")
    (mails / MAIL).write_bytes(message.as_bytes())
    return kiosk


def _work(house: House, now: datetime) -> Product:
    """A product that promises availability, with a window in every state and one of every week."""
    product = promising(house)
    for day, title in enumerate(("Card readers", "Router", "Backup", "Printer"), start=4):
        planned(product, by=house.jana, window=Span(now + day * DAY, now + day * DAY + HOUR), now=now, title=title)
    _still, moved, running, cancelled = Maintenance.objects.order_by("pk")
    for row in (moved, running, cancelled):
        maintenance.announce(row, by=house.jana, now=now)
    maintenance.move(moved, by=house.jana, now=now, window=Span(now + DAY, now + 2 * DAY), reason="Later")
    maintenance.begin(running, by=house.jana, now=now)
    maintenance.cancel(cancelled, by=house.jana, now=now, reason="No parts")
    maintenance.start_series(
        [product], by=house.jana, now=now, title="Updates", reason="Security", week={"sun": ["02:00-04:00"]},
        zone="Europe/Berlin", starts_on=now.date(),
    )  # fmt: skip
    return product


def certify(house: House) -> None:
    """Two broken months of a shop: the last one claimed, the one before corrected after a first signature."""
    shop, now = build_shop(house, slug="store"), database_now()
    today = timezone.localdate().replace(day=1)
    last, before = months_later(today, -1), months_later(today, -2)
    certificates.sign(shop.certified(now, month=before), by=house.holger, now=now, side="provider")
    shop.down(datetime.combine(before, time(12), UTC))
    shop.certified(now, month=before, reason="The night shift told us.")
    shop.down(datetime.combine(last, time(12), UTC))
    shop.certified(now, month=last)
    credits.claim(Credit.objects.get(month=last), by=house.mira, now=now)


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
    single = Maintenance.objects.filter(series=None).order_by("pk").values_list("pk", flat=True)
    windows: list[list[str | int]] = [[pk] for pk in single]
    every_window = [("maintenance", keys) for keys in windows]
    series = MaintenanceSeries.objects.get().pk
    told, unplaced = Signal.objects.order_by("pk").values_list("pk", flat=True)
    office, month = house.office.pk, f"{timezone.localdate():%Y-%m}"
    corrected = Certificate.objects.order_by("month", "number")
    claimed, proposed = Credit.objects.order_by("state")

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
        *of("incidents", agent, ("maintenance_list", []), *every_window, ("maintenance_move", windows[0])),
        *of("incidents", agent, ("maintenance_cancel", windows[0]), ("maintenance_correct", windows[2])),
        *of("incidents", agent, ("maintenance_new", []), ("maintenance_emergency", [])),
        *of("incidents", agent, ("maintenance_series_new", []), ("maintenance_series", [series])),
        *of("incidents", owner, ("certificates", []), *[("certificate", [row.pk]) for row in corrected]),
        *of("incidents", owner, ("certificate_new", []), ("credits", []), ("credit", [proposed.pk])),
        *of("incidents", manager, ("credit", [claimed.pk])),
        *of("reporting", owner, ("credits_year", ["store-2026", claimed.month.year])),
        *of("incidents", auditor, ("engine", []), ("notices", []), ("notice", [notice])),
        *of("incidents", auditor, ("mails", []), ("mail", [MAIL])),
        *of("incidents", agent, ("signals", []), ("signal", [told])),
        *of("incidents", keeper, ("signals", []), ("signal", [told]), ("signal", [unplaced]), ("sources", [])),
        *of("incidents", keeper, ("source", ["alertmanager"]), ("source_edit", ["generic"]), ("source_new", [])),
        *of("slas", agent, ("profile", []), ("agreements", []), ("agreement", ["kiosk-2026"]), ("calendars", [])),
        *of("slas", keeper, ("agreement", ["kasse-2026"]), ("agreement_edit", ["kasse-2026"]), ("agreement_new", [])),
        *of("slas", keeper, ("calendar", [office]), ("calendar_edit", [office]), ("calendar_new", [])),
        *of("slas", keeper, ("people", []), ("person", ["jana"]), ("person_new", []), ("fallback", [])),
        *of("slas", keeper, ("teams", []), ("team", ["kassenteam"]), ("team_new", [])),
        *of("slas", keeper, ("product_edit", ["kasse"]), ("product_new", [])),
    ]
