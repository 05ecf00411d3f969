"""Letters about planned work: to whom, with which words, and when not."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from incidents.actions import maintenance
from slas import mail
from slas.clock import Span
from slas.models import Notice, User
from slas.models.parties import PlainNotice, Visibility
from tests.factories import House, ProductFactory, UserFactory
from tests.incidents.views.reading import HOSTILE
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, announced, promising, told


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def words(reader: User, *, language: str = "en") -> mail.Words:
    """The last letter to this person, in words."""
    User.objects.filter(pk=reader.pk).update(language=language)
    notice = Notice.objects.filter(recipient=reader).latest("pk")
    return mail.words(notice, mail.Enclosure())


def test_an_announcement_says_when_what_and_whether_it_shields(house: House) -> None:
    announced(promising(house), by=house.jana)

    letter = words(house.mira)

    assert letter.subject == "Maintenance Sat 22:00: Shop – New tills"
    assert letter.text.startswith(
        "Shop: maintenance from Sat 21 Nov 2026, 22:00 to Sun 22 Nov 2026, 01:00.\n\nNew tills\nReason: Version 7\n\n"
        "Shop: Announced 132 h before; the agreement asks for 48 h: the notice is kept."
        " It shields 3 h of agreed time if all of it is used.\n\nLook at the maintenance: http://testserver/maintenance/"
    )
    assert letter.html.count('class="button"') == 1


def test_a_late_announcement_says_by_how_much(house: House) -> None:
    announced(promising(house), by=house.jana, now=SATURDAY - 12 * HOUR)

    text = words(house.mira).text

    assert "Shop: Announced 12 h before; the agreement asks for 48 h: it does not shield." in text


def test_the_letter_in_german(house: House) -> None:
    announced(promising(house), by=house.jana, now=SATURDAY - 12 * HOUR)

    letter = words(house.mira, language="de")

    assert letter.subject == "Wartung Sa 22:00: Shop – New tills"
    assert "Shop: 12 h vorher angekündigt; die Vereinbarung verlangt 48 h: Sie schützt nicht." in letter.text


def test_each_product_has_its_sentence_and_each_person_one_letter(house: House) -> None:
    announced(promising(house), promising(house, "kiosk", maintenance="count_as_down"), house.product, by=house.jana)

    text = words(house.mira).text

    assert told() == [("announced", name) for name in ("mira", "olaf", "stella")]
    assert "Kasse: No availability is promised then: there is no notice to keep." in text
    assert "Kiosk: The agreement lets no maintenance shield: time down counts." in text
    assert text.startswith("Kasse, Kiosk, Shop: maintenance from")


@pytest.mark.parametrize(
    ("what", "subject", "sentence"),
    [
        ("moved", "Maintenance moved to 28 Nov 22:00: Shop – New tills", "Its notice starts again now"),
        ("cancelled", "Maintenance cancelled: Shop – New tills", "Why it was cancelled: Parts are late"),
        ("overrun", "Maintenance takes longer: Shop – New tills", "From then on it does not shield: time down counts."),
    ],
)
def test_what_becomes_of_a_window_is_told(house: House, what: str, subject: str, sentence: str) -> None:
    row, reason = announced(promising(house), by=house.jana), "Parts are late"
    if what == "moved":
        window = Span(SATURDAY + 7 * DAY, SATURDAY + 7 * DAY + HOUR)
        maintenance.move(row, by=house.jana, now=NOW, window=window, reason=reason)
    elif what == "cancelled":
        maintenance.cancel(row, by=house.jana, now=NOW, reason=reason)
    else:
        maintenance.begin(row, by=house.jana, now=SATURDAY)
        maintenance.tell_overruns(now=SATURDAY + DAY)

    letter = words(house.mira)

    assert letter.subject == subject
    assert sentence in letter.text
    assert sentence.partition(": ")[0] in letter.html


def test_a_move_says_what_was_before(house: House) -> None:
    row = announced(promising(house), by=house.jana)
    shorter = Span(SATURDAY, SATURDAY + HOUR)

    maintenance.move(row, by=house.jana, now=NOW, window=shorter, reason="Less to do")

    text = words(house.mira).text
    assert "Why it was moved: Less to do\nBefore: Sat 21 Nov 2026, 22:00 – Sun 22 Nov 2026, 01:00" in text
    assert "Its notice starts again" not in text


def test_an_emergency_says_that_it_counts(house: House) -> None:
    window = Span(NOW, NOW + HOUR)
    maintenance.emergency([promising(house)], by=house.jana, now=NOW, title="Disk full", reason="Logs", window=window)

    letter = words(house.mira)

    assert letter.subject == "Emergency maintenance 10:00: Shop – Disk full"
    assert "Shop: An emergency does not shield: time down counts." in letter.text


class TestReaders:
    """Who is written to."""

    def test_whoever_switched_it_off_gets_none_not_even_of_emergencies(self, house: House) -> None:
        house.mira.muted_notices = [PlainNotice.MAINTENANCE]
        house.mira.save()

        announced(house.product, by=house.jana)
        maintenance.emergency(
            [house.product], by=house.jana, now=NOW, title="x", reason="x", window=Span(NOW, NOW + HOUR)
        )

        assert {name for _what, name in told()} == {"olaf", "stella"}

    def test_restricted_products_are_named_only_to_their_own_people(self, house: House) -> None:
        hidden = ProductFactory(
            name="Secret", team=house.outsider.leads.get(), owner=house.rita, visible_to=Visibility.STAKEHOLDERS
        )
        announced(house.product, hidden, by=house.vera)

        named = {
            notice.recipient.username: [product["name"] for product in notice.context["products"]]
            for notice in Notice.objects.select_related("recipient")
        }
        assert named == {"mira": ["Kasse"], "olaf": ["Kasse"], "stella": ["Kasse"], "rita": ["Kasse", "Secret"]}

    def test_a_deputy_who_does_not_see_the_product_gets_no_letter(self, house: House) -> None:
        hidden = ProductFactory(owner=house.mira, team=house.team, visible_to=Visibility.STAKEHOLDERS)
        User.objects.filter(pk=house.mira.pk).update(absent_from_on=date(2026, 11, 1), deputy=UserFactory())

        announced(hidden, by=house.jana)

        assert told() == []

    def test_a_deputy_reads_in_place_of_the_absent(self, house: House) -> None:
        User.objects.filter(pk=house.mira.pk).update(absent_from_on=date(2026, 11, 1), deputy=house.rita)

        announced(house.product, by=house.jana)

        assert ("announced", "rita") in told()
        assert "You stand in for Mira Aydin." in words(house.rita).text

    def test_who_has_left_gets_none(self, house: House) -> None:
        User.objects.filter(pk=house.stella.pk).update(is_active=False)

        announced(house.product, by=house.jana)

        assert [name for _what, name in told()] == ["mira", "olaf"]


def test_whatever_was_written_reaches_its_readers(house: House) -> None:
    for text in HOSTILE:
        announced(house.product, by=house.jana, title=text[:200])

        message = mail.compose(Notice.objects.filter(recipient=house.mira).latest("pk"))

        assert (message.to, message.bcc, "\n" in str(message.subject)) == (["mira@example.test"], [], False)
        assert "This letter could not be written as usual" not in str(message.body)
        assert "<script" not in str(message.alternatives[0][0])
