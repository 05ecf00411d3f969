"""`migrate` as the owner of the tables: the application's role may not change them."""

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own command, on the owner's connection unless another is named."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Make the owner's connection the default."""
        super().add_arguments(parser)
        if "owner" in settings.DATABASES:
            parser.set_defaults(database="owner")
