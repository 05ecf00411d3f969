"""Saving a row with its checks: what the models refuse becomes a sentence for the person."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from slas.errors import Refused


def save(row: models.Model) -> None:
    """Check and save; Refused with one sentence per field that is wrong, or when somebody else was faster."""
    check(row)
    # A savepoint: after an error PostgreSQL would refuse the rest of the transaction.
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as wrong:
        raise Refused(
            _("Somebody else changed the same just now. Load the page again and repeat your change.")
        ) from wrong


def check(row: models.Model) -> None:
    """Refused when a field or a constraint of the row does not hold."""
    try:
        row.full_clean()
    except ValidationError as wrong:
        raise Refused(" ".join(_sentences(row, wrong))) from wrong


def _sentences(row: models.Model, wrong: ValidationError) -> list[str]:
    said = []
    for name, messages in wrong.message_dict.items():
        label = "" if name == NON_FIELD_ERRORS else f"{_label(row, name)}: "
        said += [f"{label}{message}" for message in messages]
    # A field that checks twice says the same twice.
    return list(dict.fromkeys(said))


def _label(row: models.Model, name: str) -> str:
    found = row._meta.get_field(name)
    return str(found.verbose_name) if isinstance(found, models.Field) else name
