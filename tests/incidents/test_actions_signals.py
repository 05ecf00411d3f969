"""Signals taken in: kept, made into readings, proposed, followed; and what nobody can use."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from incidents.actions import outages, signals
from incidents.models import Observation, Outage, OutageEvent, Reading, Signal, SignalSource
from slas import mail
from slas.errors import Refused
from slas.models import Notice
from tests.factories import House, ProductFactory
from tests.incidents.signals.payloads import KUMA_TEST, TEN, alert, alertmanager, form, generic, grafana, kuma, written
from tests.incidents.signals.telling import NOW, counts, proposals, readings, said, source, tell

MINUTE = timedelta(minutes=1)
NAME = "tilldown00000000"
TITLE = "TillDown: no answer for two minutes"


@pytest.fixture
def prometheus(house: House) -> SignalSource:
    """An Alertmanager that speaks of the till."""
    return source(house.vera, product=house.product)


def test_a_signal_is_kept_as_it_came(house: House, prometheus: SignalSource) -> None:
    body = written(alertmanager(alert()))

    row = Signal.objects.get(pk=signals.receive(prometheus, body, "application/json; x=\x00", now=NOW).signal.pk)

    assert (row.source, row.received_at, bytes(row.body), row.content_type) == (
        prometheus, NOW, body, "application/json; x=",
    )  # fmt: skip
    assert (row.outcome, row.alerts, row.remarks, row.is_verified) == ("accepted", 1, [], True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE incidents_signal SET outcome = 'ignored'",
        "DELETE FROM incidents_signal",
        "UPDATE incidents_observation SET ends_at = now()",
        "DELETE FROM incidents_observation",
        "DELETE FROM incidents_reading",
    ],
)
def test_the_database_refuses_to_change_it(prometheus: SignalSource, change: str) -> None:
    tell(prometheus, alertmanager(alert()))

    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_firing_alert_is_proposed_and_its_end_followed(house: House, prometheus: SignalSource) -> None:
    first = tell(prometheus, alertmanager(alert()))

    assert counts(first) == ("accepted", 1, 0, 0)
    assert readings() == [(NAME, TEN, None, "kasse")]
    assert proposals() == [(TITLE, TEN, None, "full", "proposed")]
    outage = Outage.objects.get()
    assert list(outage.products.all()) == [house.product]
    assert (first.outages, outage.recorded_by) == ((outage,), None)
    assert f"/signals/{first.signal.pk}/" in outage.evidence
    assert "instance = till-7.example.test:9115" in outage.evidence

    over = tell(prometheus, alertmanager(alert(TEN, TEN + 12 * MINUTE)))

    assert counts(over) == ("accepted", 1, 0, 0)
    assert (readings(), proposals()) == (
        [(NAME, TEN, TEN + 12 * MINUTE, "kasse")],
        [(TITLE, TEN, TEN + 12 * MINUTE, "full", "proposed")],
    )
    assert [event.kind for event in OutageEvent.objects.all()] == ["proposed", "followed"]
    assert set(Reading.objects.get().signals.all()) == {first.signal, over.signal}


def test_the_same_again_is_harmless_and_kept(prometheus: SignalSource) -> None:
    message = alertmanager(alert(), alert(name="ScannerDown"))
    tell(prometheus, message)
    before = (readings(), proposals(), OutageEvent.objects.count(), Notice.objects.count())

    again = tell(prometheus, message, now=NOW + MINUTE)

    assert counts(again) == ("duplicate", 0, 2, 0)
    assert again.outages == ()
    assert (readings(), proposals(), OutageEvent.objects.count(), Notice.objects.count()) == before
    assert again.signal.readings.count() == 2


def test_the_same_alert_twice_in_one_message_is_one(prometheus: SignalSource) -> None:
    receipt = tell(prometheus, alertmanager(alert(), alert()))

    assert counts(receipt) == ("accepted", 1, 1, 0)
    assert len(readings()) == len(proposals()) == 1


def test_resolved_before_firing_is_the_whole_story_at_once(prometheus: SignalSource) -> None:
    end = TEN + 5 * MINUTE

    first = tell(prometheus, alertmanager(alert(TEN, end)))
    late = tell(prometheus, alertmanager(alert()))

    assert (counts(first), counts(late)) == (("accepted", 1, 0, 0), ("accepted", 1, 0, 0))
    assert (readings(), late.outages) == ([(NAME, TEN, end, "kasse")], ())
    assert proposals() == [(TITLE, TEN, end, "full", "proposed")]


def test_a_later_end_counts_whenever_it_comes(prometheus: SignalSource) -> None:
    for minutes in (5, 9, 7):
        tell(prometheus, alertmanager(alert(TEN, TEN + minutes * MINUTE)))

    assert readings() == [(NAME, TEN, TEN + 9 * MINUTE, "kasse")]
    assert proposals() == [(TITLE, TEN, TEN + 9 * MINUTE, "full", "proposed")]


def test_alerts_of_both_kinds_in_one_message_and_what_was_left_out_stays_open(prometheus: SignalSource) -> None:
    tell(prometheus, alertmanager(alert(), alert(name="ScannerDown")))

    receipt = tell(prometheus, alertmanager(alert(TEN, TEN + MINUTE), alert(name="PrinterDown"), truncatedAlerts=1))

    assert [(name, end) for name, _, end, _ in readings()] == [
        ("printerdown00000", None), ("scannerdown00000", None), (NAME, TEN + MINUTE),
    ]  # fmt: skip
    assert said(receipt) == ["The monitor left out 1 alerts: nothing is known about them, none counts as over."]


def test_what_people_decided_stays(house: House, prometheus: SignalSource) -> None:
    tell(prometheus, alertmanager(alert(), alert(name="ScannerDown")))
    first, second = Outage.objects.order_by("title")
    outages.dismiss(first, by=house.jana, now=NOW, reason="The monitor was wrong.")
    outages.confirm(second, by=house.jana, now=NOW)

    end = TEN + 9 * MINUTE
    tell(prometheus, alertmanager(alert(TEN, end), alert(TEN, end, name="ScannerDown")), now=NOW + MINUTE)
    tell(prometheus, alertmanager(alert(TEN, end + MINUTE)), now=NOW + 2 * MINUTE)

    assert [(one[2], one[4]) for one in proposals()] == [(None, "dismissed"), (end, "confirmed")]
    assert [one[2] for one in readings()] == [end, end + MINUTE]


def test_a_flapping_monitor_makes_a_reading_and_a_proposal_each_time(prometheus: SignalSource) -> None:
    for minute in (0, 3, 6):
        start = TEN + minute * MINUTE
        tell(prometheus, alertmanager(alert(start)))
        tell(prometheus, alertmanager(alert(start, start + MINUTE)))

    assert len(readings()) == len(proposals()) == 3


class TestClocks:
    """Two clocks never agree."""

    @pytest.mark.parametrize("ahead", [0, 5])
    def test_a_little_ahead_is_let_pass(self, prometheus: SignalSource, ahead: int) -> None:
        assert counts(tell(prometheus, alertmanager(alert(NOW + ahead * MINUTE)))) == ("accepted", 1, 0, 0)

    def test_what_lies_in_the_future_is_refused_and_kept(self, prometheus: SignalSource) -> None:
        later = NOW + 5 * MINUTE + timedelta(seconds=1)

        starts = tell(prometheus, alertmanager(alert(later)))
        ends = tell(prometheus, alertmanager(alert(TEN, later), alert(name="ScannerDown")))

        sentence = f"“{TITLE}” lies in the future: one of the two clocks is wrong."
        assert (counts(starts), said(starts)) == (("refused", 0, 0, 0), [sentence])
        assert (counts(ends), said(ends)) == (("accepted", 1, 0, 0), [sentence])
        assert [name for name, *_ in readings()] == ["scannerdown00000"]
        assert Signal.objects.count() == 2


class TestKuma:
    """“Down” and “up” come each by itself, and only their order says what belongs together."""

    @pytest.fixture
    def bear(self, house: House) -> SignalSource:
        """An Uptime Kuma that speaks of the till."""
        return source(house.vera, "uptime-kuma", house.product)

    def test_up_ends_what_is_open(self, bear: SignalSource) -> None:
        tell(bear, kuma(0))
        tell(bear, kuma(0, TEN + MINUTE))
        over = tell(bear, kuma(1, TEN + 3 * MINUTE))

        assert readings() == [("monitor 7", TEN, TEN + 3 * MINUTE, "kasse")]
        assert proposals() == [("Till 7", TEN, TEN + 3 * MINUTE, "full", "proposed")]
        assert list(over.signal.readings.all()) == [Reading.objects.get()]

    def test_up_alone_says_that_nothing_is_open(self, bear: SignalSource) -> None:
        assert counts(tell(bear, kuma(1))) == ("accepted", 1, 0, 0)
        assert readings() == proposals() == []

    def test_a_late_up_parts_one_reading_into_two(self, bear: SignalSource) -> None:
        tell(bear, kuma(0))
        tell(bear, kuma(0, TEN + 20 * MINUTE))
        assert len(readings()) == 1

        late = tell(bear, kuma(1, TEN + 10 * MINUTE))

        assert [(start, end) for _, start, end, _ in readings()] == [
            (TEN, TEN + 10 * MINUTE), (TEN + 20 * MINUTE, None),
        ]  # fmt: skip
        assert [(start, end) for _, start, end, *_ in proposals()] == [
            (TEN, TEN + 10 * MINUTE), (TEN + 20 * MINUTE, None),
        ]  # fmt: skip
        assert len(late.outages) == 2
        assert [one.starts_at for one in late.signal.readings.all()] == [TEN]

    def test_a_late_first_down_moves_the_start(self, bear: SignalSource) -> None:
        tell(bear, kuma(0, TEN + MINUTE))
        tell(bear, kuma(1, TEN + 9 * MINUTE))

        late = tell(bear, kuma(0))

        assert readings() == [("monitor 7", TEN, TEN + 9 * MINUTE, "kasse")]
        assert proposals() == [("Till 7", TEN, TEN + 9 * MINUTE, "full", "proposed")]
        assert [outage.started_at for outage in late.outages] == [TEN]
        assert Reading.objects.get().signals.count() == 3

    def test_an_up_that_came_before_its_down_ends_it(self, bear: SignalSource) -> None:
        early = tell(bear, kuma(1, TEN + MINUTE))
        tell(bear, kuma(0))

        assert readings() == [("monitor 7", TEN, TEN + MINUTE, "kasse")]
        assert early.signal.readings.count() == 1

    @pytest.mark.parametrize("payload", [kuma(2), kuma(3), KUMA_TEST])
    def test_neither_up_nor_down_changes_nothing(self, bear: SignalSource, payload: dict[str, object]) -> None:
        tell(bear, kuma(0))

        assert counts(tell(bear, payload)) == ("ignored", 0, 0, 1)
        assert readings() == [("monitor 7", TEN, None, "kasse")]

    def test_monitors_are_told_apart(self, bear: SignalSource) -> None:
        tell(bear, kuma(0))
        tell(bear, kuma(0, key=8, name="Till 8"))
        tell(bear, kuma(1, TEN + MINUTE, key=8, name="Till 8"))

        assert [(name, end) for name, _, end, _ in readings()] == [("monitor 7", None), ("monitor 8", TEN + MINUTE)]

    def test_a_form_is_taken_too(self, bear: SignalSource) -> None:
        signals.receive(bear, *form(kuma(0)), now=NOW)

        assert readings() == [("monitor 7", TEN, None, "kasse")]


class TestProducts:
    """Which product is meant, and what happens while nobody knows."""

    def test_rules_choose_product_and_effect(self, house: House) -> None:
        ProductFactory(slug="lager", name="Lager", team=house.team)
        rules = [
            {"label": "alertname", "value": "Watchdog", "product": "", "effect": "none"},
            {"label": "alertname", "value": "ScannerDown", "product": "lager", "effect": "degraded"},
        ]
        chosen = source(house.vera, "grafana", house.product, rules=rules)

        receipt = tell(chosen, grafana(alert(name="Watchdog"), alert(name="ScannerDown"), alert()))

        assert counts(receipt) == ("accepted", 2, 0, 1)
        assert [(name, product) for name, _, _, product in readings()] == [
            ("scannerdown00000", "lager"), (NAME, "kasse"),
        ]  # fmt: skip
        assert sorted(effect for *_, effect, _ in proposals()) == ["degraded", "full"]
        assert "is no outage: a rule of this source says so." in said(receipt)[0]

    def test_only_a_generic_source_lets_the_alert_name_it(self, house: House) -> None:
        own = source(house.vera, "generic")

        tell(own, [generic(product="kasse", effect="degraded"), generic(fingerprint="x", product="nowhere")])

        assert [(name, product) for name, _, _, product in readings()] == [("till-7", "kasse"), ("x", None)]
        assert proposals() == [("Till 7 does not answer", TEN, None, "degraded", "proposed")]

    def test_a_rule_for_a_product_that_is_gone_means_none(self, house: House) -> None:
        gone = [{"label": "alertname", "value": "TillDown", "product": "gone", "effect": ""}]

        tell(source(house.vera, rules=gone), alertmanager(alert()))

        assert readings() == [(NAME, TEN, None, None)]

    def test_without_a_product_it_waits_until_somebody_names_one(self, house: House) -> None:
        unknown = source(house.vera)
        receipt = tell(unknown, alertmanager(alert()))
        reading = Reading.objects.get()
        assert (counts(receipt), proposals()) == (("accepted", 1, 0, 0), [])

        assigned = signals.assign(reading, house.product, by=house.vera, now=NOW)
        again = signals.assign(reading, house.product, by=house.vera, now=NOW + MINUTE)

        assert assigned == again
        assert (again.assigned_by, again.assigned_at) == (house.vera, NOW)
        assert proposals() == [(TITLE, TEN, None, "full", "proposed")]
        # From now on its proposal follows like any other.
        tell(unknown, alertmanager(alert(TEN, TEN + MINUTE)))
        assert proposals() == [(TITLE, TEN, TEN + MINUTE, "full", "proposed")]

    def test_who_assigns(self, house: House) -> None:
        tell(source(house.vera), alertmanager(alert()))
        reading = Reading.objects.get()

        for person in (house.anton, house.mira, house.rita, house.outsider):
            with pytest.raises(PermissionDenied):
                signals.assign(reading, house.product, by=person, now=NOW)
        signals.assign(reading, house.product, by=house.jana, now=NOW)
        with pytest.raises(Refused, match="It belongs to another product already"):
            signals.assign(reading, ProductFactory(team=house.team), by=house.adam, now=NOW)

    def test_a_rule_written_later_knows_it_when_it_is_told_again(self, house: House) -> None:
        unknown = source(house.vera)
        tell(unknown, alertmanager(alert()))
        signals.change_source(unknown, by=house.vera, now=NOW, default_product=house.product)

        again = tell(unknown, alertmanager(alert()))

        assert counts(again) == ("duplicate", 0, 1, 0)
        assert proposals() == [(TITLE, TEN, None, "full", "proposed")]


class TestRefused:
    """What cannot be understood is kept with the reason."""

    @pytest.mark.parametrize("kind", ["alertmanager", "grafana", "uptime-kuma", "generic"])
    @pytest.mark.parametrize("body", [b"", b"\x00\xff", b"{", b"[" * 50_000, b"NaN", b"null", b'"x"', b"7", b"[7]"])
    def test_any_body_is_kept(self, house: House, kind: str, body: bytes) -> None:
        receipt = tell(source(house.vera, kind, house.product), body)

        assert counts(receipt) == ("refused", 0, 0, 0)
        assert len(said(receipt)) == 1
        assert bytes(Signal.objects.get().body) == body
        assert not Observation.objects.exists()

    def test_part_of_a_message_may_be_refused(self, prometheus: SignalSource) -> None:
        receipt = tell(prometheus, alertmanager(alert(status="?"), alert(name="ScannerDown")))

        assert counts(receipt) == ("accepted", 1, 0, 0)
        assert receipt.signal.remarks == [
            {
                "sentence": "“%(name)s” has to be one of: %(choices)s.",
                "facts": {"name": "status", "choices": "firing, resolved"},
                "place": 1,
            }
        ]


class TestLetters:
    """The team hears of a proposal, once."""

    def told(self) -> list[tuple[str, str]]:
        found = Notice.objects.select_related("recipient").order_by("recipient__username")
        return [(notice.kind, notice.recipient.username) for notice in found]

    def test_each_of_the_team_once(self, prometheus: SignalSource) -> None:
        tell(prometheus, alertmanager(alert()))
        tell(prometheus, alertmanager(alert()))
        tell(prometheus, alertmanager(alert(TEN, TEN + MINUTE)))

        assert self.told() == [("outage", "jana"), ("outage", "timo")]

    def test_not_who_does_not_want_it_and_the_deputy_of_who_is_away(
        self, house: House, prometheus: SignalSource
    ) -> None:
        house.jana.muted_notices = ["outage"]
        house.jana.save()
        house.timo.absent_from_on, house.timo.deputy = NOW.date(), house.holger
        house.timo.save()

        tell(prometheus, alertmanager(alert()))

        assert self.told() == [("outage", "holger")]
        assert Notice.objects.get().context["stands_in_for"] == "Timo Kern"

    def test_a_team_without_members_is_its_lead(self, house: House, prometheus: SignalSource) -> None:
        house.team.members.clear()

        tell(prometheus, alertmanager(alert()))

        assert self.told() == [("outage", "holger")]

    def test_it_says_what_was_seen(self, house: House, prometheus: SignalSource) -> None:
        tell(prometheus, alertmanager(alert(TEN, TEN + MINUTE)))

        written_out = mail.words(Notice.objects.filter(recipient=house.jana).get(), mail.Enclosure())

        assert written_out.subject == f"Down? Kasse: {TITLE}"
        assert f"Open the outage: http://testserver/outages/{Outage.objects.get().pk}/" in written_out.text
        assert "Start: Fri 20 Nov 2026, 11:00" in written_out.text
        assert "End: Fri 20 Nov 2026, 11:01" in written_out.text
        assert TITLE in written_out.html
