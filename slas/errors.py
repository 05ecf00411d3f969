"""The one way a business rule says no."""


class Refused(Exception):  # noqa: N818 - it reads as a fact, not as a fault
    """A business refusal; its text is one sentence for the person who asked."""
