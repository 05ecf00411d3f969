"""Who may open a page at all; the actions ask again before they change anything."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from slas import rules
from slas.models import User

View = Callable[..., HttpResponseBase]


def person_of(request: HttpRequest) -> User:
    """The person who is signed in; only for views behind `login_required`."""
    assert isinstance(request.user, User)
    return request.user


def entered(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form; None when the page is only looked at. An empty form was sent as well."""
    return request.POST if request.method == "POST" else None


def only(may: Callable[[User], bool]) -> Callable[[View], View]:
    """A page for those who may; the others get a 403 that says so."""

    def decorated(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not may(person_of(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorated


# Lists of people are for those who look after agreements, and for auditors.
for_readers = only(rules.may_read_everything)
for_editors = only(rules.may_edit)
