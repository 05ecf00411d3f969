"""The passwords and keys of the embedded services, made once per data folder."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path


def _word() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Keys:
    """One random word each: the database's three roles, Redis, and Django's secret key."""

    admin: str = field(default_factory=_word)
    owner: str = field(default_factory=_word)
    app: str = field(default_factory=_word)
    redis: str = field(default_factory=_word)
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))


def load(path: Path) -> Keys:
    """The keys of this data folder; made, readable by us alone, when there are none."""
    try:
        kept = json.loads(path.read_text())
        return Keys(**{one.name: str(kept[one.name]) for one in fields(Keys)})
    except FileNotFoundError:
        keys = Keys()
    except (ValueError, KeyError, TypeError) as wrong:
        raise RuntimeError(f"{path} is damaged; restore it from a backup of the data folder.") from wrong
    # Written aside and renamed: a killed start leaves all keys or none.
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(asdict(keys), stream)
    draft.rename(path)
    return keys
