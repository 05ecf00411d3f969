"""An agreement with everything it needs, in the form that `apply` reads: the two are inverse."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from slas.credits import Band, Bands, ChronicBreach, CreditRule, Linear, kind_of, terms_of
from slas.exports.parties import everybody, person, product, team
from slas.models import Agreement, Calendar, Revision, User
from slas.models.calendars import NO_HOLIDAYS
from slas.queries.calendars import latest_revision
from slas.queries.durations import write_duration
from slas.queries.parties import fallback_people
from slas.queries.schedules import schedule_of
from slas.queries.wordings import (
    KINDS,
    PERSON,
    RHYTHMS,
    AvailabilityWording,
    CreditWording,
    DefinitionWording,
    StepWording,
    TargetWording,
    Wording,
    named_calendars,
    wording_of,
)

_LISTS = ("inside", "outside", "channels", "contacts", "customer_duties")
Written = dict[str, Any]  # what stands under the keys of a file: texts, numbers, dates, lists and more keys


class _Dumper(yaml.SafeDumper):
    """Writes the words of a choice as plain texts."""


def _text(dumper: yaml.SafeDumper, word: str) -> yaml.ScalarNode:
    # YAML folds these three like line breaks unless they stand escaped in double quotes.
    style = '"' if any(sign in word for sign in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(word), style=style)


_Dumper.add_multi_representer(str, _text)
_Dumper.add_representer(str, _text)


def text(row: Agreement) -> str:
    """The file as text."""
    return dump(document(row))


def dump(written: Written) -> str:
    """Keys and values as YAML, in their order."""
    return str(yaml.dump(written, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120))


def document(row: Agreement) -> Written:
    """The newest published revision, else the draft, with its calendars, people, team and product."""
    revision = _revision(row)
    wording = wording_of(revision)
    names = sorted(named_calendars(wording))
    fallback = list(fallback_people())
    people = everybody(row.product, [*_people_of(revision, wording), *fallback])
    # Without it the file could not be applied to an empty database that has nobody to tell.
    written: Written = {"fallback": [one.username for one in fallback]} if fallback else {}
    return written | {
        "calendars": [calendar(found) for found in Calendar.objects.filter(name__in=names).order_by("name")],
        "people": [person(one) for one in people],
        "teams": [team(row.product.team)],
        "products": [product(row.product)],
        "agreements": [agreement(revision, wording)],
    }


def calendar(row: Calendar) -> Written:
    """A calendar with its newest hours."""
    revision = latest_revision(row)
    assert revision is not None
    schedule = schedule_of(revision)
    return {
        "name": row.name,
        "zone": schedule.zone,
        "week": {day: list(hours) for day, hours in schedule.week.items()},
        "holidays": schedule.holidays,
        **_filled("closed", list(schedule.closed)),
        **_filled("special", {day: list(hours) for day, hours in schedule.special.items()}),
    }


def _revision(agreement: Agreement) -> Revision:
    # A draft beside it is nobody's promise yet.
    published = agreement.revisions.filter(published_at__isnull=False).order_by("number").last()
    return published or agreement.revisions.get()


def _people_of(revision: Revision, wording: Wording) -> Iterable[User]:
    names = {role.removeprefix(PERSON) for rung in wording.steps for role in rung.audience if role.startswith(PERSON)}
    yield from User.objects.filter(username__in=[*names, *wording.participants])
    if revision.provider_signed_by is not None:
        yield revision.provider_signed_by
    if revision.customer_signed_by is not None:
        yield revision.customer_signed_by


def agreement(revision: Revision, wording: Wording) -> Written:
    """What a revision says, under the keys of a file."""
    written: Written = {
        "slug": revision.agreement.slug,
        "product": revision.agreement.product.slug,
        "title": wording.title,
        "provider": wording.provider,
        "customer": wording.customer,
        "relation": wording.relation,
        "language": wording.language,
        "zone": wording.zone,
        "in_force_from": revision.in_force_from.astimezone(ZoneInfo(wording.zone)).isoformat(),
        "reopen_within": write_duration(wording.reopen_within),
    }
    if revision.is_published and revision.provider_signed_by and revision.customer_signed_by:
        written["signed_by"] = [revision.provider_signed_by.username, revision.customer_signed_by.username]
    for key in _LISTS:
        written |= _filled(key, list(getattr(wording, key)))
    return written | {
        **_filled("glossary", dict(wording.glossary)),
        "targets": _targets(wording),
        **_filled("availability", _availability(wording.availability)),
        **_filled("credits", _credits(wording.credits)),
        "pausing": {kind: getattr(wording, f"is_{kind}_paused") for kind in KINDS},
        **_filled("ladder", [step(rung) for rung in wording.steps]),
        "reviews": _reviews(wording),
    }


def _targets(wording: Wording) -> Written:
    written: Written = {}
    for priority in sorted({*wording.definitions, *(target.priority for target in wording.targets)}):
        written[priority] = _definition(wording.definitions.get(priority, DefinitionWording()))
    for target in wording.targets:
        written[target.priority][target.kind] = _target(target)
    return written


def _definition(said: DefinitionWording) -> Written:
    return _filled("means", said.means) | _filled("examples", list(said.examples)) | _filled("set_by", said.set_by)


def _target(target: TargetWording) -> Written:
    written: Written = {
        "allowance": write_duration(target.allowance),
        "calendar": target.calendar,
        "kind": target.binding,
    }
    if target.attainment is not None:
        written["attainment"] = _number(target.attainment)
    return written


def _availability(said: AvailabilityWording | None) -> Written:
    if said is None:
        return {}
    return {
        "target": _number(said.target),
        **_filled("calendar", said.calendar),
        "maintenance": said.maintenance,
        "notice": write_duration(said.notice),
        **({} if said.monthly_cap is None else {"monthly_cap": write_duration(said.monthly_cap)}),
        "ignore_up_to": write_duration(said.ignore_up_to),
        "whole_minutes": said.is_in_whole_minutes,
        "boundary": said.boundary,
        "degraded_weight": _number(said.degraded_weight),
    }


def _credits(said: CreditWording | None) -> Written:
    if said is None:
        return {}
    written: Written = {
        kind_of(said.rule): _rule(said.rule),
        "cap": _number(said.rule.cap),
        "monthly_fee": _number(said.monthly_fee),
        "currency": said.currency,
    }
    if said.claim is not None:
        holidays = "" if said.holidays == NO_HOLIDAYS else said.holidays
        written["claim"] = {"within": said.claim.length, "days": said.claim.days, **_filled("holidays", holidays)}
    return written | _filled("chronic", _chronic(said.chronic))


def _rule(rule: CreditRule) -> object:
    if isinstance(rule, Bands):
        return [_band(band) for band in rule.bands]
    if isinstance(rule, Linear):
        return True
    return {name: _term(getattr(rule, name)) for name in terms_of(kind_of(rule))}


def _term(value: object) -> object:
    if isinstance(value, timedelta):
        return write_duration(value)
    return _number(value) if isinstance(value, Decimal) else value


def _band(band: Band) -> Written:
    written: Written = {}
    if band.lower is not None:
        written["from" if band.lower_inclusive else "above"] = _number(band.lower)
    if band.upper is not None:
        written["up_to" if band.upper_inclusive else "below"] = _number(band.upper)
    return written | {"percent": _number(band.percent)}


def _chronic(right: ChronicBreach | None) -> Written:
    if right is None:
        return {}
    below = None if right.floor is None else _number(right.floor)
    return _filled("in_a_row", right.in_a_row) | _filled("of_twelve", right.of_twelve) | _filled("below", below)


def _number(number: Decimal) -> int | float:
    # 95, not 95.0: as people write it.
    whole = int(number)
    return whole if whole == number else float(number)


def step(rung: StepWording) -> Written:
    """One rung of the ladder."""
    written: Written = {"timer": rung.kind, "at": _at(rung), "to": list(rung.audience)}
    if rung.repeat is not None:
        written |= {"repeat": write_duration(rung.repeat), "max": rung.max_repeats}
    return written


def _at(rung: StepWording) -> str:
    if rung.at_offset is None:
        return f"{rung.at_percent}%"
    length = write_duration(rung.at_offset)
    # The sign is what tells an offset from a length.
    return length if length.startswith("-") else f"+{length}"


def _reviews(wording: Wording) -> Written:
    return {
        **{rhythm: rhythm in wording.review_rhythms for rhythm in RHYTHMS},
        **_filled("every_weeks", wording.review_every_weeks),
        **_filled("participants", list(wording.participants)),
    }


def _filled(key: str, value: object) -> Written:
    """The key only when it holds something: what is left out means nothing at all."""
    return {key: value} if value else {}
