"""The Yjs document of one open board: applying, writing and encoding, without any I/O."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from pycrdt import Doc, Map, TransactionEvent

from tutorium.errors import BadRequestError, TutoriumError
from tutorium.realtime.whiteboard.defaults import SCHEMA_VERSION
from tutorium.realtime.whiteboard.elements import BoardElements
from tutorium.realtime.whiteboard.messages import is_empty_state_vector
from tutorium.realtime.whiteboard.writes import BoardWrites, apply_writes

DEFAULT_BACKGROUND = "#ffffff"
# A key of `meta`: when (ms since 1970) the server first saw a deletion since the last fresh document.
TOMBSTONES_SINCE = "tombstonesSince"

_log = structlog.get_logger()


class MalformedUpdateError(BadRequestError):
    """These bytes are no Yjs update (version 1)."""


class BrokenDocumentError(TutoriumError):
    """An update could be applied only in part, so this copy of the board is no longer what is stored. It is loaded again."""


class BoardDocument:
    """A document with a client id of its own: one that is used again after a crash would diverge for ever.

    `doc_bytes` counts the updates that made it, an upper bound of its size.
    """

    def __init__(self) -> None:
        """Make an empty document under a fresh random client id."""
        self.doc: Doc[Any] = Doc()
        self.elements = BoardElements(self.doc)
        self.doc_bytes = 0
        self._meta: Map[Any] = self.doc.get("meta", type=Map)
        self._whole_state: bytes | None = None
        self._has_changed = False
        self._captured: bytes | None = None
        self._is_capturing = False
        self._subscription = self.doc.observe(self._on_transaction)

    def close(self) -> None:
        """Stop watching; the document is not used any more."""
        self.doc.unobserve(self._subscription)
        self.elements.close()

    @property
    def client_id(self) -> int:
        """The client id of what the server writes."""
        return self.doc.client_id

    @property
    def meta(self) -> dict[str, Any]:
        """The board's own facts: `schema`, `epoch`, `background`."""
        return dict(self._meta.items())

    def load(self, updates: Iterable[bytes], room: str) -> None:
        """Apply stored updates in one transaction and decode what they touched.

        One that cannot be applied is passed over and logged: a board that opens without one change is worth more than none.
        """
        with self.doc.transaction(origin="load"):
            for update in updates:
                try:
                    self.doc.apply_update(update)
                except (ValueError, RuntimeError) as error:
                    _log.error("board.update_unreadable", room=room, bytes=len(update), error=str(error))
                self.doc_bytes += len(update)
        self.elements.refresh()

    def apply(self, update: bytes) -> bool:
        """Apply a peer's update and say whether it changed anything. Raises MalformedUpdateError or BrokenDocumentError."""
        self._has_changed = False
        try:
            self.doc.apply_update(update)
        except ValueError as error:
            raise MalformedUpdateError(str(error)) from error
        except RuntimeError as error:
            raise BrokenDocumentError from error
        self.doc_bytes += len(update)
        return self._has_changed

    def write(self, writes: BoardWrites, *, origin: str) -> bytes | None:
        """Write in one transaction and return its update, None when nothing changed."""
        self._captured = None
        self._is_capturing = True
        try:
            with self.doc.transaction(origin=origin):
                apply_writes(self.doc, writes)
                for key, value in writes.meta.items():
                    if value is None:
                        self._meta.pop(key, None)
                    else:
                        self._meta[key] = value
        finally:
            self._is_capturing = False
        if self._captured is not None:
            self.doc_bytes += len(self._captured)
        return self._captured

    def state_vector(self) -> bytes:
        """Return what this document has seen."""
        return self.doc.get_state()

    def missing_update(self, vector: bytes) -> bytes:
        """Return what a replica with this state vector lacks. Raises MalformedUpdateError.

        The answer for newcomers is kept until the next change: a class that joins at once costs one encoding.
        """
        if not is_empty_state_vector(vector):
            try:
                return self.doc.get_update(vector)
            except ValueError as error:
                raise MalformedUpdateError(str(error)) from error
        if self._whole_state is None:
            self._whole_state = self.doc.get_update()
        return self._whole_state

    def meta_corrections(self, epoch: int) -> Mapping[str, Any]:
        """Return the keys of `meta` that are not what the server says, with their right values."""
        meta = self.meta
        right: dict[str, Any] = {"schema": SCHEMA_VERSION, "epoch": epoch}
        wrong = {key: value for key, value in right.items() if meta.get(key) != value}
        if not isinstance(meta.get("background"), str):
            wrong["background"] = DEFAULT_BACKGROUND
        return wrong

    def _on_transaction(self, event: TransactionEvent) -> None:
        self._has_changed = True
        self._whole_state = None
        if self._is_capturing:
            self._captured = event.update
