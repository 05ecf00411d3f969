"""`create_token` prints a token that signs its person in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from tests.factories import House, UserFactory


def test_the_token_alone_is_printed_and_belongs_to_the_person(house: House) -> None:
    said = StringIO()

    call_command("create_token", "ida", stdout=said)

    token = said.getvalue().removesuffix("\n")
    assert token.isalnum()
    person, _row = TokenAuthentication().authenticate_credentials(token.encode())
    assert person == house.ida
    with pytest.raises(AuthenticationFailed):
        TokenAuthentication().authenticate_credentials(b"wrong")


@pytest.mark.parametrize("username", ["nobody", "gone"])
def test_nobody_gets_a_token_without_an_active_account(db: None, username: str) -> None:
    UserFactory(username="gone", is_active=False)

    with pytest.raises(CommandError, match=f"Nobody active is known as “{username}”"):
        call_command("create_token", username)

    assert not AuthToken.objects.exists()
