"""The demonstration as it lies in the database: loaded once, because that takes a while."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db.models import Count, F, Q
from django.test import Client, TestCase

from incidents.importers.demo import house, loading, past, stories
from incidents.models import (
    Breach,
    Certificate,
    Credit,
    Event,
    Reading,
    Review,
    ReviewAction,
    Signal,
    Status,
    Ticket,
    Timer,
)
from incidents.queries import availability, tickets
from incidents.queries.invariants import findings
from slas.credits import kind_of
from slas.models import FallbackPerson, Notice, Product, Revision, Role, Team, User
from slas.models.parties import Visibility
from slas.queries import credits, parties

NOW = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
LATE = Q(stopped_at__gt=F("due_at"))


class TestDemonstration(TestCase):
    """Django's own class, because it loads once and gives every test the same rows."""

    @classmethod
    def setUpTestData(cls) -> None:
        loading.load(NOW)
        loading.stir(NOW)

    def test_the_house_has_its_size(self) -> None:
        assert (User.objects.count(), Team.objects.count(), Product.objects.count()) == (30, 5, 12)
        assert {person.language for person in User.objects.all()} == {"de", "en"}
        assert list(FallbackPerson.objects.values_list("person__username", flat=True)) == ["vera", "doris"]

    def test_two_products_have_no_agreement_and_one_is_restricted(self) -> None:
        without = Product.objects.filter(agreements__isnull=True).order_by("slug")
        restricted = Product.objects.filter(visible_to=Visibility.STAKEHOLDERS)

        assert list(without.values_list("slug", flat=True)) == ["kantinenportal", "newsletter"]
        assert list(restricted.values_list("slug", flat=True)) == ["personalakte"]

    def test_agreements_have_a_past_and_a_future(self) -> None:
        counts = Counter(Revision.objects.values_list("agreement__product__slug", flat=True))

        assert {slug: count for slug, count in counts.items() if count > 1} == {
            "kasse": 3,
            "webshop": 2,
            "warenwirtschaft": 2,
            "intranet": 2,
            "datenplattform": 2,
        }
        assert Revision.objects.get(published_at__isnull=True).agreement.product.slug == "datenplattform"
        assert Revision.objects.get(published_at__lte=NOW, in_force_from__gt=NOW).agreement.product.slug == "intranet"

    def test_what_is_promised_for_broken_months_differs(self) -> None:
        revisions = {row.agreement.product.slug: row for row in Revision.objects.filter(in_force_to__isnull=True)}
        promised = {slug: credits.promised_by(row) for slug, row in revisions.items()}

        assert {slug: (kind_of(said.rule), said.currency) for slug, said in promised.items() if said} == {
            "kasse": ("bands", "points"),
            "zahlungsverkehr": ("started_units", "points"),
            "webshop": ("steps_below", "EUR"),
        }
        assert [credits.warnings(row) for row in revisions.values()] == [[]] * len(revisions)

    def test_a_monitor_proposes_an_outage(self) -> None:
        told = Signal.objects.order_by("received_at").values_list("outcome", flat=True)
        seen = Reading.objects.order_by("starts_at").values_list("product__slug", "outage__standing", "ends_at")

        assert list(told) == ["accepted", "accepted", "ignored", "accepted", "accepted"]
        assert [(slug, standing, end is None) for slug, standing, end in seen] == [
            ("webshop", "dismissed", False), (None, None, True), ("webshop", "proposed", True),
        ]  # fmt: skip
        team = set(Team.objects.get(slug="shopteam").members.values_list("username", flat=True))
        letters = Notice.objects.filter(kind="outage", state="pending")
        assert set(letters.values_list("recipient__username", flat=True)) == team

    def test_somebody_is_away_and_has_a_deputy(self) -> None:
        away = [person for person in User.objects.order_by("username") if person.is_absent_on(NOW.date())]

        assert {person.username: person.deputy.username for person in away if person.deputy} == {
            "ines": "greta",
            "stella": "olaf",
        }

    def test_every_role_can_sign_in(self) -> None:
        roles = {role for person in User.objects.all() for role in person.roles}

        assert roles == set(Role.values)
        assert len(set(User.objects.values_list("password", flat=True))) == 1
        assert User.objects.get(username="mira").check_password("zusage-demo")

    def test_there_is_a_year_of_history_that_never_fires(self) -> None:
        history = Ticket.objects.filter(is_history=True)

        assert 1850 <= history.count() <= 2050
        assert set(history.values_list("status", flat=True)) == {"resolved", "closed", "rejected"}
        assert not Timer.objects.filter(ticket__is_history=True, next_fire_at__isnull=False).exists()
        assert not Event.objects.filter(at__gt=NOW).exists()
        assert history.filter(events__kind="reopened").exists()

    def test_promises_are_mostly_kept(self) -> None:
        share = _late_share(Q(ticket__is_history=True))

        assert 0.02 < share < 0.12

    def test_the_logistics_team_has_been_struggling_for_two_months(self) -> None:
        team, since = Q(ticket__team__slug="logistikteam", ticket__is_history=True), NOW - timedelta(days=60)

        before = _late_share(team & Q(started_at__lt=since))
        after = _late_share(team & Q(started_at__gte=since))

        assert after > 2.5 * before > 0

    def test_the_webshop_had_a_bad_day(self) -> None:
        days = Counter(
            at.date() for at in Ticket.objects.filter(product__slug="webshop").values_list("opened_at", flat=True)
        )

        day, count = days.most_common(1)[0]
        assert day == (NOW - timedelta(days=75)).date()
        assert count >= 20

    def test_availability_has_a_month_of_every_kind(self) -> None:
        till = Product.objects.get(slug="kasse")
        september, october = 9, 10  # the demonstration stands in November
        months = {
            month.period.from_on.month: month for month in availability.of_products([till], now=NOW, months=12)[till.pk]
        }

        verdicts = {number: str(month.verdict) for number, month in months.items()}
        assert verdicts[october] == "broken"
        assert verdicts[8] == "no_data"
        assert {verdicts[number] for number in (5, 6, 7, september)} == {"kept"}
        saved = months[september].whole
        assert saved is not None
        # Without the announced work the three hours would have broken it.
        assert saved.down < saved.allowed < saved.excluded

    def test_months_are_certified_and_their_credits_went_their_way(self) -> None:
        last = date(2026, 10, 1)
        signed = Certificate.objects.filter(customer_signed_at__isnull=False)

        assert Certificate.objects.count() == 3 * 12
        assert set(Certificate.objects.exclude(pk__in=signed).values_list("month", flat=True)) == {last}
        states = Credit.objects.order_by("month", "agreement__slug").values_list(
            "agreement__product__slug", "month", "state"
        )
        assert list(states) == [
            ("zahlungsverkehr", date(2026, 4, 1), "settled"),
            ("webshop", date(2026, 8, 1), "settled"),
            ("kasse", last, "proposed"),
            ("zahlungsverkehr", last, "claimed"),
        ]

    def test_some_breaches_are_explained(self) -> None:
        explained = Breach.objects.filter(explained_at__isnull=False)

        assert 0.2 < explained.count() / Breach.objects.count() < 0.8
        assert not explained.filter(Q(cause="") | Q(corrective_action="") | Q(responsible_team__isnull=True)).exists()
        assert not explained.filter(explained_at__gt=NOW).exists()

    def test_live_tickets_stand_in_every_state(self) -> None:
        live = Ticket.objects.filter(is_history=False)
        states = dict(live.order_by().values_list("status").annotate(count=Count("pk")))

        assert set(states) == set(Status.values)
        assert 40 <= live.count() <= 60
        assert live.filter(status__in=["new", "open"], queue_position__isnull=True).count() == 0
        assert not live.filter(Q(opened_at__gt=NOW) | Q(updated_at__gt=NOW)).exists()

    def test_a_reminder_and_a_breach_come_within_two_minutes(self) -> None:
        soon = Timer.objects.filter(ticket__is_history=False, ticket__product__slug="zahlungsverkehr", kind="response")
        new = soon.filter(ticket__status=Status.NEW, ticket__priority="P1").order_by("due_at")

        assert [round((timer.next_fire_at - NOW).total_seconds()) for timer in new if timer.next_fire_at] == [-20, 50]
        assert [round((timer.due_at - NOW).total_seconds()) for timer in new if timer.due_at] == [40, 110]

    def test_only_the_newest_tickets_tell_anybody(self) -> None:
        pending = Notice.objects.filter(state="pending")

        assert pending.exists()
        assert not pending.filter(created_at__lt=NOW - timedelta(minutes=25)).exists()

    def test_the_machine_finds_nothing_wrong_with_it(self) -> None:
        # I1 asks the database's clock whether anything is overdue; the moment of this house lies elsewhere.
        wrong = {name: found for name, found in findings().items() if found.count and name != "I1"}

        assert wrong == {}

    def test_reviews_were_held_and_some_are_overdue(self) -> None:
        held = Review.objects.filter(held_at__isnull=False)
        overdue = Review.objects.filter(held_at__isnull=True, due_on__lt=NOW.date())

        assert held.count() > 20
        assert all(review.notes and review.pack for review in held)
        assert {review.agreement.product.team.slug for review in overdue} == {"logistikteam"}
        assert ReviewAction.objects.filter(done_at__isnull=True).exists()
        assert ReviewAction.objects.filter(done_at__isnull=False).exists()

    def test_loading_again_only_prints_the_logins(self) -> None:
        before, out, logins = (
            Ticket.objects.count(),
            StringIO(),
            Path(self.enterContext(TemporaryDirectory())) / "logins.txt",
        )

        call_command("load_demo", logins=str(logins), stdout=out)

        assert Ticket.objects.count() == before
        assert (
            out.getvalue()
            == logins.read_text()
            == (
                "Sign in with the password zusage-demo as:\n"
                "  mira     Mira Aydin, product owner\n"
                "  jana     Jana Petersen, support agent\n"
                "  doris    Doris Lang, manager\n"
                "  vera     Vera Blum, service level manager\n"
                "  anton    Anton Reuter, auditor\n"
                "  petra    Petra Lorenz, administrator\n"
            )
        )

    def test_everybody_whose_login_is_printed_gets_in(self) -> None:
        for username in house.LOGINS:
            client = Client()
            assert client.login(username=username, password=house.PASSWORD), username
            assert client.get("/tickets/").status_code == 200, username

    def test_the_restricted_product_is_for_those_around_it_alone(self) -> None:
        product = Product.objects.get(slug="personalakte")
        near = {product.owner_id, product.team.lead_id, *product.team.members.values_list("pk", flat=True)}
        near |= {person.pk for many in (product.deputies, product.stakeholders) for person in many.all()}

        sees = {person.pk for person in User.objects.all() if parties.visible_to(person).filter(pk=product.pk).exists()}

        assert near <= sees < set(User.objects.values_list("pk", flat=True))
        blind = User.objects.get(username="mira")
        assert blind.pk not in sees
        assert not tickets.visible_to(blind).filter(product=product).exists()
        assert Ticket.objects.filter(product=product).exists()

    def test_the_same_moment_makes_the_same_year_once_more(self) -> None:
        told, words = stories.read()
        story = min(told, key=lambda story: story.share)
        scope = Q(product__slug=story.slug, is_history=True)
        columns = ("title", "priority", "status", "opened_at", "resolved_at", "closed_at", "reporter", "assignee")
        before = Counter(Ticket.objects.filter(scope).values_list(*columns))

        past.fill(story, loading._crews()[story.slug], words=words, now=NOW)

        assert Counter(Ticket.objects.filter(scope).values_list(*columns)) == before + before

    def test_each_ticket_is_reported_by_somebody_who_sees_the_product(self) -> None:
        visible = {
            person: set(parties.visible_to(person).values_list("pk", flat=True)) for person in User.objects.all()
        }
        pairs = Ticket.objects.order_by().values_list("reporter", "product").distinct()

        assert [pair for pair in pairs if pair[1] not in visible[User(pk=pair[0])]] == []

    def test_holders_belong_to_the_team(self) -> None:
        seats = set(Team.members.through.objects.values_list("user_id", "team_id"))
        seats |= set(Team.objects.values_list("lead_id", "pk"))
        held = Ticket.objects.filter(assignee__isnull=False).order_by().values_list("assignee", "team").distinct()

        assert set(held) <= seats

    def test_every_timer_counts_by_the_revision_of_its_opening(self) -> None:
        outside = Ticket.objects.filter(
            Q(opened_at__lt=F("revision__in_force_from")) | Q(opened_at__gte=F("revision__in_force_to"))
        )

        assert not outside.exists()
        assert Ticket.objects.values("revision").distinct().count() > Product.objects.count() - 2

    def test_events_of_a_ticket_stand_in_order_and_begin_with_its_opening(self) -> None:
        first = {}
        for ticket, kind in Event.objects.order_by("ticket", "at", "pk").values_list("ticket", "kind"):
            first.setdefault(ticket, kind)

        assert set(first.values()) == {"opened"}
        assert len(first) == Ticket.objects.count()


def _late_share(scope: Q) -> float:
    timers = Timer.objects.filter(scope, kind="response", is_withdrawn=False)
    return timers.filter(LATE).count() / timers.count()
