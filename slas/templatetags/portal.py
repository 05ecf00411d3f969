"""Presentation in templates: moments, durations, states and percentages. A builtin of every template.

{{ at|moment }} {{ at|moment:"short" }} {{ on|day }} {{ length|duration }} {{ share|percent }} {{ "P1"|priority }}
{{ availability|truncated_percent }} {{ seconds|minutes_down }} {{ amount|money:currency }}
{% state "met" %} {% icon "user" %} {% time_left remaining hours now %} {{ message.level_tag|tone }}
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from heroicons.templatetags.heroicons import heroicon_mini

from slas.clock import ServiceHours
from slas.models import Kind
from slas.queries import numbers
from slas.queries.weeks import span
from slas.templatetags.states import SIGNS, Sign

register = template.Library()

TONES = {"success": "good", "error": "bad", "warning": "note"}
ICON: dict[str, object] = {"class": "icon", "aria-hidden": "true"}
NEAR = timedelta(days=6)  # within it the weekday says enough


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A small decorative heroicon; drawn once, because a list shows the same few in every row."""
    return mark_safe(heroicon_mini(name, size=20, **ICON))


@register.simple_tag
@lru_cache(maxsize=4096)
def address(name: str, of: str) -> str:
    """Where something is shown that is known by one word; remembered, because lists show the same again and again."""
    return reverse(name, args=[of])


@register.filter
def moment(at: datetime | None, form: str = "full") -> str:
    """An instant in the reader's zone, which stands in the tooltip; "short": weekday and time when it is near."""
    if at is None:
        return "–"
    is_near = form == "short" and abs(at - timezone.now()) < NEAR
    return _moment(at, is_near, get_language(), timezone.get_current_timezone_name())


# Pages ask again every half minute, mostly for the same moments; language and zone are whose words these are.
@lru_cache(maxsize=4096)
def _moment(at: datetime, is_near: bool, _language: str | None, _zone: str) -> str:
    local = timezone.localtime(at)
    shown = near_text(local) if is_near else date_format(local, _moment_form())
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), zone_text(local), shown)


@register.filter
def day(on: date | None) -> str:
    """A day, with its weekday in the tooltip."""
    if on is None:
        return "–"
    form = pgettext("format of a day", "j F Y")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', on.isoformat(), date_format(on, "l"), date_format(on, form)
    )


@register.filter
def duration(length: timedelta | Fraction | int | None) -> str:
    """A length (or seconds) as people say it: “2 h 15 min”, “45 s”; a minus when it is over."""
    if length is None:
        return "–"
    whole = int(length.total_seconds()) if isinstance(length, timedelta) else int(length)
    hours, rest = divmod(abs(whole), 3600)
    minutes, seconds = divmod(rest, 60)
    # No-break spaces: a number never stands at the end of a line without its unit.
    words = [f"{hours:d}\u00a0h"] if hours else []
    if minutes:
        words.append(f"{minutes:d}\u00a0min")
    # Seconds matter only at the very end.
    if seconds and not hours and minutes < 5:
        words.append(f"{seconds:d}\u00a0s")
    sign = "−" if whole < 0 else ""
    return sign + (" ".join(words) or "0\u00a0min")


@register.filter
def percent(share: Fraction | Decimal | float | None, places: int = 1) -> str:
    """A share (1 is all of it) in percent, truncated, never rounded up."""
    if share is None:
        return "–"
    exact = share if isinstance(share, Fraction) else Fraction(str(share))
    # product.md: truncated, never rounded up: 99.96 % of a promise of 100 % was not kept.
    cut = Decimal(int(exact * 100 * 10**places)).scaleb(-places)
    shown = number_format(cut.normalize() if cut == cut.to_integral() else cut, use_l10n=True, force_grouping=False)
    return f"{shown}\u00a0%"


@register.filter
def truncated_percent(measured: Fraction | None) -> str:
    """Percent as `slas.availability` measures them (100 is all of it), to three places: “99.949 %”."""
    return "–" if measured is None else percent(measured / 100, 3)


@register.filter
def minutes_down(seconds: Fraction | None) -> str:
    """Time down or allowed, to the second because a second decides: “3 h 12 min 5 s”, “45 s”."""
    if seconds is None:
        return "–"
    # What is less than a second is not nothing.
    return "< 1\u00a0s" if 0 < abs(seconds) < 1 else span(timedelta(seconds=int(seconds)))


