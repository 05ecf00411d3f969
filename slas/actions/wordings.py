"""Writing a wording into the rows of a draft, after everything it names was found and makes sense."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from slas.actions import rows
from slas.credits import Band, Bands, kind_of, terms_of
from slas.errors import Refused
from slas.models import (
    AvailabilityPromise,
    Calendar,
    CreditBand,
    CreditPromise,
    PriorityDefinition,
    ReviewParticipant,
    Revision,
    Step,
    Target,
    User,
)
from slas.models.calendars import NO_HOLIDAYS
from slas.models.parties import Priority
from slas.queries.schedules import public_holidays
from slas.queries.wordings import (
    AUDIENCE,
    LISTS,
    OF_AVAILABILITY,
    PERSON,
    PLAIN,
    AvailabilityWording,
    CreditWording,
    DefinitionWording,
    StepWording,
    TargetWording,
    Wording,
    named_calendars,
    normal,
)

MOST_PERCENT = 1000  # of the allowance; later rungs are written as minutes after the deadline


def write(revision: Revision, wording: Wording) -> None:
    """Make the draft say exactly this; Refused when a part of it cannot be promised."""
    wording = normal(wording)
    # Everything is looked up before the first row is written.
    calendars = _calendars(named_calendars(wording))
    people = _people({*wording.participants, *_named(wording.steps)})
    _check(wording)
    for name in (*PLAIN, *LISTS):
        said = getattr(wording, name)
        setattr(revision, name, list(said) if name in LISTS else said)
    rows.save(revision)
    _replace(revision.definitions.all(), (_definition(revision, *entry) for entry in wording.definitions.items()))
    _replace(revision.targets.all(), (_target(revision, target, calendars) for target in wording.targets))
    _replace(revision.steps.all(), (_step(revision, place, step) for place, step in enumerate(wording.steps, start=1)))
    _replace(
        revision.participants.all(),
        (ReviewParticipant(revision=revision, person=people[name]) for name in wording.participants),
    )
    promised = [wording.availability] if wording.availability else []
    _replace(
        AvailabilityPromise.objects.filter(revision=revision),
        (_availability(revision, said, calendars) for said in promised),
    )
    credited = [wording.credits] if wording.credits else []
    _replace(CreditPromise.objects.filter(revision=revision), (_credits(revision, said) for said in credited))
    _replace(revision.credit_bands.all(), (_band(revision, band) for said in credited for band in _bands(said)))


def _replace(parts: QuerySet[Any], written: Iterable[Model]) -> None:  # Any: each part has its own row type
    # A draft is rewritten whole; what is published refuses this by its trigger.
    parts.delete()
    for row in written:
        rows.save(row)


def _calendars(names: set[str]) -> dict[str, Calendar]:
    # A calendar without a revision has no hours yet, so nothing can be promised on it.
    found = {row.name: row for row in Calendar.objects.filter(name__in=names, revisions__isnull=False).distinct()}
    for name in sorted(names - found.keys()):
        raise Refused(_("There is no calendar named “%(name)s”.") % {"name": name})
    return found


def _people(usernames: set[str]) -> dict[str, User]:
    found = {row.username: row for row in User.objects.filter(username__in=usernames)}
    for username in sorted(usernames - found.keys()):
        raise Refused(_("Nobody is known as “%(username)s”.") % {"username": username})
    return found


def _named(steps: Iterable[StepWording]) -> set[str]:
    return {role.removeprefix(PERSON) for step in steps for role in step.audience if role.startswith(PERSON)}


def _check(wording: Wording) -> None:
    if not wording.targets:
        raise Refused(_("An agreement without a target promises nothing. Add at least one."))
    seen = set()
    for target in wording.targets:
        if (target.priority, target.kind) in seen:
            raise Refused(
                _("%(priority)s has two targets for the same timer. Keep one.") % {"priority": target.priority}
            )
        seen.add((target.priority, target.kind))
    for priority in wording.definitions:
        if priority not in Priority.values:
            raise Refused(_("“%(name)s” is no priority. Use P1 to P4.") % {"name": priority})
    if wording.reopen_within < timedelta(0):
        raise Refused(_("The time in which a ticket can be reopened cannot be negative."))
    for step in wording.steps:
        _check_step(step)
    if wording.credits is not None:
        _check_credits(wording.credits, wording.availability)


def _check_credits(said: CreditWording, availability: AvailabilityWording | None) -> None:
    if availability is None:
        raise Refused(_("Credits are for months that break the availability promise. Promise availability, too."))
    public_holidays(said.holidays)  # refuses a place that nobody knows
    if said.holidays != NO_HOLIDAYS and (said.claim is None or said.claim.days == "days"):
        raise Refused(_("Public holidays matter to working days alone. Leave them out, or count working days."))


def _check_step(step: StepWording) -> None:
    if not step.audience:
        raise Refused(_("Every step of the ladder needs somebody to tell."))
    for role in step.audience:
        # Whether the person exists was looked up before.
        if role not in AUDIENCE and not role.startswith(PERSON):
            raise Refused(_("“%(role)s” is no role of the ladder.") % {"role": role})
    if (step.at_percent is None) == (step.at_offset is None):
        raise Refused(_("A step comes at a percentage of the time, or at minutes before or after the deadline."))
    if step.at_percent is not None and not 1 <= step.at_percent <= MOST_PERCENT:
        raise Refused(_("A step comes between 1 and 1000 percent of the time."))
    if step.repeat is not None and step.repeat <= timedelta(0):
        raise Refused(_("The time between two repeats must be longer than nothing."))
    # contracts.md, Ladder: `max` counts the repeats beyond the first, so one without the other means nothing.
    if (step.repeat is None) != (step.max_repeats == 0):
        raise Refused(_("A step that repeats needs both: the time between repeats and how many there are at most."))


def _definition(revision: Revision, priority: str, said: DefinitionWording) -> PriorityDefinition:
    return PriorityDefinition(
        revision=revision, priority=priority, means=said.means, examples=list(said.examples), set_by=said.set_by
    )


def _target(revision: Revision, said: TargetWording, calendars: dict[str, Calendar]) -> Target:
    return Target(
        revision=revision,
        priority=said.priority,
        kind=said.kind,
        allowance=said.allowance,
        calendar=calendars[said.calendar],
        binding=said.binding,
        attainment=said.attainment,
    )


def _availability(revision: Revision, said: AvailabilityWording, calendars: dict[str, Calendar]) -> AvailabilityPromise:
    plain = {name: getattr(said, name) for name in OF_AVAILABILITY}
    return AvailabilityPromise(revision=revision, calendar=calendars.get(said.calendar), **plain)


def _credits(revision: Revision, said: CreditWording) -> CreditPromise:
    kind = kind_of(said.rule)
    row = CreditPromise(
        revision=revision,
        kind=kind,
        **{name: getattr(said.rule, name) for name in terms_of(kind)},
        cap=said.rule.cap,
        monthly_fee=said.monthly_fee,
        currency=said.currency,
        holidays=said.holidays,
    )
    if said.claim is not None:
        row.claim_within, row.claim_days = said.claim.length, said.claim.days
    if said.chronic is not None:
        row.in_a_row, row.of_twelve, row.floor = said.chronic.in_a_row, said.chronic.of_twelve, said.chronic.floor
    return row


def _bands(said: CreditWording) -> tuple[Band, ...]:
    return said.rule.bands if isinstance(said.rule, Bands) else ()


def _band(revision: Revision, band: Band) -> CreditBand:
    return CreditBand(
        revision=revision,
        lower=band.lower,
        lower_inclusive=band.lower_inclusive,
        upper=band.upper,
        upper_inclusive=band.upper_inclusive,
        percent=band.percent,
    )


def _step(revision: Revision, place: int, said: StepWording) -> Step:
    return Step(
        revision=revision,
        position=place,
        kind=said.kind,
        audience=list(said.audience),
        at_percent=said.at_percent,
        at_offset=said.at_offset,
        repeat=said.repeat,
        max_repeats=said.max_repeats,
    )
