"""What is done around every page: it is shown in its reader's language and zone, and logged by its name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    """django-structlog's log of requests, by the name of the page: addresses hold tokens and what people search for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """“GET incidents:ticket”; “GET -” before the page is known, and for an address that means nothing."""
        # Not resolved here: to look an address up costs as much as a small query.
        return f"{request.method} {request.resolver_match.view_name if request.resolver_match else '-'}"


class PersonalMiddleware:
    """Activates the signed-in person's language and zone; others keep the browser's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the person's language and zone."""
        user = request.user
        # LocaleMiddleware has looked at the browser by now; a stranger has nothing better to offer.
        if not user.is_authenticated:
            return self.get_response(request)
        # override, not activate: the thread serves somebody else next.
        with translation.override(user.language or translation.get_language()), timezone.override(user.tzinfo):
            response = self.get_response(request)
            # A page that shows a letter in its reader's language has said so itself.
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response
