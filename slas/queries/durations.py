"""Lengths of time as agreement files write them: `90s 30m 1h 1h30m 120h`."""

import re
from datetime import timedelta

# Digits are bounded: a timedelta cannot hold everything a regular expression can.
_FORM = re.compile(r"(?=[0-9])(?:([0-9]{1,6})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?")


LONGEST = timedelta(hours=1_000_000)


def read_duration(text: str) -> timedelta:
    """The length that was written; ValueError with a sentence for anything else, such as `1d`."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no length of time; write it like 90s, 30m, 1h or 1h30m.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    # What is written in parts is written back in hours, of which there are six digits.
    if length >= LONGEST:
        raise ValueError(f"“{text}” is too long; lengths end at 999999h.")
    return length


def write_duration(length: timedelta) -> str:
    """The shortest way to write a length; a sign only when it is negative."""
    hours, rest = divmod(abs(int(length.total_seconds())), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{number}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if number]
    return ("-" if length < timedelta(0) else "") + ("".join(parts) or "0s")
