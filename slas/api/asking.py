"""Who asks."""

from rest_framework.request import Request

from slas.models import User


def person_of(request: Request) -> User:
    """The person behind a token or a session; every endpoint asks for one."""
    assert isinstance(request.user, User)
    return request.user
