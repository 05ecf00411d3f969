"""A mail server for `make run` that delivers nothing: every mail is kept as a file, to be read on /engine/.

`python -m config.mailsink FOLDER PORT` listens on 127.0.0.1.
"""

import asyncio
import itertools
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Keeps what it is handed, named by the moment it came and with the envelope in front."""

    def __init__(self, folder: Path) -> None:
        """Keep mails in `folder`, which is made when it is missing."""
        self.folder = folder
        self.numbers = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Accept the mail once its file is whole."""
        content = envelope.original_content or b""
        sender, recipients = envelope.mail_from or "", ", ".join(envelope.rcpt_tos)
        # The envelope says who really got it; the header says only who was meant to.
        head = f"X-Envelope-From: <{sender}>\r\nX-Envelope-To: {recipients}\r\n".encode("utf-8", "surrogateescape")
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{next(self.numbers)}"
        # Renamed when it is whole, because a page may list the folder at any moment.
        draft = self.folder / f"{name}.part"
        draft.write_bytes(head + content)
        draft.rename(self.folder / f"{name}.eml")
        return "250 Kept"


async def serve(folder: Path, port: int) -> None:
    """Listen until the process is told to stop."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname="localhost"), host="127.0.0.1", port=port
    )
    async with server:
        await server.serve_forever()


def main(arguments: Sequence[str]) -> None:
    """The command line."""
    folder, port = arguments
    asyncio.run(serve(Path(folder), int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
