"""One log in every shape a file may have, in every order, and what stands in the way of reading one."""

import gzip
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from incidents.importers.report import Report
from incidents.importers.tickets import BATCH, import_servicenow
from incidents.models import Event, Pause, Ticket, Timer
from slas.errors import Refused
from slas.models import Product
from tests.factories import AgreementFactory, House, RevisionFactory, fill, publish
from tests.incidents.event_log import log, states

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Item = TypeVar("Item")
FIRST = states("INC1", ("1/3/2016 09:00", "New"), ("1/3/2016 10:00", "Active"), ("2/3/2016 09:00", "Closed"))
SECOND = states(
    "INC2",
    ("1/3/2016 09:00", "New"),
    ("1/3/2016 09:30", "Awaiting Vendor"),
    priority="1 - Critical",
    category="Netz, WLAN",
)
TEXT = log(*FIRST, *SECOND)


@pytest.fixture
def product(house: House) -> Product:
    """A product with the example's promise since 2015."""
    found = Product.objects.create(slug="altsystem", name="Altsystem", team=house.team, owner=house.mira)
    revision = RevisionFactory(
        agreement=AgreementFactory(product=found, slug="alt"), in_force_from=datetime(2014, 12, 31, 23, tzinfo=UTC)
    )
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)
    return found


def run(
    path: Path, product: Product, content: bytes, *, zone: ZoneInfo = BERLIN, as_of: datetime | None = None
) -> Report:
    path.write_bytes(content)
    return import_servicenow(path, product=product, zone=zone, now=NOW, as_of=as_of)


def tickets(product: Product) -> list[tuple[object, ...]]:
    """What every shape of the file must lead to."""
    found = Ticket.objects.filter(product=product).order_by("external_reference")
    return list(
        found.values_list(
            "external_reference", "title", "status", "priority", "opened_at", "resolved_at", "waiting_reason"
        )
    )


OPENED = datetime(2016, 3, 1, 8, tzinfo=UTC)
EXPECTED = [
    ("INC1", "Category 1 – Subcategory 2", "closed", "P3", OPENED, OPENED + timedelta(days=1), ""),
    ("INC2", "Netz, WLAN – Subcategory 2", "waiting", "P1", OPENED, None, "supplier"),
]
SHAPES: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "compressed": lambda text: gzip.compress(text.encode()),
    "with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "compressed with a byte order mark": lambda text: gzip.compress(text.encode("utf-8-sig")),
    "lines of Windows": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    "lines of Unix": lambda text: text.replace("\r\n", "\n").encode(),
    "without a last line end": lambda text: text.rstrip("\r\n").encode(),
    "in two compressed parts": lambda text: gzip.compress(text[:90].encode()) + gzip.compress(text[90:].encode()),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_the_file_is_the_same_log(product: Product, tmp_path: Path, shape: str) -> None:
    report = run(tmp_path / "export", product, SHAPES[shape](TEXT))

    assert tickets(product) == EXPECTED
    assert (report.incidents, report.events, report.new, list(report.skipped)) == (2, 5, 2, [])


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_rows_does_not_matter(product: Product, tmp_path: Path, seed: int) -> None:
    rows = [*FIRST, *SECOND]
    random.Random(seed).shuffle(rows)

    run(tmp_path / "export", product, log(*rows).encode())

    assert tickets(product) == EXPECTED


@pytest.mark.parametrize(
    "form", ["{d}/{m}/2016 {t}", "{d:02}-{m:02}-2016 {t}", "2016-{m:02}-{d:02} {t}", "2016-{m:02}-{d:02}T{t}:00"]
)
def test_every_writing_of_the_dates_is_the_same_log(product: Product, tmp_path: Path, form: str) -> None:
    def written(text: str) -> str:
        day, _, rest = text.partition("/")
        month, _, rest = rest.partition("/")
        return form.format(d=int(day), m=int(month), t=rest.split(" ")[1])

    rows = [
        {**row, "sys_updated_at": written(row["sys_updated_at"]), "opened_at": written("1/3/2016 09:00")}
        for row in (*FIRST, *SECOND)
    ]

    run(tmp_path / "export", product, log(*rows).encode())

    assert tickets(product) == EXPECTED


