"""Reading a file: bytes in, text in blocks with its place on the page out.

Pure: no process, no table, no meaning. What the text says is analysed beside it; limits on time and memory are the worker's.
"""

from tutorium.app.reading.extract.documents import extract_document
from tutorium.app.reading.extract.language import detect_language
from tutorium.app.reading.extract.sentences import split_sentences

__all__ = ["detect_language", "extract_document", "split_sentences"]
