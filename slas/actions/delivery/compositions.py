"""A notice with what it encloses, in words."""

from django.core.mail import EmailMultiAlternatives

from slas import mail
from slas.models import Notice
from slas.queries import notices


def composed(notice: Notice) -> EmailMultiAlternatives:
    """The message as it would leave now; the pages of the engine show the same."""

    def enclose() -> mail.Enclosure:
        entries = notices.entries_of(notice) if notice.kind == "digest" else ()
        return mail.Enclosure(ledger=notices.ledger_of(notice), entries=entries)

    return mail.compose(notice, enclose)
