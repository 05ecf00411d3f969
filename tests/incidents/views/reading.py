"""Pages as tests read them: signed in, as one line of words, with the questions they ask of the database."""

import csv
import io
import json
import re
from pathlib import Path

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slas.models import User

_LINES = Path("tests/cases/hostile_inputs.jsonl").read_text(encoding="utf-8").splitlines()
_VALUES = {str(case["value"]) for case in map(json.loads, _LINES) if isinstance(case["value"], str)}
# Half a character and a zero byte cannot be stored at all; the forms refuse them.
HOSTILE = sorted(
    value for value in _VALUES if value.strip() and len(value) <= 300 and not re.search("[\x00\ud800-\udfff]", value)
)


def signed_in(person: User) -> Client:
    """A browser of this person's own."""
    client = Client()
    client.force_login(person)
    return client


def words(client: Client, address: str, status: int = 200) -> str:
    """The page on one line, without its tags."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:300]
    return plain(answer.content.decode())


def text(answer: HttpResponse) -> str:
    """An answer of whatever status on one line, without its tags."""
    return plain(answer.content.decode())


def plain(page: str) -> str:
    """A page as somebody reads it; what is in a tag is gone."""
    body = page.partition("<main")[2] or page
    return " ".join(re.sub(r"<[^>]*>", " ", body).replace("\xa0", " ").split())


def table(client: Client, address: str) -> list[list[str]]:
    """A list as its file says it."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def questions(client: Client, address: str) -> int:
    """How many queries a page needs."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
