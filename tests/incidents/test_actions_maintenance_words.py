"""What letters about planned work say in both languages, for everything that can happen."""

import html
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine

from incidents.actions import maintenance
from incidents.models import Maintenance
from slas import mail
from slas.clock import Span
from slas.models import Notice, Product, User
from tests.factories import House
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, WINDOW, announced, promising

Deed = Callable[[House, Product], object]
LATER = Span(SATURDAY + 7 * DAY, SATURDAY + 7 * DAY + 2 * HOUR)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def announce(house: House, shop: Product) -> Maintenance:
    return announced(shop, by=house.jana)


def move(house: House, shop: Product) -> object:
    row = announce(house, shop)
    return maintenance.move(row, by=house.jana, now=NOW, window=LATER, reason="Parts are late")


def cancel(house: House, shop: Product) -> object:
    return maintenance.cancel(announce(house, shop), by=house.jana, now=NOW, reason="Frozen zone")


def emergency(house: House, shop: Product) -> object:
    window = Span(NOW - HOUR, NOW + HOUR)
    return maintenance.emergency([shop], by=house.jana, now=NOW, title="Disk full", reason="Logs", window=window)


def overrun(house: House, shop: Product) -> object:
    maintenance.begin(announce(house, shop), by=house.jana, now=SATURDAY)
    return maintenance.tell_overruns(now=SATURDAY + 3 * HOUR)


def start(house: House, shop: Product) -> object:
    return maintenance.start_series(
        [shop],
        by=house.jana,
        now=NOW,
        title="Updates",
        reason="Security",
        week={"sun": ["02:00-04:00"], "wed": ["02:00-02:30"]},
        zone="Europe/Berlin",
        starts_on=date(2026, 11, 1),
    )


def end(house: House, shop: Product) -> object:
    start(house, shop)
    return maintenance.end_series(shop.maintenance_series.get(), by=house.jana, now=NOW, reason="New tool")


SAID: list[tuple[Deed, str, str, str]] = [
    (
        announce,
        "en",
        "Maintenance Sat 22:00: Shop – New tills",
        "Shop: maintenance from Sat 21 Nov 2026, 22:00 to Sun 22 Nov 2026, 01:00.",
    ),
    (
        announce,
        "de",
        "Wartung Sa 22:00: Shop – New tills",
        "Shop: Wartung von Sa, 21. Nov 2026, 22:00 bis So, 22. Nov 2026, 01:00.",
    ),
    (
        move,
        "en",
        "Maintenance moved to 28 Nov 22:00: Shop – New tills",
        "Shop: the maintenance was moved. It is now from Sat 28 Nov 2026, 22:00 to Sun 29 Nov 2026, 00:00.",
    ),
    (
        move,
        "de",
        "Wartung verschoben auf 28. Nov 22:00: Shop – New tills",
        "Shop: Die Wartung ist verschoben. Sie dauert jetzt von Sa, 28. Nov 2026, 22:00 bis So, 29. Nov 2026, 00:00.",
    ),
    (
        cancel,
        "en",
        "Maintenance cancelled: Shop – New tills",
        "Shop: the maintenance from Sat 21 Nov 2026, 22:00 to Sun 22 Nov 2026, 01:00 was cancelled.",
    ),
    (
        cancel,
        "de",
        "Wartung abgesagt: Shop – New tills",
        "Shop: Die Wartung von Sa, 21. Nov 2026, 22:00 bis So, 22. Nov 2026, 01:00 ist abgesagt.",
    ),
    (
        emergency,
        "en",
        "Emergency maintenance 09:00: Shop – Disk full",
        "Shop: emergency maintenance from Mon 16 Nov 2026, 09:00 to Mon 16 Nov 2026, 11:00.",
    ),
    (
        emergency,
        "de",
        "Notfallwartung 09:00: Shop – Disk full",
        "Shop: Notfallwartung von Mo, 16. Nov 2026, 09:00 bis Mo, 16. Nov 2026, 11:00.",
    ),
    (
        overrun,
        "en",
        "Maintenance takes longer: Shop – New tills",
        "Shop: the maintenance was to end Sun 22 Nov 2026, 01:00 and goes on."
        " From then on it does not shield: time down counts.",
    ),
    (
        overrun,
        "de",
        "Wartung dauert länger: Shop – New tills",
        "Shop: Die Wartung sollte So, 22. Nov 2026, 01:00 enden und geht weiter."
        " Von da an schützt sie nicht: Ausfallzeit zählt.",
    ),
    (
        start,
        "en",
        "Regular maintenance: Shop – Updates",
        "Shop: maintenance every week, from Wed 18 Nov 2026, 02:00 on.",
    ),
    (
        start,
        "de",
        "Regelmäßige Wartung: Shop – Updates",
        "Shop: Wartung in jeder Woche, zuerst Mi, 18. Nov 2026, 02:00.",
    ),
    (
        end,
        "en",
        "Regular maintenance ends: Shop – Updates",
        "Shop: the regular maintenance has ended. Windows to come are cancelled.",
    ),
    (
        end,
        "de",
        "Regelmäßige Wartung endet: Shop – Updates",
        "Shop: Die regelmäßige Wartung ist beendet. Kommende Fenster sind abgesagt.",
    ),
]


