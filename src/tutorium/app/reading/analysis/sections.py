"""Which parts of a document are teaching text: not its references, index, licence or captions."""

import re
from typing import Final

from tutorium.app.reading.analysis.words import fold
from tutorium.app.reading.analysis.words.wordlists import phrase_set
from tutorium.app.reading.material import Block

# English, German, French, Spanish, Italian, Portuguese, Dutch
_SKIPPED_TITLES: Final = phrase_set(
    """
    references, bibliography, works cited, index, contents, table of contents, list of figures, list of tables,
    acknowledgements, acknowledgments, further reading, external links, see also, license, licence, copyright, legal
    notice, about the author, about the authors, credits, credits and license, revision history, changelog, notes,
    endnotes, footnotes, sources, dedication, imprint, gnu free documentation license, colophon, about this book,
    image credits, picture credits, literatur, literaturverzeichnis, quellen, quellenverzeichnis, inhalt,
    inhaltsverzeichnis, verzeichnis, stichwortverzeichnis, danksagung, impressum, einzelnachweise, weblinks,
    bibliographie, table des matieres, sommaire, remerciements, mentions legales, bibliografia, indice,
    agradecimientos, referencias, enlaces externos, vease tambien, ringraziamenti, riferimenti, agradecimentos,
    literatuur, inhoud, inhoudsopgave, dankwoord, bronnen
    """
)
_NUMBER: Final = re.compile(
    r"^(?:(?i:chapter|section|part|unit|lesson|kapitel|teil|chapitre|partie|capítulo|capitolo)\s+"
    r"(?:\d+|[IVXLC]+|[A-Z])[.:)]?\s+(?:[–—-]\s+)?"
    r"|\d+(?:\.\d+)*[.:)]?\s+|(?:[A-Z]\.)?\d+(?:\.\d+)+[.:)]?\s+|(?:[IVXLC]+|[A-Z])[.:)]\s+)"
)
_CAPTION: Final = re.compile(
    r"^(?:fig(?:ure|\.)?|table|listing|plate|diagram|photo|image|screenshot|abb(?:ildung|\.)?|tab(?:elle|\.)?|figura|tableau|tabla)\s*"
    r"(?:\d|[A-Z]?[.:])",
    re.IGNORECASE,
)
_CAPTION_EXAMPLE: Final = re.compile(r"^(?:example|exercise|beispiel|exemple|ejemplo)\s+\d+(?:[.\-]\d+)+", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"^(?:\[\d+\]\s+)?[A-ZÀ-Þ][\w’'\-]+,\s(?:[A-Z]\.\s?)+.*\b(?:1[5-9]|20)\d\d\b")
_DOT_LEADER: Final = re.compile(r"(?:\.\s?){5,}\s*\d*\s*$")
_ADDRESS: Final = re.compile(r"^\S*(?:https?://|www\.)\S+$")


def plain_title(title: str) -> str:
    """Return a heading without its number."""
    stripped = _NUMBER.sub("", title.strip(), count=1).strip()
    return stripped if len(stripped) > 1 else title.strip()


def is_teaching(block: Block) -> bool:
    """Whether a block belongs to what the document teaches."""
    if any(fold(plain_title(title)).strip(" .:") in _SKIPPED_TITLES for title in block.path):
        return False
    text = block.text.strip()
    if block.kind == "heading":
        return fold(plain_title(text)).strip(" .:") not in _SKIPPED_TITLES
    return not (
        _CAPTION.match(text)
        or _CAPTION_EXAMPLE.match(text)
        or _REFERENCE.match(text)
        or _DOT_LEADER.search(text)
        or _ADDRESS.match(text)
    )
