"""One connection to the mail server for a whole round, and its answers as verdicts."""

import logging
import smtplib
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection

from slas.actions.delivery.outcomes import Outcome, Verdict

logger = logging.getLogger(__name__)

CLOSING = 421  # the server ends the connection with this reply
ACCEPTED = Outcome(Verdict.ACCEPTED, code=250, answer="accepted")


class Post:
    """The way to the mail server. Opened with the first letter; `is_open` is False once it cannot be reached at all."""

    def __init__(self) -> None:
        """Nothing is connected yet."""
        self.is_open = True
        self._connection = get_connection()

    def send(self, message: EmailMessage) -> Outcome:
        """Hand over one message; any failure is an outcome."""
        try:
            self._connection.open()
        except OSError as unreachable:  # smtplib's own exceptions are among them
            self.is_open = False
            self._hang_up()
            logger.warning("The mail server cannot be reached: %s", unreachable)
            return later(unreachable)
        try:
            was_sent = self._connection.send_messages([message])
        except smtplib.SMTPServerDisconnected as dropped:
            self._hang_up()
            return later(dropped)
        except smtplib.SMTPException as refusal:
            outcome = outcome_of(refusal)
            if outcome.code == CLOSING:
                self._hang_up()
            return outcome
        except OSError as broken:
            self._hang_up()
            return later(broken)
        except ValueError as unwritable:  # an address that no header can hold
            return Outcome(Verdict.REFUSED, answer=str(unwritable))
        return ACCEPTED if was_sent else Outcome(Verdict.REFUSED, answer="This person has no address.")

    def __enter__(self) -> Self:
        """Bind the post to the round."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the connection."""
        self._hang_up()

    def _hang_up(self) -> None:
        try:
            self._connection.close()
        except OSError as broken:
            logger.info("The connection to the mail server was gone already: %s", broken)
        # A half-open connection must not be used again.
        self._connection = get_connection()


def outcome_of(refusal: smtplib.SMTPException) -> Outcome:
    """A refusal of the recipient or of the message is final when it says 5xx; everything else may pass."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(refusal.recipients.values()))
        return _final_if_5xx(code, answer)
    if isinstance(refusal, smtplib.SMTPDataError):
        return _final_if_5xx(refusal.smtp_code, refusal.smtp_error)
    if isinstance(refusal, smtplib.SMTPNotSupportedError):
        return Outcome(Verdict.REFUSED, answer=str(refusal))
    if isinstance(refusal, smtplib.SMTPResponseException):
        return Outcome(Verdict.LATER, code=refusal.smtp_code, answer=_text(refusal.smtp_error))
    return later(refusal)


def later(fault: Exception) -> Outcome:
    """A fault without a reply: try again."""
    return Outcome(Verdict.LATER, answer=f"{type(fault).__name__}: {fault}")


def _final_if_5xx(code: int, answer: bytes | str) -> Outcome:
    verdict = Verdict.REFUSED if 500 <= code < 600 else Verdict.LATER
    return Outcome(verdict, code=code, answer=_text(answer))


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
