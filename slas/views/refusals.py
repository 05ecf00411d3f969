"""The one place where pages catch a refusal: it becomes a message on the same page, and nothing typed is lost.

    form = PauseForm(entered(request))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            tickets.pause(ticket, by=user, now=now, **form.cleaned_data)
            return redirect(ticket_page)
    return render(request, "incidents/ticket.html", {"form": form}, status=status_of(form))

A step without fields uses `forms.Form(request.POST)`. PermissionDenied is left to Django: 403.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm

from slas.errors import Refused

OK, MALFORMED, NOT_NOW = 200, 400, 409


@contextmanager
def refusals(form: BaseForm) -> Iterator[None]:
    """Turn a refusal inside the block into an error of the form; the block ends there."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, ValidationError(str(refusal), code="refused"))


def status_of(form: BaseForm) -> int:
    """How to answer with this form: 409 when it was refused, 400 when it was malformed, else 200."""
    if not form.is_bound or not form.errors:
        return OK
    # Refused by the agreement or the state, not by what was typed: another moment may do.
    return NOT_NOW if form.has_error(NON_FIELD_ERRORS, code="refused") else MALFORMED
