"""Bodies as they come in: whatever cannot be read or kept is a 4xx, never a 500."""

import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import JSONParser

# PostgreSQL keeps no NUL, and half of a surrogate pair cannot be written back as UTF-8.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
DEEPEST = 32  # no body of ours is nested more than three levels


class TooLarge(APIException):
    """More than this portal reads at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body is too large.")


class StrictJSONParser(JSONParser):
    """JSON of a decent size and depth, and without characters that nobody can keep."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:  # Any: the shapes are the base class's
        """The body as plain values; ParseError or ValidationError otherwise."""
        request = (parser_context or {})["request"]
        # Asked before reading: whoever sends a gigabyte must not fill the memory first.
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise _too_deep() from None
        fields = body.items() if isinstance(body, dict) else [("non_field_errors", body)]
        for name, value in fields:
            if not _is_keepable(name):
                raise ParseError(_("The name of a field has characters that cannot be kept."))
            if not _is_keepable(value):
                raise ValidationError(
                    {name: [_("Remove the characters that cannot be kept: NUL or half a character.")]}
                )
        return body


def _is_keepable(value: object) -> bool:
    level = [value]
    # Level by level instead of recursion: what is too deep is refused before anything recursive sees it.
    for _depth in range(DEEPEST):
        if any(isinstance(one, str) and UNKEEPABLE.search(one) for one in level):
            return False
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return True
    raise _too_deep()


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _too_deep() -> ParseError:
    return ParseError(_("The body is nested too deeply."))
