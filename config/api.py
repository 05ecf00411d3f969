"""The JSON API: its router and the one place that turns errors into answers."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelError
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import APIView, exception_handler

from slas.api.parsers import TooLarge
from slas.errors import Refused


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:  # Any: REST framework's own type
    """403 for what is forbidden, 409 for what is not possible now, 400 beside the field for what is malformed."""
    if isinstance(error, Refused):
        return Response({"detail": str(error)}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, PermissionDenied) and str(error):
        error = exceptions.PermissionDenied(str(error))
    # Whatever read the body first, the limit is the same.
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, ModelError):
        error = exceptions.ValidationError(as_serializer_error(error))
    return exception_handler(error, context)


class Nowhere(APIView):
    """An address below the API that means nothing: a 404 as JSON, like every other answer here."""

    schema = None  # no part of the description

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Whoever is signed in learns that there is nothing, by whatever method they ask."""
        super().initial(request, *args, **kwargs)
        raise exceptions.NotFound
