"""The whole path of one document, in one process: extract, analyse, cut into passages, pack."""

from collections.abc import Callable

from tutorium.app.reading.chunking import parts_of, passages_of
from tutorium.app.reading.extract import extract_document
from tutorium.app.reading.frames import Part, Progress, Reading
from tutorium.app.reading.packing import pack


def read_document(document: str, name: str, data: bytes, on_progress: Callable[[Progress], None]) -> Reading:
    """Return the file `name` as read and understood. Raises UnreadableError with the reason when that cannot be.

    Runs for seconds and may crash on hostile files: only the worker calls it, and the server for its own sample.
    """

    def on_page(done: int, total: int) -> None:
        on_progress(Progress(stage="reading", done=done, total=total))

    extract = extract_document(data, name, on_page)
    on_progress(Progress(stage="analysing", done=0, total=1))
    from tutorium.app.reading.analysis import analyze  # its word lists take a moment; progress is out before

    analysis = analyze(document, extract)
    parts = parts_of(extract)
    sizes = extract.pages or (None,) * len(parts)
    return Reading(
        title=extract.title,
        language=extract.language,
        words=extract.words,
        paged=bool(extract.pages) or any(block.page for block in extract.blocks),
        text_type=analysis.text_type,
        passages=tuple(passages_of(extract, parts)),
        parts=tuple(Part(blocks=blocks, size=size) for blocks, size in zip(parts, sizes, strict=True)),
        material=pack(extract, analysis),
    )
