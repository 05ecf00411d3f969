"""What a PDF says, and how it is made."""

import io
import re
import unicodedata
from dataclasses import dataclass

from pypdf import PdfReader

FOOTER = re.compile(r"(Made on|Erstellt am) (?!.*(Made on|Erstellt am)).*?$")


@dataclass(frozen=True)
class Read:
    """A PDF as a reader and as a screen reader meet it; the words of a page stand on one line."""

    pages: list[str]
    title: str
    language: str
    is_tagged: bool
    is_sealed: bool  # PDF/UA-1
    outline: list[str]

    @property
    def text(self) -> str:
        """Every page on one line."""
        return " ".join(self.pages)

    @property
    def body(self) -> str:
        """The same without the footers, which may stand within a sentence."""
        return " ".join(FOOTER.sub("", page).strip() for page in self.pages)

    @property
    def letters(self) -> str:
        """Everything without white space, for what may be broken anywhere."""
        return squeezed(self.text)


def squeezed(text: str) -> str:
    """The text without white space and signs that nobody sees."""
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")


def read(file: bytes) -> Read:
    """The PDF of these bytes."""
    found = PdfReader(io.BytesIO(file), strict=True)
    root = found.root_object
    return Read(
        pages=[" ".join(page.extract_text().split()) for page in found.pages],
        title=str(found.metadata.title) if found.metadata else "",
        language=str(root.get("/Lang")),
        is_tagged=root["/MarkInfo"].get_object()["/Marked"].value and "/StructTreeRoot" in root,  # type: ignore[index]  # pypdf names only PdfObject
        is_sealed=b"<pdfuaid:part>1</pdfuaid:part>" in file,
        outline=list(_titles(found.outline)),
    )


def _titles(outline: object) -> list[str]:
    if isinstance(outline, list):
        return [title for one in outline for title in _titles(one)]
    return [str(getattr(outline, "title", ""))]