@register.filter
def money(amount: Decimal | str | None, currency: str) -> str:
    """An amount in its currency, or in points."""
    return "–" if amount is None else numbers.money(Decimal(amount), currency)


@register.filter
def of_hundred(percent: str | None) -> Fraction | None:
    """An exact percentage, such as a certificate keeps, as a share."""
    return None if percent is None else Fraction(percent) / 100


@register.simple_tag
def state(name: str, word: str = "") -> SafeString:
    """A state as symbol, word and colour; a name nobody described is shown as it is."""
    return _state(name, word, get_language())


@lru_cache(maxsize=1024)
def _state(name: str, word: str, _language: str | None) -> SafeString:
    # A state that is new in the code shows its name: a missing word must not take the page down.
    sign = SIGNS.get(name, Sign(name, "minus", "quiet"))
    return format_html(
        '<span class="state state--{}">{}<span>{}</span></span>', sign.tone, icon(sign.icon), word or sign.word
    )


@register.filter
def tone(name: str) -> str:
    """The tone of a message level."""
    return TONES.get(name, "info")


@register.filter
def state_tone(name: str) -> str:
    """The tone of a state, for a part that colours more than the word."""
    return SIGNS[name].tone if name in SIGNS else "quiet"


@register.filter
def clock_name(kind: str) -> str:
    """A timer by its name, as it stands alone; a name nobody described is shown as it is."""
    return _clock_name(kind, get_language())


@lru_cache
def _clock_name(kind: str, _language: str | None) -> str:
    # A letter must leave in any case.
    return str(capfirst(Kind(kind).label)) if kind in Kind else kind


@register.filter
@lru_cache(maxsize=64)
def priority(name: str) -> SafeString:
    """A priority in its frame."""
    return format_html('<span class="priority">{}</span>', name)


@register.simple_tag
def time_left(remaining: timedelta, hours: ServiceHours | None = None, now: datetime | None = None) -> SafeString:
    """What is left in support time; counted down by countdown.js while the calendar is open (needs hours and now)."""
    if hours is None or now is None:
        return format_html('<span class="nowrap">{}</span>', duration(remaining))
    is_open, turns = _opening(hours, now)
    # Nothing in it was written by anybody: numbers, instants, and lengths in our own words.
    return mark_safe(
        f'<span class="nowrap" data-left="{int(remaining.total_seconds())}" data-at="{now.isoformat()}"'
        f' data-open="{is_open}" data-turns="{turns}">{duration(remaining)}</span>'
    )


# A page counts many rows in few calendars, all at one moment.
@lru_cache(maxsize=64)
def _opening(hours: ServiceHours, now: datetime) -> tuple[str, str]:
    return "yes" if hours.is_open(now) else "no", _turn(hours, now)


def _turn(hours: ServiceHours, now: datetime) -> str:
    """When support next opens or closes within a week, else nothing."""
    # A week is enough: pages ask the server again every half a minute.
    spans = hours.open_spans(now, now + timedelta(days=7))
    if not spans:
        return ""
    turn = spans[0].end if spans[0].start <= now else spans[0].start
    return turn.isoformat() if turn else ""


def near_text(local: datetime) -> str:
    """Weekday and time: “Monday 09:00”."""
    return date_format(local, pgettext("format of a near moment", "l H:i"))


def zone_text(local: datetime) -> str:
    """The whole moment with its zone, for the tooltip."""
    return f"{date_format(local, _moment_form())} {local.tzname()} ({timezone.get_current_timezone_name()})"


def _moment_form() -> str:
    return pgettext("format of a moment", "D j M Y, H:i")


@register.simple_tag
def state_icon(name: str) -> SafeString:
    """A state where there is no room for its word, which is said to screen readers and in the tooltip."""
    sign = SIGNS.get(name, Sign(name, "minus", "quiet"))
    return format_html(
        '<span title="{}">{}<span class="hidden">{}</span></span>', sign.word, icon(sign.icon), sign.word
    )


@register.filter
def month_name(on: date) -> str:
    """A month in a narrow place: “Nov 26”."""
    return date_format(on, pgettext("format of a month in a narrow place", "M y"))