def letter(house: House, deed: Deed, language: str) -> mail.Words:
    """The last letter to the owner of the shop once this has happened."""
    User.objects.filter(pk=house.mira.pk).update(language=language)
    deed(house, promising(house))
    return mail.words(Notice.objects.filter(recipient=house.mira).latest("pk"), mail.Enclosure())


@pytest.mark.parametrize(("deed", "language", "subject", "asked"), SAID)
def test_subject_and_first_line_say_what_happened(
    house: House, deed: Deed, language: str, subject: str, asked: str
) -> None:
    words = letter(house, deed, language)

    assert (words.subject, words.text.splitlines()[0]) == (subject, asked)
    assert '<p class="ask"' in words.html
    assert asked in words.html


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Wed 18 Nov 2026, 02:00 – Wed 18 Nov 2026, 02:30",
                "Sun 22 Nov 2026, 02:00 – Sun 22 Nov 2026, 04:00",
                "and 5 more in the next weeks",
                "Shop: 1 of 10 windows comes too soon: the agreement asks for 48 h of notice.",
            ],
        ),
        (
            "de",
            [
                "Mi, 18. Nov 2026, 02:00 – Mi, 18. Nov 2026, 02:30",
                "So, 22. Nov 2026, 02:00 – So, 22. Nov 2026, 04:00",
                "und 5 weitere in den nächsten Wochen",
                "Shop: 1 von 10 Fenstern kommt zu früh: Die Vereinbarung verlangt 48 h Vorlauf.",
            ],
        ),
    ],
)
def test_a_series_lists_its_first_windows_and_says_which_are_late(
    house: House, language: str, lines: list[str]
) -> None:
    text = letter(house, start, language).text

    assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize(
    ("promise", "sentence"),
    [
        ({"notice": 0 * HOUR}, "Announced before its beginning, as the agreement asks. It shields 3 h of agreed time"),
        ({"notice": 200 * HOUR}, "Announced 132 h before; the agreement asks for 200 h: it does not shield."),
        ({"monthly_cap": None}, "the notice is kept. It shields 3 h of agreed time if all of it is used."),
        ({"monthly_cap": HOUR}, "It shields only 1 h of 3 h of agreed time: then the month’s limit is used up."),
        ({"monthly_cap": 0 * HOUR}, "The agreement lets no maintenance shield: time down counts."),
        ({"maintenance": "count_as_down"}, "The agreement lets no maintenance shield: time down counts."),
    ],
)
def test_what_it_means_depends_on_the_agreement(house: House, promise: dict[str, object], sentence: str) -> None:
    announced(promising(house, **promise), by=house.jana)

    words = mail.words(Notice.objects.get(recipient=house.mira), mail.Enclosure())

    assert sentence in words.text
    assert sentence in " ".join(html.unescape(words.html).split())


def test_a_window_outside_agreed_time_has_nothing_to_shield(house: House) -> None:
    announced(promising(house, calendar=house.office), by=house.jana)

    text = mail.words(Notice.objects.get(recipient=house.mira), mail.Enclosure()).text

    assert "It lies outside the agreed time: there is nothing to shield." in text


def test_every_reader_has_their_own_zone(house: House) -> None:
    User.objects.filter(pk=house.olaf.pk).update(zone="America/New_York")
    shop = promising(house)
    shop.deputies.set([house.olaf])

    announced(shop, by=house.jana)

    text = mail.words(Notice.objects.get(recipient=house.olaf), mail.Enclosure()).text
    assert text.startswith("Shop: maintenance from Sat 21 Nov 2026, 16:00 to Sat 21 Nov 2026, 19:00.")
    assert "All times: America/New_York (EST)." in text


def test_the_facts_of_a_letter_are_complete(house: House) -> None:
    row = announced(promising(house), by=house.jana)

    assert WINDOW.end is not None
    assert Notice.objects.get(recipient=house.mira).context == {
        "what": "announced",
        "title": "New tills",
        "reason": "Version 7",
        "windows": [{"from_at": SATURDAY.isoformat(), "to_at": WINDOW.end.isoformat()}],
        "reason_of_change": "",
        "is_anew": False,
        "old": None,
        "path": f"/maintenance/{row.pk}/",
        "stands_in_for": "",
        "products": [
            {
                "name": "Shop",
                "meaning": "in_time",
                "is_announced": True,
                "is_afterwards": False,
                "is_capped": False,
                "is_over": False,
                "windows": 1,
                "late": 0,
                "notice": 172800,
                "lead": 475200,
                "agreed": 10800,
                "shielded": 10800,
            }
        ],
    }


def test_keys_name_window_sequence_event_and_reader(house: House) -> None:
    row = announced(house.product, by=house.jana)
    maintenance.move(row, by=house.jana, now=NOW, window=LATER, reason="x")

    keys = Notice.objects.filter(recipient=house.mira).order_by("pk").values_list("key", "subject", "topic")
    assert list(keys) == [
        (f"maintenance:{row.pk}:1:announced:mira:mail:0", f"maintenance:{row.pk}", f"maintenance:{row.pk}"),
        (f"maintenance:{row.pk}:2:moved:mira:mail:0", f"maintenance:{row.pk}", f"maintenance:{row.pk}"),
    ]
