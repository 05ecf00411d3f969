"""The catalogues under locale/: brought up to date, filled, judged and compiled."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

SOURCE = "en"  # what the code itself is written in; it needs no catalogue
NUMBER_OF_FORMS = re.compile(r"nplurals\s*=\s*(\d+)")
PLACEHOLDER = re.compile(r"%%|%\(\w+\)[#0\- +]?[\d.]*[a-z]|%[a-z]|\{\w*\}")
HEADER = {
    "Project-Id-Version": "Zusage",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Message:
    """A sentence of the source, with its plural and context where it has them ("" where not)."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True)
class Translation:
    """One message in the other language; `plural` only where the message has one."""

    message: Message
    text: str
    plural: str = ""


def path_of(root: Path, language: str) -> Path:
    """Where the catalogue of a language lies."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def languages(root: Path) -> list[str]:
    """German, and every language that has a folder, but the one of the source."""
    folders = {path.name for path in (root / "locale").glob("*") if path.is_dir()}
    return sorted({"de", *folders} - {SOURCE})


def read(path: Path) -> polib.POFile:
    """The catalogue; an empty one with two forms of the plural where there is none yet."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=120)
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {**HEADER, "Language": path.parts[-3]}
    return catalogue


def _key(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def synchronise(path: Path, messages: Mapping[Message, list[str]]) -> None:
    """Make the catalogue hold exactly the messages of the source; translations of those that stay are kept."""
    kept = {_key(entry): entry for entry in read(path)}
    catalogue = read(path)
    stated = NUMBER_OF_FORMS.search(catalogue.metadata.get("Plural-Forms", ""))
    forms = int(stated[1]) if stated else 2
    # Emptied and filled in order, so that the file changes only where a sentence does.
    catalogue.clear()
    for message in sorted(messages):
        entry = kept.get(message) or polib.POEntry(
            msgid=message.text, msgid_plural=message.plural, msgctxt=message.context or None
        )
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural = dict.fromkeys(range(forms), "")
        # Files without line numbers: a catalogue should only change when a sentence does.
        entry.occurrences = [(name, "") for name in sorted(messages[message])]
        catalogue.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


def fill(path: Path, translations: Iterable[Translation]) -> list[Message]:
    """Write translations into the catalogue and return those whose message it does not hold."""
    catalogue = read(path)
    entries = {_key(entry): entry for entry in catalogue}
    strangers = []
    for translation in translations:
        entry = entries.get(translation.message)
        if entry is None:
            strangers.append(translation.message)
        elif entry.msgid_plural:
            entry.msgstr_plural = {0: translation.text, 1: translation.plural}
        else:
            entry.msgstr = translation.text
    catalogue.save(str(path))
    return strangers


def faults(path: Path, messages: Iterable[Message]) -> Iterator[str]:
    """What keeps the catalogue from 100 %: a sentence for each message missing, untranslated, unsure or garbled."""
    entries = {_key(entry): entry for entry in read(path)}
    for message in sorted(messages):
        entry = entries.get(message)
        if entry is None:
            yield f"missing: {message.text!r}"
        elif entry.fuzzy:
            yield f"fuzzy: {message.text!r}"
        elif not entry.translated():
            yield f"untranslated: {message.text!r}"
        elif garbled := _garbled(entry):
            yield f"placeholders differ: {message.text!r} and {garbled!r}"


def _garbled(entry: polib.POEntry) -> str:
    """The first translation whose placeholders are not those of the message; a plural form may leave the number out."""
    # A wrong placeholder is worse than a missing translation: the page fails when it is shown.
    asked = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for text in entry.msgstr_plural.values():
        if not set(PLACEHOLDER.findall(text)) <= asked:
            return str(text)
    if not entry.msgid_plural and sorted(PLACEHOLDER.findall(entry.msgstr)) != sorted(PLACEHOLDER.findall(entry.msgid)):
        return str(entry.msgstr)
    return ""


def compile_all(root: Path) -> list[Path]:
    """Write the .mo file of each catalogue that is newer than it, and return those written."""
    written = []
    for path in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        # A running portal may read the file at this moment.
        draft = target.with_suffix(".new")
        read(path).save_as_mofile(str(draft))
        draft.rename(target)
        written.append(target)
    return written
