"""People who call the API with a token of their own."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from knox.models import AuthToken

from slas.models import User

API = "/api/v1"
Answer = tuple[int, Any]  # the status, and the body as plain values


class Caller:
    """One person at the API."""

    def __init__(self, person: User) -> None:
        """A new token, as `manage.py create_token` makes it."""
        self.person = person
        _, token = AuthToken.objects.create(user=person)
        # A mistake of ours shall be seen as the 500 it is.
        self.client = Client(headers={"Authorization": f"Token {token}"}, raise_request_exception=False)

    def get(self, path: str, **asked: str | list[str]) -> Answer:
        """Read."""
        return self._answer(self.client.get(f"{API}{path}", asked))

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        """Create or act; without a body an empty one."""
        return self._send("POST", path, body, headers)

    def patch(self, path: str, body: object) -> Answer:
        """Change."""
        return self._send("PATCH", path, body, {})

    def _send(self, method: str, path: str, body: object, headers: dict[str, str]) -> Answer:
        written = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        return self._answer(
            self.client.generic(method, f"{API}{path}", written, content_type="application/json", headers=headers)
        )

    @staticmethod
    def _answer(response: HttpResponse) -> Answer:
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.status_code, json.loads(response.content) if is_json else response.content.decode()
