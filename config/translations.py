"""The translators' command: `python -m config.translations extract|check|compile|merge FILE.jsonl…`.

A line of a merge file is `{"en": …, "de": …}`, with "en_plural" and "de_plural", or "ctx", where the message has them.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from config import catalogues
from config.catalogues import Message, Translation

ROOT = Path(__file__).resolve().parent.parent


def _messages(root: Path) -> dict[Message, list[str]]:
    from config import extraction  # noqa: PLC0415 (Babel is not in the lock that `make run` installs and compiles with)

    return extraction.from_checkout(root)


def _translations(files: Iterable[Path], known: Iterable[Message]) -> Iterable[Translation]:
    """The translations of the files; `%` of a template's sentence is doubled in the catalogue, as Django asks."""
    messages = set(known)
    for file in files:
        for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            message = Message(row["en"], row.get("en_plural", ""), row.get("ctx", ""))
            doubled = Message(message.text.replace("%", "%%"), message.plural.replace("%", "%%"), message.context)
            if message not in messages and doubled in messages:
                yield Translation(doubled, row["de"].replace("%", "%%"), row.get("de_plural", "").replace("%", "%%"))
            else:
                yield Translation(message, row["de"], row.get("de_plural", ""))


def extract(root: Path) -> int:
    """Bring the catalogues up to date with the source."""
    messages = _messages(root)
    for language in catalogues.languages(root):
        catalogues.synchronise(catalogues.path_of(root, language), messages)
    print(f"{len(messages)} messages.")
    return 0


def check(root: Path) -> int:
    """1 and a line for each fault when a catalogue is not complete."""
    messages = _messages(root)
    faults = [
        f"{language}: {fault}"
        for language in catalogues.languages(root)
        for fault in catalogues.faults(catalogues.path_of(root, language), messages)
    ]
    print("\n".join(faults) or "Every message is translated.")
    return 1 if faults else 0


def compile_catalogues(root: Path) -> int:
    """Write the .mo files that are out of date."""
    catalogues.compile_all(root)
    return 0


def merge(root: Path, language: str, files: Sequence[Path]) -> int:
    """Update the catalogue, fill it from the files, and say which of their lines no message asks for."""
    messages = _messages(root)
    path = catalogues.path_of(root, language)
    catalogues.synchronise(path, messages)
    for stranger in catalogues.fill(path, _translations(files, messages)):
        print(f"not in the source: {stranger.text!r}")
    return check(root)


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.translations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("extract", "check", "compile"):
        commands.add_parser(name)
    merging = commands.add_parser("merge")
    merging.add_argument("--language", default="de")
    merging.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "merge":
        return merge(root, options.language, options.files)
    return {"extract": extract, "check": check, "compile": compile_catalogues}[options.command](root)


if __name__ == "__main__":
    sys.exit(main())
