"""Form fields for things people write as text: hours, dates, lists, lengths of time."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from slas.queries.durations import read_duration, write_duration


class Lines(forms.CharField):
    """A list of texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """A stored list as lines; what was typed stays as it is."""
        return "\n".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: object) -> tuple[str, ...]:  # type: ignore[override]  # a list of texts, not one
        """The lines that say something."""
        return tuple(line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip())


class Pairs(forms.CharField):
    """Words with their meaning, one per line: “Response: the first public answer”."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """A stored mapping as lines; what was typed stays as it is."""
        if isinstance(value, Mapping):
            return "\n".join(f"{word}: {meaning}" for word, meaning in value.items())
        return value

    def to_python(self, value: object) -> dict[str, str]:  # type: ignore[override]  # pairs, not one text
        """Word → meaning; a line without a colon, or a word said twice, is an error."""
        pairs: dict[str, str] = {}
        for line in Lines().to_python(value):
            word, colon, meaning = (part.strip() for part in line.partition(":"))
            if not (word and colon and meaning):
                raise ValidationError(_("“%(line)s” needs a word, a colon and what it means.") % {"line": line})
            if word in pairs:
                raise ValidationError(_("“%(word)s” stands here twice.") % {"word": word})
            pairs[word] = meaning
        return pairs


class Length(forms.CharField):
    """A length of time as in an agreement file: 90s, 30m, 1h, 1h30m; signed where the field allows it."""

    def __init__(self, *, is_signed: bool = False, **kwargs: object) -> None:
        """Remember whether a sign may stand before it."""
        self.is_signed = is_signed
        super().__init__(max_length=20, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    def prepare_value(self, value: object) -> object:
        """A stored length in the same way of writing."""
        if not isinstance(value, timedelta):
            return value
        written = write_duration(value)
        return f"+{written}" if self.is_signed and value >= timedelta(0) else written

    def to_python(self, value: object) -> timedelta | None:  # type: ignore[override]  # a length, not a text
        """The length; nothing where nothing was written."""
        text = (super().to_python(value) or "").replace(" ", "").lower()
        if not text:
            return None
        sign = text[0] if self.is_signed and text[0] in "+-−" else ""
        try:
            length = read_duration(text.removeprefix(sign))
        except ValueError:
            raise ValidationError(_("Write a length of time like 90s, 30m, 1h or 1h30m.")) from None
        return -length if sign in {"-", "−"} else length


class Hours(forms.CharField):
    """The opening hours of one day: “08:00-12:00, 13:00-17:00”; empty means closed."""

    def prepare_value(self, value: object) -> object:
        """Stored intervals in one line."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: object) -> tuple[str, ...]:  # type: ignore[override]  # intervals, not one text
        """The intervals as written; the calendar itself judges them."""
        return intervals(super().to_python(value) or "")


class Days(forms.CharField):
    """Dates, one per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """Stored dates as lines."""
        return "\n".join(day.isoformat() for day in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: object) -> tuple[date, ...]:  # type: ignore[override]  # dates, not one text
        """The dates in order."""
        return tuple(sorted(_day(line) for line in Lines().to_python(value)))


class SpecialDays(forms.CharField):
    """Days with hours of their own, one per line: “2026-12-31: 08:00-12:00”; nothing after the colon means closed."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """Stored days as lines."""
        if isinstance(value, Mapping):
            return "\n".join(f"{day.isoformat()}: {', '.join(hours)}".rstrip() for day, hours in value.items())
        return value

    def to_python(self, value: object) -> dict[date, tuple[str, ...]]:  # type: ignore[override]  # days with hours
        """Day → intervals."""
        days: dict[date, tuple[str, ...]] = {}
        for line in Lines().to_python(value):
            said, colon, hours = line.partition(":")
            if not colon:
                raise ValidationError(_("“%(line)s” needs a colon between the day and its hours.") % {"line": line})
            day = _day(said.strip())
            if day in days:
                raise ValidationError(_("%(day)s stands here twice.") % {"day": day.isoformat()})
            days[day] = intervals(hours)
        return days


def intervals(text: str) -> tuple[str, ...]:
    """The intervals in a line, whatever dash and spaces were used."""
    parts: Iterable[str] = text.replace("–", "-").replace(";", ",").split(",")
    return tuple("".join(part.split()) for part in parts if part.strip())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no date. Write it like 2026-12-24.") % {"text": text}) from None