@pytest.mark.parametrize(("zone", "hours"), [("Europe/London", 1), ("America/New_York", 6), ("Asia/Kolkata", -4.5)])
def test_the_dates_are_those_of_the_zone_that_was_named(
    product: Product, tmp_path: Path, zone: str, hours: float
) -> None:
    run(tmp_path / "export", product, TEXT.encode(), zone=ZoneInfo(zone))

    assert (
        list(Ticket.objects.filter(product=product).values_list("opened_at", flat=True))
        == [OPENED + timedelta(hours=hours)] * 2
    )


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("27/3/2016 02:30", datetime(2016, 3, 27, 1, 30, tzinfo=UTC)),  # does not exist: forward by the gap
        ("30/10/2016 02:30", datetime(2016, 10, 30, 0, 30, tzinfo=UTC)),  # exists twice: the first
    ],
)
def test_openings_in_the_night_of_a_clock_change(product: Product, tmp_path: Path, local: str, utc: datetime) -> None:
    run(tmp_path / "export", product, log({"opened_at": local, "sys_updated_at": local}).encode())

    assert Ticket.objects.get(product=product).opened_at == utc
    assert Event.objects.get(ticket__product=product).at == utc


def test_without_an_as_of_the_latest_row_decides_even_a_bad_one(product: Product, tmp_path: Path) -> None:
    late = {"number": "INC9", "incident_state": "-100", "sys_updated_at": "5/3/2016 12:00"}

    report = run(tmp_path / "export", product, log(*FIRST, late).encode())

    assert report.as_of == datetime(2016, 3, 5, 11, tzinfo=UTC)
    assert [(row.line, row.reason) for row in report.skipped] == [(5, "The state “-100” is unknown.")]


@pytest.mark.parametrize("days", [-30, 0, 30])
def test_as_of_judges_without_moving_anything(product: Product, tmp_path: Path, days: int) -> None:
    as_of = OPENED + timedelta(days=days, hours=2)

    report = run(tmp_path / "export", product, TEXT.encode(), as_of=as_of)

    assert report.as_of == as_of
    assert tickets(product) == EXPECTED
    assert set(Timer.objects.filter(ticket__product=product).values_list("reckoned_at", flat=True)) == {as_of}


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(TEXT.encode())[:-12],
        b"\x1f\x8b\x08\x00nonsense",
        b"\x1f\x8b",
        b"PK\x03\x04 a workbook",
        b"\x00\x01\x02\xff\xfe",
        b"<!DOCTYPE html>\n<p>Sign in</p>\n",
    ],
    ids=["cut off", "broken", "two bytes", "workbook", "bytes", "page"],
)
def test_what_is_no_log_is_refused_before_anything_is_written(product: Product, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        run(tmp_path / "export", product, content)

    assert str(refusal.value).endswith(".")
    assert (Ticket.objects.count(), Event.objects.count(), Pause.objects.count()) == (0, 0, 0)


def test_letters_of_another_alphabet_do_not_stop_the_file(product: Product, tmp_path: Path) -> None:
    run(tmp_path / "export", product, log({"category": "Drucker küche"}).encode("latin-1"))

    assert Ticket.objects.get(product=product).title == "Drucker k\ufffdche – Subcategory 2"


def test_the_watch_sees_every_row_and_every_batch(product: Product, tmp_path: Path) -> None:
    seen: list[tuple[str, int | None, int]] = []

    def watch(items: Iterable[Item], *, label: str, total: int | None = None) -> Iterator[Item]:
        count = 0
        for item in items:
            count += 1
            yield item
        seen.append((label, total, count))

    path = tmp_path / "export"
    path.write_bytes(log(*({"number": f"INC{count:04}"} for count in range(BATCH + 1))).encode())
    import_servicenow(path, product=product, zone=BERLIN, now=NOW, watch=watch)

    assert seen == [("Reading", None, BATCH + 1), ("Writing", 2, 2)]


def test_nothing_is_left_of_the_staging(product: Product, tmp_path: Path) -> None:
    run(tmp_path / "export", product, TEXT.encode())

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.staged')")
        assert cursor.fetchone() == (None,)


def test_a_file_that_grew_adds_only_what_is_new(product: Product, tmp_path: Path) -> None:
    first = run(tmp_path / "export", product, log(*FIRST).encode())
    second = run(tmp_path / "export", product, TEXT.encode())

    assert (first.new, second.new, second.incidents) == (1, 1, 2)
    assert tickets(product) == EXPECTED


def test_the_same_numbers_of_two_products_are_two_tickets(product: Product, house: House, tmp_path: Path) -> None:
    other = Product.objects.create(slug="zweitsystem", name="Zweitsystem", team=house.team, owner=house.mira)
    revision = RevisionFactory(
        agreement=AgreementFactory(product=other, slug="zwei"), in_force_from=datetime(2014, 12, 31, 23, tzinfo=UTC)
    )
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)

    reports = [run(tmp_path / "export", one, TEXT.encode()) for one in (product, other)]

    assert [report.new for report in reports] == [2, 2]
    assert tickets(product) == tickets(other) == EXPECTED
