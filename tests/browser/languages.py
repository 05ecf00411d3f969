"""Which words of a page belong to the other language, by the catalogue alone."""

import re
from functools import cache
from pathlib import Path

import polib
from playwright.sync_api import Page

from config import catalogues

NAME = "Zusage"  # of the portal, in both languages
ROOT = Path(__file__).resolve().parent.parent.parent
# What a reader or a screen reader meets; letters in frames and whatever is marked as another language are left out.
SHOWN = """() => {
    const skipped = "script, style, [lang]:not(html)";
    const shown = [];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        if (!walker.currentNode.parentElement.closest(skipped)) shown.push(walker.currentNode.textContent);
    }
    for (const name of ["title", "placeholder", "aria-label", "data-label"]) {
        for (const element of document.querySelectorAll(`[${name}]`)) shown.push(element.getAttribute(name));
    }
    return shown;
}"""


@cache
def _wordings() -> dict[str, dict[str, re.Pattern[str]]]:
    """Language → what stands in its catalogue → what it looks like when its gaps are filled."""
    found: dict[str, dict[str, re.Pattern[str]]] = {"en": {}, "de": {}}
    for entry in catalogues.read(catalogues.path_of(ROOT, "de")):
        for english, german in _pairs(entry):
            found["en"][_flat(english)] = _pattern(english)
            found["de"][_flat(german)] = _pattern(german)
    return found


def _pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    if entry.msgid_plural:
        return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
    return [(entry.msgid, entry.msgstr)]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(_flat(part)) for part in catalogues.PLACEHOLDER.split(text)))


def foreign_words(page: Page, language: str) -> list[str]:
    """What the page says in the other language although the catalogue has it in this one."""
    own, other = _wordings()[language], _wordings()["de" if language == "en" else "en"]
    shown = {_flat(text) for text in page.evaluate(SHOWN)} - {"", NAME}
    return sorted(text for text in shown if text not in own and _is_said(text, other) and not _is_said(text, own))


def _is_said(text: str, wordings: dict[str, re.Pattern[str]]) -> bool:
    if text in wordings:
        return True
    # Short patterns are mostly gap: a name in quotation marks would count as a sentence.
    return any(len(pattern.pattern.replace(".+", "")) > 20 and pattern.fullmatch(text) for pattern in wordings.values())
