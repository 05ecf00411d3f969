"""What the paper of a product says about the promise: Friday night, what is promised, how it is measured."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from reporting.exports.papers import Bullets, Facts, Heading, Lead, Paragraph, Part, Words
from reporting.exports.words import day
from reporting.queries.measures import Exceptional, Measure
from reporting.queries.sla import Sla
from slas.models import Revision
from slas.queries.sentences import PriorityPromise
from slas.queries.wordings import DefinitionWording
from slas.templatetags.portal import duration


def friday(evening: Sequence[PriorityPromise]) -> Iterator[Part]:
    """What happens to each priority that is reported then."""
    yield Heading(_("What happens on Friday at 22:00?"))
    for example in evening:
        # A priority may have no clock that a reporter waits for.
        if example.sentences:
            yield Lead(example.sentences, hint=_meant(example))


def promised(promises: Sequence[PriorityPromise], page: Sla, revision: Revision) -> Iterator[Part]:
    """What is promised, and what is not."""
    yield Heading(_("What is promised"))
    for one in promises:
        yield Heading(f"{one.priority} {one.definition.means}".strip(), level=3)
        yield from _definition(one.definition)
        if one.sentences:
            yield Bullets(one.sentences)
    yield from _listed(_("Availability"), page.availability)
    yield from _listed(_("Credits"), page.credits)
    yield from _listed(_("It covers"), revision.inside)
    yield Heading(_("What is not promised"))
    yield Bullets(
        [
            *revision.outside,
            _("Outside the hours named below the clock stands still: nobody has to work then."),
            _("An objective says what is aimed at; it is no commitment."),
        ]
    )
    yield from _listed(_("What the customer does"), revision.customer_duties)
    yield from _glossary(revision.glossary)


def measured(measures: Sequence[Measure], revision: Revision) -> Iterator[Part]:
    """The calendars with the next days that differ, and what stops a clock."""
    yield Heading(_("How it is measured"))
    yield Paragraph(
        _(
            "A clock starts when a ticket is opened, and counts only while its calendar is open."
            " It is kept when it stops at or before its deadline."
        )
    )
    for measure in measures:
        yield Heading(str(measure.calendar.calendar), level=3)
        yield Paragraph(f"{measure.week}, {measure.calendar.zone}")
        if measure.exceptions:
            yield Facts([(day(one.on), _hours(one)) for one in measure.exceptions])
    yield Bullets(_rules(revision))


def nothing(page: Sla) -> Iterator[Part]:
    """That nothing is promised, and what that means."""
    yield Heading(_("Nothing is promised for this product"))
    if page.agreement:
        yield Paragraph(
            _(
                "Its agreement is not in force now. Until one is, nobody has agreed to answer or to solve anything"
                " within any time."
            )
        )
    else:
        yield Paragraph(_("There is no agreement. Nobody has agreed to answer or to solve anything within any time."))
    yield Paragraph(_("Ask a service level manager to draft one; the team lead and the owner sign it."))


def _meant(one: PriorityPromise) -> str:
    return f"{one.priority}: {one.definition.means}" if one.definition.means else ""


def _definition(definition: DefinitionWording) -> Iterator[Part]:
    if definition.examples:
        yield Paragraph(f"{_('For example')}: {'; '.join(definition.examples)}")
    if definition.set_by:
        yield Paragraph(f"{_('May be set by')}: {definition.set_by}")


def _rules(revision: Revision) -> list[str]:
    return [
        _("Waiting stops the clock of the response.")
        if revision.is_response_paused
        else _("Waiting does not stop the clock of the response."),
        _("Waiting for the reporter, a supplier or a change stops the clock of the solution.")
        if revision.is_resolution_paused
        else _("Waiting does not stop the clock of the solution."),
        _("A solved ticket can be reopened for %(reopen)s; its clock then goes on.")
        % {"reopen": duration(revision.reopen_within)},
        _(
            "A month counts every clock that was due in it, in the time zone %(zone)s."
            " Percentages are cut off, never rounded up."
        )
        % {"zone": revision.zone},
    ]


def _listed(title: str, lines: Sequence[str]) -> Iterator[Part]:
    if lines:
        yield Heading(title, level=3)
        yield Bullets(lines)


def _glossary(words: Mapping[str, str]) -> Iterator[Part]:
    if words:
        yield Heading(_("What the words mean"), level=3)
        yield Facts(list(words.items()))


def _hours(one: Exceptional) -> Words:
    return Words(", ".join(one.hours) or _("closed"), hint=one.name)
