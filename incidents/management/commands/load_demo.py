"""`manage.py load_demo`: a house full of people, promises and tickets, to look at and to try."""

from argparse import ArgumentParser
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.importers.demo import house, loading


class Options(TypedDict):
    """The command line."""

    if_empty: bool
    logins: str | None


class Command(BaseCommand):
    """Load the demonstration once; where it is already, only its logins are printed."""

    help = "Loads generated demonstration data, dated relative to today, into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing, and say so, where there are others")
        parser.add_argument("--logins", help="also write the logins to this file")

    def handle(self, *_args: object, **options: Unpack[Options]) -> None:
        """Load, and say who may sign in."""
        # `make run` calls this on every start, also on top of real data that somebody has put there.
        if not (loading.is_loaded() or loading.is_empty()):
            sentence = _("This database holds other data; the demonstration needs an empty one.")
            if not options["if_empty"]:
                raise CommandError(sentence)
            self.stdout.write(sentence)
            return
        if not loading.is_loaded():
            # The clock is read twice: loading takes a while, and the last tickets must be minutes old when it ends.
            loading.load(timezone.now())
            loading.stir(timezone.now())
        text = "\n".join(house.logins())
        if options["logins"]:
            Path(options["logins"]).write_text(f"{text}\n", encoding="utf-8")
        self.stdout.write(text)
