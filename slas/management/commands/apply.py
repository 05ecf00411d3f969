"""`manage.py apply FILE`: create or update what an agreement file says."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.utils import timezone

from slas.importers.applying import BadFile, apply


class Rejected(SystemCheckError):  # noqa: N818 - it reads as a fact, not as a fault
    """Django prints this kind of error without a prefix, so that an editor finds `file:line:` at its start."""


class Command(BaseCommand):
    """Apply an agreement file in one transaction; running it twice changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: object) -> None:
        """Read, apply, and say what was done; exit code 1 and nothing changed when the file is wrong."""
        try:
            content = file.read_bytes()
        except OSError as wrong:
            raise CommandError(f"{file} cannot be read: {wrong.strerror}.") from None
        try:
            outcome = apply(content, now=timezone.now())
        except BadFile as wrong:
            lines = [f"{file}:{problem.line}: {problem.sentence}" for problem in wrong.problems]
            raise Rejected("\n".join(lines)) from None
        for line in outcome.lines:
            self.stdout.write(line)
        for warning in outcome.warnings:
            self.stderr.write(f"Warning: {warning}")
        self.stdout.write(outcome.summary())
