"""The revisions of an agreement as its change history shows them."""

from dataclasses import dataclass
from datetime import datetime

from slas import lifecycle
from slas.models import Agreement, Revision
from slas.queries.agreements import revisions_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision and where it stands."""

    revision: Revision
    state: lifecycle.State


def history(agreement: Agreement, now: datetime) -> list[Entry]:
    """Every published revision, newest first; one query. Drafts are not for everybody."""
    published = [revision for revision in revisions_of(agreement) if revision.is_published]
    # As in `slas.queries.agreements.state_of`, without a query for each revision.
    newest = published[0].number if published else 0
    return [
        Entry(
            revision=revision,
            state=lifecycle.state_at(
                now,
                published_at=revision.published_at,
                in_force_from=revision.in_force_from,
                in_force_to=revision.in_force_to,
                has_successor=revision.number < newest,
            ),
        )
        for revision in published
    ]
