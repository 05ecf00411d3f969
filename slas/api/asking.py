"""Who asks, and in whose language and zone they are answered."""

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from slas.models import User


def person_of(request: Request) -> User:
    """The person behind a token or a session; every endpoint asks for one."""
    assert isinstance(request.user, User)
    return request.user


class Personal(APIView):
    """Answers in the person's language and zone, as the pages do: behind a token no middleware knows who asks."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Whatever `initial` chooses ends with the request."""
        with translation.override(translation.get_language()), timezone.override(timezone.get_current_timezone()):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """From here on every sentence is the reader's."""
        super().initial(request, *args, **kwargs)
        person = person_of(request)
        # Only here is the token's person known; `dispatch` puts back what was before.
        translation.activate(person.language)
        timezone.activate(person.tzinfo)

    def finalize_response(self, request: Request, response: Response, *args: object, **kwargs: object) -> Response:
        """Say in which language the sentences are."""
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        return answer
