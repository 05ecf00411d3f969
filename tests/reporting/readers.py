"""A signed-in person who opens pages."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slas.models import User


class Reader:
    """Opens pages as one person."""

    def __init__(self, person: User) -> None:
        """Sign in."""
        self.client = Client()
        self.client.force_login(person)

    def page(self, path: str, status: int = 200, **headers: str) -> str:
        """The text of a page, its white space as a browser shows it."""
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == status
        return " ".join(answer.content.decode().replace("\u00a0", " ").split())

    def file(self, path: str) -> list[str]:
        """The lines of a CSV file."""
        return b"".join(self.client.get(path)).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]  # streamed

    def queries(self, path: str) -> int:
        """How many queries the page takes, once everything that may be remembered is."""
        self.client.get(path)
        with CaptureQueriesContext(connection) as asked:
            self.client.get(path)
        return len(asked)
