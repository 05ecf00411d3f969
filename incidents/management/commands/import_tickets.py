"""`manage.py import_tickets FILE --format servicenow --product SLUG --zone ZONE`: the history of another system."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from incidents.importers.servicenow import instant
from incidents.importers.tickets import import_servicenow
from slas.clock.opening import read_zone
from slas.errors import Refused
from slas.models import Product

Item = TypeVar("Item")


class Options(TypedDict):
    """The command line."""

    file: Path | str
    product: str
    zone: str
    report: Path | str | None
    as_of: str | None


class Command(BaseCommand):
    """Import tickets once; a second run adds nothing."""

    help = "Imports the ticket history of another system as history tickets of one product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("file", type=Path, help="the export, plain or .gz")
        parser.add_argument("--format", choices=["servicenow"], required=True)
        parser.add_argument("--product", required=True, help="the product's short name")
        parser.add_argument("--zone", required=True, help="the time zone of the dates, such as Europe/Berlin")
        parser.add_argument("--report", type=Path, help="write the figures to this file, as JSON")
        parser.add_argument("--as-of", help="when running timers are judged; default: the latest update in the file")

    def handle(self, *_args: object, **options: Unpack[Options]) -> None:
        """Import, write the report, print a summary."""
        zone = _zone(options["zone"])
        path = Path(options["report"]) if options["report"] else None
        # Before the import: nobody wants to learn after an hour that the report has no place.
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            raise CommandError(_("The report cannot be written to %(path)s.") % {"path": path})
        try:
            report = import_servicenow(
                Path(options["file"]),
                product=_product(options["product"]),
                zone=zone,
                now=timezone.now(),
                as_of=_as_of(options["as_of"], zone),
                watch=_bar,
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if path is not None:
            path.write_text(json.dumps(report.facts(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for sentence in report.sentences():
            self.stdout.write(sentence)


def _bar(items: Iterable[Item], *, label: str, total: int | None = None) -> Iterable[Item]:
    # disable=None: a bar on a terminal, silence in a log file.
    bar: Iterable[Item] = tqdm(items, desc=label, total=total, file=sys.stderr, disable=None)
    return bar


def _product(slug: str) -> Product:
    # No visibility here: who may run commands on the machine may read the whole database.
    found = Product.objects.select_related("team").filter(slug=slug).first()
    if found is None:
        raise CommandError(_("There is no product “%(slug)s”.") % {"slug": slug})
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return read_zone(name)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _as_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        return instant(text, zone=zone)
    except ValueError as error:
        raise CommandError(_("“%(text)s” is no date and time, such as 2016-12-31T12:00.") % {"text": text}) from error
