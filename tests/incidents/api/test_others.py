"""Escalations, breaches and reviews through the API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from incidents.actions import reviews as review_actions
from incidents.actions.escalations import sweep
from incidents.models import Breach, Escalation, Ticket
from slas.queries.notices import database_now
from tests.callers import Caller
from tests.factories import House
from tests.incidents import rows
from tests.incidents.kiosk import Kiosk, build_kiosk

NOW = datetime.fromisoformat("2026-11-20T22:00:00+01:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    """Support that never sleeps: what is due is decided by the database's clock."""
    return build_kiosk(house)


class TestEscalations:
    """Steps of the ladder that fired."""

    @pytest.fixture
    def late(self, kiosk: Kiosk) -> Ticket:
        """A P1 whose answer is 5 minutes late, so that three steps have fired."""
        ticket = kiosk.ticket(timedelta(minutes=65))
        sweep()
        return ticket

    def test_escalation_is_told_with_who_took_it_on(self, kiosk: Kiosk, late: Ticket) -> None:
        fired = Escalation.objects.get(ticket=late, position=3, timer__kind="response")
        lead = Caller(kiosk.house.holger)

        status, answer = lead.post(f"/escalations/{fired.pk}/acknowledge/")

        fired.refresh_from_db()
        assert fired.acknowledged_at is not None
        assert (status, {**answer, "acknowledged_at": datetime.fromisoformat(answer["acknowledged_at"])}) == (
            200,
            {
                "id": fired.pk,
                "ticket": late.number,
                "kind": "response",
                "cycle": 1,
                "position": 3,
                "repeat": 0,
                "due_at": answer["due_at"],
                "fired_at": answer["fired_at"],
                "acknowledged_at": fired.acknowledged_at,
                "acknowledged_by": "holger",
            },
        )
        assert datetime.fromisoformat(answer["due_at"]) == late.opened_at + HOUR
        assert lead.get(f"/escalations/{fired.pk}/") == (200, answer)
        # A second time changes nothing.
        assert lead.post(f"/escalations/{fired.pk}/acknowledge/") == (200, answer)

    def test_filters(self, kiosk: Kiosk, late: Ticket) -> None:
        lead = Caller(kiosk.house.holger)
        lead.post(f"/escalations/{Escalation.objects.get(position=2, timer__kind='response').pk}/acknowledge/")

        def positions(**asked: str) -> list[int]:
            return [row["position"] for row in lead.get("/escalations/", **asked)[1]["results"]]

        assert sorted(positions(acknowledged="true")) == [1, 2]
        assert positions(acknowledged="false") == [3]
        assert positions(ticket=late.number, kind="resolution") == []
        assert positions(product="kasse") == []
        assert len(positions(product="kiosk", fired_since=(database_now() - HOUR).isoformat())) == 3

    @pytest.mark.parametrize(
        ("who", "may"),
        [
            ("doris", 200),
            ("holger", 200),
            ("mira", 200),
            ("rita", 403),
            ("anton", 403),
            ("outsider", 404),
            ("ida", 404),
        ],
    )
    def test_who_may_acknowledge(self, kiosk: Kiosk, late: Ticket, who: str, may: int) -> None:
        fired = Escalation.objects.get(ticket=late, position=3, timer__kind="response")
        caller = Caller(getattr(kiosk.house, who))

        assert caller.post(f"/escalations/{fired.pk}/acknowledge/")[0] == may
        assert caller.get("/escalations/")[1]["count"] == (0 if may == 404 else 3)
        assert caller.get(f"/escalations/{fired.pk}/")[0] == (404 if may == 404 else 200)


class TestBreaches:
    """Promises that broke, and why."""

    @pytest.fixture
    def breach(self, house: House) -> Breach:
        """An answer an hour late, not explained yet."""
        found = rows.breach(rows.ticket(house), NOW - 5 * HOUR, cause="")
        Breach.objects.update(over_seconds=3600, stopped_at=NOW - 4 * HOUR)
        return found

    def test_explaining_a_breach(self, house: House, breach: Breach, clock: Traveller) -> None:
        lead = Caller(house.holger)
        words = {"cause": "Router", "responsible_team": "lagerteam", "corrective_action": "Replace it"}

        status, answer = lead.patch(f"/breaches/{breach.pk}/", words)

        assert (status, answer) == (
            200,
            {
                "id": breach.pk,
                "ticket": breach.ticket.number,
                "kind": "response",
                "cycle": 1,
                "due_at": "2026-11-20T17:00:00+01:00",
                "over_seconds": 3600,
                **words,
                "explained_at": "2026-11-20T22:00:00+01:00",
            },
        )
        assert lead.get(f"/breaches/{breach.pk}/") == (200, answer)
        _, ticket = lead.get(f"/tickets/{breach.ticket.number}/")
        assert ticket["breaches"] == [{k: v for k, v in answer.items() if k not in ("ticket", "explained_at")}]

    def test_what_is_left_out_stays(self, house: House, breach: Breach, clock: Traveller) -> None:
        lead = Caller(house.holger)
        lead.patch(f"/breaches/{breach.pk}/", {"cause": "Router", "responsible_team": "lagerteam"})

        _, answer = lead.patch(f"/breaches/{breach.pk}/", {"corrective_action": "Replace it"})

        assert (answer["cause"], answer["responsible_team"], answer["corrective_action"]) == (
            "Router", "lagerteam", "Replace it",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("who", "may"),
        [("doris", 200), ("vera", 200), ("jana", 403), ("mira", 403), ("rita", 403), ("anton", 403), ("outsider", 404)],
    )
    def test_who_may_explain(self, house: House, breach: Breach, clock: Traveller, who: str, may: int) -> None:
        caller = Caller(getattr(house, who))

        assert caller.patch(f"/breaches/{breach.pk}/", {"cause": "Router"})[0] == may
        assert caller.get("/breaches/")[1]["count"] == (0 if may == 404 else 1)

    @pytest.mark.parametrize(
        ("words", "beside"),
        [
            ({"cause": "x" * 1001}, "cause"),
            ({"cause": None}, "cause"),
            ({"responsible_team": "nowhere"}, "responsible_team"),
            ({"corrective_action": []}, "corrective_action"),
        ],
    )
    def test_malformed_explanations(
        self, house: House, breach: Breach, clock: Traveller, words: dict[str, Any], beside: str
    ) -> None:
        status, answer = Caller(house.holger).patch(f"/breaches/{breach.pk}/", words)

        assert (status, list(answer)) == (400, [beside])

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"kind": "response"}, 1),
            ({"kind": "resolution"}, 0),
            ({"product": "kasse"}, 1),
            ({"explained": "true"}, 0),
            ({"explained": "false"}, 1),
            ({"due_after": "2026-11-20T17:00:00+01:00"}, 1),
            ({"due_before": "2026-11-20T17:00:00+01:00"}, 0),
        ],
    )
    def test_filters(self, house: House, breach: Breach, clock: Traveller, asked: dict[str, str], count: int) -> None:
        assert Caller(house.holger).get("/breaches/", **asked)[1]["count"] == count


