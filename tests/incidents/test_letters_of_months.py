"""The letters about a month, as their readers find them: subject, first line, facts; in both languages."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pytest

from incidents.actions import certificates, credits
from slas import mail
from slas.models import Notice, User
from tests.factories import House
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, MID_JUNE, Shop, build_shop

Deed = Callable[[Shop], object]


class Said(NamedTuple):
    """A letter: its subject, its first line, and words that stand below."""

    subject: str
    ask: str
    facts: tuple[str, ...]


def july(day: int) -> datetime:
    return datetime(2026, 7, day, 12, tzinfo=BERLIN)


def broken(shop: Shop) -> None:
    shop.down()
    shop.certified()


def corrected(shop: Shop) -> None:
    broken(shop)
    shop.down(MID_JUNE + DAY)
    shop.certified(reason="The night shift told us.")


def nothing_left(shop: Shop) -> None:
    broken(shop)
    shop.product.outages.update(responsibility="customer")
    shop.certified(reason="It was their own line.")


def reminded(shop: Shop) -> None:
    broken(shop)
    credits.credit_round(july(24))


def claimed(shop: Shop) -> None:
    broken(shop)
    credits.claim(shop.credit(), by=shop.house.mira, now=july(5))


def granted(shop: Shop) -> None:
    claimed(shop)
    credits.grant(shop.credit(), by=shop.house.holger, now=july(6))


def declined(shop: Shop) -> None:
    claimed(shop)
    credits.decline(shop.credit(), by=shop.house.holger, now=july(6), reason="It was your own line.")


def expired(shop: Shop) -> None:
    broken(shop)
    credits.credit_round(july(31))


LETTERS: list[tuple[str, Deed, str, str, Said]] = [
    ("certificate", broken, "mira", "en", Said(
        "Shop, June 2026: the certificate can be signed",
        "The month June 2026 of Shop is certified. Please look at it and sign it.",
        ("Availability: 99.583 % (Promised: 99.9", "Verdict: broken", "you can sign this month for your side"),
    )),
    ("certificate", corrected, "holger", "en", Said(
        "Corrected: Shop, June 2026 – please sign",
        "The month June 2026 of Shop was corrected. Please look at the new certificate and sign it.",
        ("Reason: The night shift told us.",),
    )),
    ("certificate", broken, "mira", "de", Said(
        "Shop, Juni 2026: Der Monatsnachweis kann unterschrieben werden",
        "Der Monat Juni 2026 von Shop ist nachgewiesen. Bitte sehen Sie ihn an und unterschreiben Sie.",
        ("Verfügbarkeit: 99,583 %", "verletzt"),
    )),
    ("credit_proposed", broken, "olaf", "en", Said(
        "Credit of Shop, June 2026: 150.00 EUR",
        "The promise for Shop was broken in June 2026: you can claim 150.00 EUR until July 30, 2026.",
        ("Amount: 150.00 EUR (15 %)", "5 % of the fee for every full 0.1 percentage points below the target."),
    )),
    ("credit_proposed", corrected, "mira", "en", Said(
        "Corrected credit of Shop, June 2026: 350.00 EUR",
        "The month June 2026 of Shop was corrected; its credit is 350.00 EUR now.",
        ("Amount: 350.00 EUR (35 %)",),
    )),
    ("credit_proposed", nothing_left, "mira", "en", Said(
        "Corrected credit of Shop, June 2026: 0.00 EUR",
        "The month June 2026 of Shop was corrected; its credit is 0.00 EUR now.",
        ("The promise is kept, so nothing is due.",),
    )),
    ("credit_proposed", broken, "mira", "de", Said(
        "Gutschrift für Shop, Juni 2026: 150,00 EUR",
        "Die Zusage für Shop wurde im Juni 2026 verletzt: Sie können 150,00 EUR bis 30. Juli 2026 beanspruchen.",
        ("Betrag: 150,00 EUR (15 %)", "Beanspruchen bis: 30. Juli 2026"),
    )),
    ("credit_reminder", reminded, "mira", "en", Said(
        "Claim until 07/30/2026: 150.00 EUR for Shop, June 2026",
        "The credit of 150.00 EUR for Shop in June 2026 can be claimed until July 30, 2026. After that it expires.",
        ("Claim by: July 30, 2026", "you own this product"),
    )),
    ("credit_claimed", claimed, "holger", "en", Said(
        "Please decide: credit of Shop, June 2026",
        "Mira Aydin claims 150.00 EUR for Shop in June 2026. Please grant it, or decline it and say why.",
        ("you lead the team of this product",),
    )),
    ("credit_decided", granted, "mira", "en", Said(
        "Granted: credit of Shop, June 2026", "Your claim of 150.00 EUR for Shop in June 2026 is granted.", (),
    )),
    ("credit_decided", declined, "mira", "en", Said(
        "Declined: credit of Shop, June 2026", "Your claim of 150.00 EUR for Shop in June 2026 is declined.",
        ("It was your own line.", "you claimed this credit"),
    )),
    ("credit_expired", expired, "olaf", "en", Said(
        "Expired: credit of Shop, June 2026",
        "Nobody claimed the credit of 150.00 EUR for Shop in June 2026 in time. It has expired.", (),
    )),
    ("credit_expired", expired, "mira", "de", Said(
        "Verfallen: Gutschrift für Shop, Juni 2026",
        "Die Gutschrift von 150,00 EUR für Shop im Juni 2026 hat niemand rechtzeitig beansprucht. Sie ist verfallen.",
        ("Produkt: Shop", "Monat: Juni 2026"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "deed", "reader", "language", "said"),
    LETTERS,
    ids=[f"{kind} {deed.__name__} {language}" for kind, deed, _, language, _ in LETTERS],
)
def test_what_a_letter_says(house: House, kind: str, deed: Deed, reader: str, language: str, said: Said) -> None:
    User.objects.filter(username=reader).update(language=language)
    deed(build_shop(house))

    notice = Notice.objects.filter(kind=kind, recipient__username=reader).order_by("-pk").select_related("recipient")[0]

    written = mail.words(notice, mail.Enclosure())
    text = written.text.replace("\u00a0", " ")
    assert (written.subject.replace("\u00a0", " "), text.splitlines()[0]) == (said.subject, said.ask)
    for words in said.facts:
        assert words in text, words
    assert said.ask in written.html.replace("\u00a0", " ").replace("&nbsp;", " ")


def test_a_letter_about_a_month_without_data_says_so(house: House) -> None:
    shop = build_shop(house)
    shop.product.data_gaps.create(
        started_at=datetime(2026, 5, 1, tzinfo=BERLIN), reason="Silence", recorded_at=FOURTH_OF_JULY
    )
    certificates.draw_up(shop.agreement, MID_JUNE.date(), by=house.jana, now=FOURTH_OF_JULY)

    written = mail.words(Notice.objects.filter(recipient=house.mira).select_related("recipient")[0], mail.Enclosure())

    assert "Availability: –" in written.text
    assert "Verdict: too little data" in written.text
