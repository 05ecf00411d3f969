"""`manage.py create_token USERNAME`: print a new API token of a person."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from slas.models import User


class Command(BaseCommand):
    """Print a new API token; it is shown once and cannot be read again."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose token."""
        parser.add_argument("username")

    def handle(self, *, username: str, **options: object) -> None:
        """Print the token alone, so that a script can take it."""
        # A closed account gets no key to the house.
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody active is known as “{username}”.")
        _row, token = AuthToken.objects.create(user=person)
        self.stdout.write(token)
