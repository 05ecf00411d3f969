"""Reads the environment strictly: a value that cannot be meant stops the start with a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# An empty value is “no”: `DEBUG=` in a file of settings means that somebody switched it off.
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Email:
    """Where mail is handed over: an SMTP server, or nothing when `host` is empty."""

    host: str
    port: int
    user: str
    password: str
    use_tls: bool
    use_ssl: bool
    sender: str


def _split(url: str, *, name: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        # A bracket that opens an IPv6 address and never closes it; Python's own words name no setting.
        raise ValueError(f"{name} names a server that is no name and no address.") from None
    if parts.scheme not in schemes:
        # Only what stands before the colon: the rest may hold a password, and this sentence ends up in logs.
        begins = url.strip().partition(":")[0][:20]
        raise ValueError(f"{name} must start with {' or '.join(s + '://' for s in schemes)}, not with “{begins}”.")
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"{name} names a port that is not a number between 1 and 65535.") from None
    # urlsplit lets it pass, and a client would take it for “any”.
    if port == 0:
        raise ValueError(f"{name} names port 0, which no server listens on.")
    return parts


def address(url: str, *, name: str) -> str:
    """The address of a site or a page of it; none stays none."""
    if not url.strip():
        return ""
    parts = _split(url, name=name, schemes=("http", "https"))
    if not parts.hostname:
        raise ValueError(f"{name} names no host.")
    return url.strip()


def level(word: str) -> str:
    """How much the log says."""
    if word.upper() not in LEVELS:
        raise ValueError(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not “{word[:20]}”.")
    return word.upper()


def database(url: str, *, name: str = "DATABASE_URL") -> dict[str, object]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name?option=value`; ValueError otherwise."""
    parts = _split(url, name=name, schemes=("postgresql", "postgres"))
    base = unquote(parts.path.lstrip("/"))
    if not base:
        raise ValueError(f"{name} names no database: expected postgresql://user:password@host:port/database.")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    # A socket's folder cannot stand in the host part of an address, so `?host=/run/postgresql` wins over it.
    host = str(options.pop("host", "") or parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": base,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def redis_url(url: str, *, name: str = "REDIS_URL") -> str:
    """The address of the Redis server, `redis://host:port/number`; ValueError otherwise."""
    parts = _split(url, name=name, schemes=("redis", "rediss"))
    number = parts.path.lstrip("/") or "0"
    if not parts.hostname or not _is_number(number):
        raise ValueError(f"{name} must look like redis://host:port/0 (the last part is the database's number).")
    return url.strip()


def redis_database(url: str, number: int) -> str:
    """The same Redis server, another of its databases: the broker and the cache never share one."""
    parts = urlsplit(url)
    return parts._replace(path=f"/{number}").geturl()


def email(url: str, *, name: str = "EMAIL_URL") -> Email:
    """`smtp://user:password@host:port?from=…`, `smtps://…` (TLS) or `smtp+starttls://…`; ValueError otherwise."""
    parts = _split(url, name=name, schemes=("smtp", "smtps", "smtp+starttls"))
    if not parts.hostname:
        raise ValueError(f"{name} names no mail server: expected smtp://host:port.")
    standard = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}[parts.scheme]
    return Email(
        host=parts.hostname,
        port=parts.port or standard,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+starttls",
        use_ssl=parts.scheme == "smtps",
        sender=dict(parse_qsl(parts.query)).get("from", "zusage@localhost"),
    )


def flag(value: str, *, name: str) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off or nothing; ValueError otherwise."""
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ValueError(f"{name} must be yes or no, not “{value}”.")


def seconds(value: str, *, name: str) -> float:
    """A length of time between a tenth of a second and an hour; ValueError otherwise."""
    # What is no number at all fails the same bounds, and so does NaN, which compares with nothing.
    try:
        length = float(value)
    except ValueError:
        length = 0.0
    if not 0.1 <= length <= 3600:
        raise ValueError(f"{name} must be a number of seconds between 0.1 and 3600, not “{value}”.")
    return length


def port(value: str, *, name: str = "PORT") -> int:
    """A TCP port; ValueError otherwise."""
    if not _is_number(value.strip()) or not 1 <= int(value) <= 65535:
        raise ValueError(f"{name} must be a number between 1 and 65535, not “{value}”.")
    return int(value)


def _is_number(text: str) -> bool:
    # `isdigit` alone would let “²” through, which `int` then refuses in words that name no setting.
    return text.isascii() and text.isdigit()


def required(environ: Mapping[str, str], name: str) -> str:
    """The value of a setting that has no default; ValueError when it is missing or empty."""
    value = environ.get(name, "").strip()
    if not value:
        raise ValueError(f"{name} is not set. README.md lists every setting; `make run` supplies them all.")
    return value
