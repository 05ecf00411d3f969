"""What must never be false of the engine, each as one set query that lists its violations (delivery.md, Invariants)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from incidents.queries import recomputation, verification

EXAMPLES = 5
# People read their clocks before they reach the lock: what happened in these seconds has no certain order.
SLACK = "interval '10 seconds'"
LATELY = "now() - interval '1 day'"  # evidence older than this was looked at before

NEXT = "(SELECT 1 FROM slas_notice next WHERE next.fallback_of_id = n.id)"
TOLD = "(SELECT 1 FROM slas_notice other WHERE other.subject = n.subject AND other.state = 'sent' AND n.subject <> '')"

SQL: Mapping[str, tuple[str, ...]] = {
    # Nothing is due for more than 180 s without having fired; counted from when it was last worked out.
    "I1": (
        """SELECT t.id::text FROM incidents_timer t
        WHERE t.next_fire_at <= now() - interval '180 seconds' AND t.parked_at IS NULL
        AND t.reckoned_at <= now() - interval '180 seconds'""",
    ),
    # Each fired step is exactly one escalation, each missed deadline a breach.
    "I2": (
        f"""SELECT e.timer_id::text FROM incidents_escalation e WHERE e.fired_at > {LATELY}
        GROUP BY e.timer_id, e.cycle, e.position, e.repeat HAVING count(*) > 1""",
        f"""SELECT t.id::text FROM incidents_timer t JOIN incidents_ticket k ON k.id = t.ticket_id
        WHERE t.due_at BETWEEN {LATELY} AND now() - interval '180 seconds'
        AND t.reckoned_at <= now() - interval '180 seconds'
        AND (t.stopped_at IS NULL OR t.stopped_at > t.due_at) AND NOT t.is_withdrawn AND NOT k.is_history
        AND t.parked_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM incidents_breach b
          WHERE b.timer_id = t.id AND (b.cycle = t.cycle OR b.due_at = t.due_at))
        AND NOT EXISTS (SELECT 1 FROM incidents_pause p WHERE p.ticket_id = k.id AND p.ended_at IS NULL)""",
    ),
    # Each escalation has a notice; one that was told with another shares its notice.
    "I3": (
        f"""SELECT e.id::text FROM incidents_escalation e WHERE e.told_with_id IS NULL AND e.fired_at > {LATELY}
        AND NOT EXISTS (SELECT 1 FROM slas_notice n WHERE n.subject = 'escalation:' || e.id)""",
    ),
    # Nothing waits beyond its age, or has failed, unless somebody else was told.
    "I4": (
        f"""SELECT n.key FROM slas_notice n WHERE n.state = 'pending' AND n.fallback_at <= now() - interval '60 seconds'
        AND NOT EXISTS {NEXT} AND NOT EXISTS {TOLD}""",
        f"""SELECT n.key FROM slas_notice n WHERE n.state = 'failed' AND n.fallback_at IS NOT NULL
        AND n.created_at > {LATELY} AND NOT EXISTS {NEXT} AND NOT EXISTS {TOLD}""",
    ),
    # A lease ends with its worker.
    "I5": (
        """SELECT n.key FROM slas_notice n WHERE n.state = 'pending'
        AND n.lease_until <= now() - interval '60 seconds'""",
    ),
    # Sent means that a mail server said 250.
    "I6": (
        f"""SELECT n.key FROM slas_notice n WHERE n.state = 'sent' AND n.sent_at > {LATELY}
        AND NOT EXISTS (SELECT 1 FROM slas_attempt a WHERE a.notice_id = n.id AND a.is_accepted AND a.code = 250)""",
    ),
    # No repeat after its acknowledgement, nothing after the timer stopped, nothing while it is paused.
    "I7": (
        f"""SELECT e.id::text FROM incidents_escalation e JOIN incidents_escalation a
        ON a.timer_id = e.timer_id AND a.cycle = e.cycle AND a.position = e.position AND a.id <> e.id
        WHERE e.repeat > 0 AND e.fired_at > {LATELY} AND e.fired_at > a.acknowledged_at + {SLACK}""",
        f"""SELECT e.id::text FROM incidents_escalation e
        JOIN incidents_timer t ON t.id = e.timer_id AND t.cycle = e.cycle
        WHERE e.fired_at > {LATELY} AND e.fired_at > t.stopped_at + {SLACK}""",
        f"""SELECT e.id::text FROM incidents_escalation e
        JOIN incidents_timer t ON t.id = e.timer_id JOIN incidents_ticket k ON k.id = e.ticket_id
        JOIN slas_revision r ON r.id = k.revision_id JOIN incidents_pause p ON p.ticket_id = k.id
        WHERE e.fired_at > {LATELY} AND e.fired_at > p.started_at + {SLACK}
        AND (p.ended_at IS NULL OR e.fired_at < p.ended_at)
        AND (p.reason = 'resolved' OR CASE t.kind WHEN 'response' THEN r.is_response_paused
             WHEN 'update' THEN r.is_update_paused ELSE r.is_resolution_paused END)""",
    ),
    # Never early; the constraint of the table says so too.
    "I8": (
        f"""SELECT e.id::text FROM incidents_escalation e
        WHERE e.fired_at > {LATELY} AND e.fired_at < e.due_at""",
    ),
    # One Message-ID for each key, for good.
    "I9": ("SELECT n.message_id FROM slas_notice n GROUP BY n.message_id HAVING count(*) > 1",),
    # Every open ticket has a running timer for each target; the update timer begins with the first answer.
    "I10": (
        """SELECT k.number FROM incidents_ticket k
        JOIN slas_target g ON g.revision_id = k.revision_id AND g.priority = k.priority AND g.kind <> 'update'
        WHERE k.status IN ('new', 'open', 'waiting') AND NOT k.is_history AND NOT EXISTS (
          SELECT 1 FROM incidents_timer t WHERE t.ticket_id = k.id AND t.kind = g.kind AND t.is_current)""",
    ),
    # What came in from outside is still what came in.
    "I11": (
        f"""SELECT s.id::text FROM incidents_signal s
        WHERE s.received_at > {LATELY} AND encode(sha256(s.body), 'hex') <> s.sha256""",
    ),
    "I12": (),
}


@dataclass(frozen=True)
class Finding:
    """How often an invariant is violated at this moment, with a few examples."""

    count: int
    examples: tuple[str, ...] = ()


def findings() -> dict[str, Finding]:
    """Every invariant with what violates it; all counts are zero while the engine is well."""
    worked_out = recomputation.violations() | {"I11": verification.violations()}
    return {name: _finding(SQL[name], worked_out.get(name, ())) for name in SQL}


def _finding(queries: tuple[str, ...], worked_out: tuple[str, ...] | list[str]) -> Finding:
    count, examples = len(worked_out), list(worked_out)
    for sql in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), (array_agg(label))[1:{EXAMPLES}] FROM ({sql}) AS found(label)")
            more, labels = cursor.fetchone()
        count += more
        examples += labels or []
    return Finding(count, tuple(examples[:EXAMPLES]))
