"""The sentences of a document with their place, and whether each may be quoted alone."""

import re
from dataclasses import dataclass, field
from typing import Final

from tutorium.app.reading.analysis.sections import is_teaching
from tutorium.app.reading.analysis.standing_alone import stands_alone
from tutorium.app.reading.extract.sentences import split_sentences
from tutorium.app.reading.findings import Quote
from tutorium.app.reading.material import Block, BlockKind, Extract, Span

_ITEM_NUMBER: Final = re.compile(r"^\s*\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivx]{1,4})[.)]\s+")
_SENTENCE_KINDS: Final = frozenset({"paragraph", "item", "quote"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence. `place` counts the sentences of its block from 0; `alone` says whether it can be shown by itself."""

    number: int
    block: int
    start: int
    end: int
    text: str
    kind: BlockKind
    path: tuple[str, ...]
    place: int
    alone: bool
    emphasised: tuple[str, ...] = ()

    def quote(self, document: str, start: int = 0, end: int | None = None) -> Quote:
        """Return the characters `start:end` of this sentence as a quotation."""
        last = len(self.text) if end is None else end
        return Quote(
            document=document, span=Span(self.block, self.start + start, self.start + last), text=self.text[start:last]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A document as the rules read it: `blocks` that teach, and the sentences in them."""

    document: str
    language: str
    title: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    by_block: dict[int, tuple[Sentence, ...]] = field(default_factory=dict[int, tuple[Sentence, ...]])

    def before(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence before, if it is in the same block or closes the paragraph before under the same heading."""
        if sentence.number == 0:
            return None
        previous = self.sentences[sentence.number - 1]
        return previous if previous.path == sentence.path and previous.kind != "item" else None


def read_sentences(document: str, extract: Extract) -> ReadText:
    """Return the teaching text of an extract in sentences."""
    blocks = tuple(block for block in extract.blocks if is_teaching(block))
    sentences: list[Sentence] = []
    by_block: dict[int, tuple[Sentence, ...]] = {}
    for block in blocks:
        if block.kind not in _SENTENCE_KINDS:
            continue
        first = len(sentences)
        for place, (start, end) in enumerate(_spans(block, extract.language)):
            sentences.append(_sentence(len(sentences), block, start, end, place, extract.language))
        by_block[block.id] = tuple(sentences[first:])
    return ReadText(
        document=document,
        language=extract.language,
        title=extract.title,
        blocks=blocks,
        sentences=tuple(sentences),
        by_block=by_block,
    )


def _spans(block: Block, language: str) -> list[tuple[int, int]]:
    number = _ITEM_NUMBER.match(block.text) if block.kind == "item" else None
    offset = number.end() if number else 0
    return [(start + offset, end + offset) for start, end in split_sentences(block.text[offset:], language)]


def _sentence(number: int, block: Block, start: int, end: int, place: int, language: str) -> Sentence:
    text = block.text[start:end]
    return Sentence(
        number=number,
        block=block.id,
        start=start,
        end=end,
        text=text,
        kind=block.kind,
        path=block.path,
        place=place,
        alone=block.kind != "quote" and stands_alone(text, language),
        emphasised=tuple(
            block.text[run.start : run.end].strip(" .,:;")
            for run in block.emphasis
            if run.style != "code" and start <= run.start and run.end <= end
        ),
    )
