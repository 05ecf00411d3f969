"""A real SMTP server for tests: it keeps what it accepted, and answers as badly as a test asks it to."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.sockets import free_port

OK = "250 OK"
DROP = "drop"  # take the message, then cut the connection instead of answering


@dataclass(frozen=True)
class Received:
    """A message that the server took, and when by its own clock."""

    to: str
    message: EmailMessage
    at: float

    @property
    def message_id(self) -> str:
        """What makes a repeat recognisable."""
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        """The subject as a reader sees it."""
        return str(self.message["Subject"])


@dataclass
class PostOffice:
    """The server; `rcpt` and `data` hold what it answers to an address or to the next messages instead of 250."""

    port: int = field(default_factory=free_port)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    seconds: float = 0.0  # how long each message takes
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    _controller: Controller | None = None

    def start(self) -> None:
        """Listen on the port."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # every line of the dialogue otherwise
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Go away, as a server does that is down."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def subjects(self) -> list[str]:
        """What arrived, in order."""
        return [one.subject for one in self.received]

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        return Counter(one.message_id for one in self.received)

    def of(self, address: str) -> list[Received]:
        """What one person got."""
        return [one for one in self.received if one.to == address]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the connections."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse whom the test wants refused."""
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message, unless an answer is prepared for it."""
        answer = self.data.pop(0) if self.data else OK
        time.sleep(self.seconds)
        if answer in (OK, DROP):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.received += [Received(to, message, time.time()) for to in envelope.rcpt_tos]
        if answer == DROP:
            assert server.transport is not None
            server.transport.abort()
        return answer

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop."""
        self.stop()


def wait_for(is_true: Callable[[], bool], *, seconds: float = 30.0) -> bool:
    """Whether it becomes true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_true():
            return True
        time.sleep(0.05)
    return is_true()