class TestReviews:
    """Reviews that come round."""

    def test_review_has_its_pack_and_its_actions(self, house: House, clock: Traveller) -> None:
        review = rows.review(house, date(2026, 11, 20))
        late = rows.breach(rows.ticket(house), datetime(2026, 10, 5, 9, tzinfo=UTC))
        action = rows.taken_on(review, house.jana, date(2026, 12, 1))
        older = rows.review(house, date(2026, 10, 20))
        rows.taken_on(older, house.timo, date(2026, 11, 1), title="Buy a spare router")

        status, answer = Caller(house.mira).get(f"/reviews/{review.pk}/")

        pack = answer.pop("pack")
        assert (status, answer) == (
            200,
            {
                "id": review.pk,
                "agreement": "kasse-2026",
                "product": "kasse",
                "rhythm": "monthly",
                "due_on": "2026-11-20",
                "period_from_on": "2026-10-01",
                "period_to_on": "2026-11-01",
                "held_at": None,
                "held_by": None,
                "decision": None,
                "notes": "",
                "actions": [
                    {
                        "id": action.pk,
                        "title": "Replace the router",
                        "owner": "jana",
                        "due_on": "2026-12-01",
                        "done_at": None,
                    }
                ],
            },
        )
        assert pack["figures"][0] == {
            "priority": "P1",
            "kind": "response",
            "promised_seconds": 3600,
            "promised_percent": "95.00",
            "met": 0,
            "breached": 1,
            "percent": "0.0",
            "verdict": "broken",
        }
        assert (pack["as_of"], pack["is_over"], pack["period"]) == (
            "2026-11-20T22:00:00+01:00",
            True,
            {"from_on": "2026-10-01", "to_on": "2026-11-01", "zone": "Europe/Berlin"},
        )
        assert [(row["ticket"], row["cause"]) for row in pack["breaches"]] == [(late.ticket.number, "Router")]
        assert pack["open_actions"] == [
            {"title": "Buy a spare router", "owner": "Timo Kern", "due_on": "2026-11-01", "taken_on": "2026-10-20"}
        ]

    def test_pack_of_a_held_review_is_frozen(self, house: House, clock: Traveller) -> None:
        review = rows.review(house, date(2026, 11, 20))
        review_actions.hold(review, by=house.mira, now=NOW, decision="keep", notes="Fine.", actions=[])
        rows.breach(rows.ticket(house), datetime(2026, 10, 5, 9, tzinfo=UTC))

        _, answer = Caller(house.mira).get(f"/reviews/{review.pk}/")

        assert (answer["held_by"], answer["decision"], answer["notes"]) == ("mira", "keep", "Fine.")
        assert answer["pack"]["breaches"] == []

    @pytest.mark.parametrize(("who", "sees"), [("mira", 1), ("jana", 1), ("anton", 1), ("rita", 0), ("outsider", 0)])
    def test_who_sees_reviews(self, house: House, clock: Traveller, who: str, sees: int) -> None:
        review = rows.review(house, date(2026, 11, 20))
        caller = Caller(getattr(house, who))

        assert caller.get("/reviews/")[1]["count"] == sees
        assert caller.get(f"/reviews/{review.pk}/")[0] == (200 if sees else 404)

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"held": "false"}, 1),
            ({"held": "true"}, 0),
            ({"agreement": "kasse-2026"}, 1),
            ({"due_after": "2026-11-20"}, 1),
            ({"due_before": "2026-11-20"}, 0),
        ],
    )
    def test_filters(self, house: House, clock: Traveller, asked: dict[str, str], count: int) -> None:
        rows.review(house, date(2026, 11, 20))

        assert Caller(house.mira).get("/reviews/", **asked)[1]["count"] == count


@pytest.mark.parametrize("name", ["escalations", "breaches", "reviews"])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    kiosk: Kiosk, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for month in (1, 2, 3):
        kiosk.ticket(timedelta(minutes=65))
        rows.review(kiosk.house, date(2026, month, 20))
    sweep()
    caller = Caller(kiosk.house.vera)
    caller.get(f"/{name}/")

    seen = []
    for size in (1, 3):
        with django_assert_max_num_queries(8) as queries:
            assert len(caller.get(f"/{name}/", page_size=str(size))[1]["results"]) == size
        seen.append(len(queries))

    assert seen[0] == seen[1]
