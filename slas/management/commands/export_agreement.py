"""`manage.py export_agreement SLUG`: print an agreement as a file that `apply` reads."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from slas.exports.agreement_file import text
from slas.models import Agreement


class Command(BaseCommand):
    """Print an agreement with its calendars, people, team and product."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The agreement's short name."""
        parser.add_argument("slug")

    def handle(self, *, slug: str, **options: object) -> None:
        """Print, or say that there is no such agreement."""
        agreement = Agreement.objects.filter(slug=slug).first()
        if agreement is None:
            raise CommandError(f"There is no agreement named “{slug}”.")
        self.stdout.write(text(agreement), ending="")
