"""Reading a learner's file: what it says (`extract`), what that means (`analysis`), in a child process (`pool`, `worker`).

It knows no table, no folder and no lesson; documents come as bytes and leave as values. What loads heavy libraries is not
imported here, so that the child process starts fast.
"""

from tutorium.app.reading.failures import Failure, FailureCode, UnreadableError
from tutorium.app.reading.findings import Analysis, SourceDocument
from tutorium.app.reading.material import Block, Extract, Line, Rect, Span, rects_of

__all__ = [
    "Analysis",
    "Block",
    "Extract",
    "Failure",
    "FailureCode",
    "Line",
    "Rect",
    "SourceDocument",
    "Span",
    "UnreadableError",
    "rects_of",
]
