"""Mails are shown as they were sent, and can do nothing: the one exception from the portal's content policy."""

from django.http import HttpResponse

# Without allow-same-origin a mail has an origin of its own; without allow-scripts nothing in it runs.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
READABLE = ("text/html", "text/plain")


def sandboxed(content: bytes | str, kind: str) -> HttpResponse:
    """Foreign content at an address of its own; what is no text is offered as a file, never opened."""
    is_readable = kind in READABLE
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8" if is_readable else "application/octet-stream")
    if not is_readable:
        answer["Content-Disposition"] = 'attachment; filename="part"'
    answer["Content-Security-Policy"] = POLICY
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Cache-Control"] = "private, no-store"
    return answer
