"""How the API describes itself: every operation also says how it refuses."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction
from rest_framework import serializers


class Problem(serializers.Serializer[Any]):
    """Why not: `detail` as one sentence, or for a 400 the fields with their sentences."""

    detail = serializers.CharField(required=False)


class Described(AutoSchema):
    """What an operation answers, and what it answers when it cannot."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:  # Any: JSON
        found: dict[str, Any] = super()._get_response_bodies(direction)
        for code in self._refusals():
            refusal = self._get_response_for_code(Problem, str(code), direction=direction)  # type: ignore[no-untyped-call]  # theirs
            found.setdefault(str(code), refusal)
        return found

    def _refusals(self) -> list[int]:
        writes = self.method not in ("GET", "HEAD")
        # A list has no 404 of its own but a page too far has.
        codes = [400, 401, 403, 404]
        if writes or self._asks_the_clock():
            codes.append(409)
        return [*codes, 413, 415] if writes else codes

    def _asks_the_clock(self) -> bool:
        return getattr(self.view, "action", "") in ("what_if", "terms")
