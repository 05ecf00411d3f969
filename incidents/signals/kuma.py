"""Messages of Uptime Kuma: a heartbeat with the monitor it belongs to, as JSON or as the field `data` of a form."""

from email import message_from_bytes
from urllib.parse import parse_qsl

from incidents.signals import reading
from incidents.signals.alerts import Alert, Message, Remark, Unreadable
from incidents.signals.reading import Node

MOST_FIELDS = 100
DOWN, UP, PENDING, MAINTENANCE = 0, 1, 2, 3
NEITHER = {
    PENDING: Remark("The monitor is still trying: neither up nor down."),
    MAINTENANCE: Remark("The monitor is under maintenance: neither up nor down."),
}


def uptime_kuma(body: bytes, content_type: str) -> Message:
    """One heartbeat. “Up” does not say since when it was down; a test, or a word about a certificate, has none."""
    root = reading.json_of(_data(body, content_type))
    if not isinstance(root, dict) or "heartbeat" not in root:
        raise Unreadable("This is no message of Uptime Kuma: it has no “heartbeat”.")
    if root["heartbeat"] is None:
        return Message(ignored=(Remark("A test message: it tells of no outage."),))
    beat = reading.node(root["heartbeat"], "heartbeat")
    status = beat.get("status")
    # In Python true equals 1, and a monitor that says “true” has not said “up”.
    if isinstance(status, bool) or status not in (DOWN, UP, *NEITHER):
        raise Unreadable("“%(name)s” has to be one of: %(choices)s.", name="status", choices="0, 1, 2, 3")
    assert isinstance(status, int | float)
    if status in NEITHER:
        return Message(ignored=(NEITHER[int(status)],))
    return Message(alerts=(_alert(beat, reading.node(root.get("monitor"), "monitor"), is_down=status == DOWN),))


def _alert(beat: Node, monitor: Node, *, is_down: bool) -> Alert:
    at = reading.instant(beat.get("time"), "time", is_utc=True)
    name, key = reading.title(monitor.get("name")), beat.get("monitorID", monitor.get("id"))
    if not name and not isinstance(key, int):
        raise Unreadable("The message names no monitor.")
    # A monitor keeps its number when it is given another name.
    fingerprint = reading.fingerprint(f"monitor {key}"[:100] if isinstance(key, int) else name)
    return Alert(fingerprint, at if is_down else None, None if is_down else at, name or fingerprint, _labels(monitor))


def _labels(monitor: Node) -> dict[str, str]:
    own = {name: monitor[name] for name in ("name", "type", "url", "hostname") if monitor.get(name)}
    tags = monitor.get("tags")
    named = [tag for tag in tags if isinstance(tag, dict) and tag.get("name")] if isinstance(tags, list) else []
    return reading.labels({**own, **{str(tag["name"]): tag.get("value") or "" for tag in named}})


def _data(body: bytes, content_type: str) -> bytes:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        # As Latin-1, which turns every byte into a letter and back.
        values = [value for name, value in _pairs(body.decode("latin-1")) if name == "data"]
        return _field(values[0].encode("latin-1") if values else None)
    if kind == "multipart/form-data":
        # Python's reader of mails reads such a body as well; the head of it travels beside it here.
        head = " ".join(content_type.split()).encode("latin-1", "replace")
        form = message_from_bytes(b"Content-Type: " + head + b"\r\n\r\n" + body)
        parts = form.walk() if form.is_multipart() else ()
        found = [part for part in parts if part.get_param("name", header="content-disposition") == "data"]
        return _field(found[0].get_payload(decode=True) if found else None)
    return body


def _pairs(form: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(form, max_num_fields=MOST_FIELDS, encoding="latin-1")
    except ValueError:
        raise Unreadable("The form has more than %(most)s fields.", most=MOST_FIELDS) from None


def _field(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Unreadable("The form has no field “data”.")
    return value
