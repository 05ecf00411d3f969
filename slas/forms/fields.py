"""Form fields for things people write as text: hours, dates, lists, lengths of time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from slas.errors import Refused
from slas.models.calendars import NO_HOLIDAYS
from slas.queries.durations import read_duration, write_duration
from slas.queries.schedules import public_holidays
from slas.validators import POINTS, validate_currency, validate_moment, validate_positive


class Written(forms.CharField):
    """A text that means something else; `read` turns the checked text into its meaning."""

    def clean(self, value: object) -> object:
        """The meaning of what was typed."""
        return self.read(super().clean(value))

    def read(self, text: str) -> object:
        """What the text means; ValidationError with a sentence when it means nothing."""
        return text


class Exact(forms.DecimalField):
    """A number as people write it: without the zeros that the database keeps behind it."""

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]  # Django's fields of numbers share a type of theirs
        """The number; an underscore is Python's way to group digits, and nobody else's."""
        if "_" in str(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def clean(self, value: object) -> Decimal | None:
        """The number with the places of the field: a zero may come with an exponent that no column holds."""
        number: Decimal | None = super().clean(value)
        return number if number is None or self.decimal_places is None else round(number, self.decimal_places)

    def prepare_value(self, value: object) -> object:
        """99.5, not 99.5000."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) and value.is_finite() else value


class MomentInput(forms.DateTimeInput):
    """The browser's own clock and calendar; it speaks ISO whatever the language."""

    input_type = "datetime-local"

    def __init__(self, *, has_seconds: bool = False) -> None:
        """Always ISO, to the minute or the second: anything else the browser would not show."""
        form = "%Y-%m-%dT%H:%M:%S" if has_seconds else "%Y-%m-%dT%H:%M"
        super().__init__(attrs={"step": 1} if has_seconds else {}, format=form)


class Lines(Written):
    """A list of texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """A stored list as lines; what was typed stays as it is."""
        return "\n".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> tuple[str, ...]:
        """The lines that say something."""
        return tuple(line.strip() for line in text.splitlines() if line.strip())


class Pairs(Written):
    """Words with their meaning, one per line: “Response: the first public answer”."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """A stored mapping as lines; what was typed stays as it is."""
        if isinstance(value, Mapping):
            return "\n".join(f"{word}: {meaning}" for word, meaning in value.items())
        return value

    def read(self, text: str) -> dict[str, str]:
        """Word → meaning; a line without a colon, or a word said twice, is an error."""
        pairs: dict[str, str] = {}
        for line in Lines().read(text):
            word, colon, meaning = (part.strip() for part in line.partition(":"))
            if not (word and colon and meaning):
                raise ValidationError(_("“%(line)s” needs a word, a colon and what it means.") % {"line": line})
            if word in pairs:
                raise ValidationError(_("“%(word)s” stands here twice.") % {"word": word})
            pairs[word] = meaning
        return pairs


class Length(Written):
    """A length of time as in an agreement file: 90s, 30m, 1h, 1h30m; signed where the field allows it."""

    def __init__(self, *, is_signed: bool = False, is_positive: bool = False, **kwargs: object) -> None:
        """Remember whether a sign may stand before it, and whether it has to be longer than nothing."""
        self.is_signed, self.is_positive = is_signed, is_positive
        super().__init__(max_length=20, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    def prepare_value(self, value: object) -> object:
        """A stored length in the same way of writing."""
        if not isinstance(value, timedelta):
            return value
        written = write_duration(value)
        return f"+{written}" if self.is_signed and value >= timedelta(0) else written

    def has_changed(self, initial: object, data: object) -> bool:
        """Compared as it is written: Django would compare a length with a text."""
        return str(self.prepare_value(initial) or "") != str(data or "").strip()

    def read(self, text: str) -> timedelta | None:
        """The length; nothing where nothing was written."""
        # People write “1 H 30 M”; a file must not, so the leniency is here.
        text = text.replace(" ", "").lower()
        if not text:
            return None
        # People paste a real minus sign as often as a hyphen.
        sign = text[0] if self.is_signed and text[0] in "+-−" else ""
        try:
            length = read_duration(text.removeprefix(sign))
        except ValueError:
            raise ValidationError(_("Write a length of time like 90s, 30m, 1h or 1h30m.")) from None
        if self.is_positive:
            validate_positive(length)
        return -length if sign in {"-", "−"} else length


class Currency(Written):
    """An ISO code such as EUR, or points in the words of the reader's language."""

    def __init__(self, **kwargs: object) -> None:
        """No currency needs more room."""
        super().__init__(max_length=20, **kwargs)  # type: ignore[arg-type]  # handed on as they came

    def prepare_value(self, value: object) -> object:
        """Points under their name."""
        return _("points") if value == POINTS else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Compared as it is written."""
        return str(self.prepare_value(initial) or "") != str(data or "").strip()

    def read(self, text: str) -> str:
        """The code; nothing where nothing was written."""
        if text.casefold() in {POINTS, _("points").casefold()}:
            return POINTS
        if text:
            validate_currency(text.upper())
        return text.upper()


class Place(Written):
    """A country and state whose public holidays count, such as DE-HH, or none."""

    def read(self, text: str) -> str:
        """Its code, once its holidays are known; nothing where nothing was written."""
        try:
            public_holidays(text or NO_HOLIDAYS)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
        return text


class Moment(forms.DateTimeField):
    """A moment in the zone of whoever writes it, to the minute; to the second with `MomentInput(has_seconds=True)`."""

    widget = MomentInput
    default_validators = [validate_moment]

    def to_python(self, value: str | datetime | date | None) -> datetime | None:
        """The instant; of a local time that comes twice the first, one that is skipped moves on (product.md, clock)."""
        try:
            found: datetime | None = super().to_python(value)
        except ValidationError as wrong:
            # Django would refuse it, and an outage of that hour could not be written down.
            if wrong.code != "ambiguous_timezone" or not isinstance(wrong.params, dict):
                raise
            found = wrong.params["datetime"].replace(tzinfo=timezone.get_current_timezone(), fold=0)
        try:
            # In UTC, where what is later compares as later.
            return found and found.astimezone(UTC)
        except OverflowError:
            return found  # at the edge of time; the validator says so


class Hours(Written):
    """The opening hours of one day: “08:00-12:00, 13:00-17:00”; empty means closed."""

    def prepare_value(self, value: object) -> object:
        """Stored intervals in one line."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> tuple[str, ...]:
        """The intervals as written; the calendar itself judges them."""
        return intervals(text)


class Days(Written):
    """Dates, one per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """Stored dates as lines."""
        return "\n".join(day.isoformat() for day in value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> tuple[date, ...]:
        """The dates in order."""
        return tuple(sorted(_day(line) for line in Lines().read(text)))


class SpecialDays(Written):
    """Days with hours of their own, one per line: “2026-12-31: 08:00-12:00”; nothing after the colon means closed."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """Stored days as lines."""
        if isinstance(value, Mapping):
            return "\n".join(f"{day.isoformat()}: {', '.join(hours)}".rstrip() for day, hours in value.items())
        return value

    def read(self, text: str) -> dict[date, tuple[str, ...]]:
        """Day → intervals."""
        days: dict[date, tuple[str, ...]] = {}
        for line in Lines().read(text):
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
    # Word processors turn hyphens into dashes; both mean “until”.
    parts: Iterable[str] = text.replace("–", "-").replace(";", ",").split(",")
    return tuple("".join(part.split()) for part in parts if part.strip())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is no date. Write it like 2026-12-24.") % {"text": text}) from None
