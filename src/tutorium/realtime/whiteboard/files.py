"""Entries of a board's `files` map (whiteboard model, section 7)."""

import base64
import hashlib
from typing import Any

from tutorium.errors import TooLargeError
from tutorium.realtime.whiteboard.validation import MAX_INLINE_FILE_BYTES


def file_id_of(content: bytes) -> str:
    """Return the id of a file: the lower-case hex SHA-256 of its bytes, so that equal content is kept once."""
    return hashlib.sha256(content).hexdigest()


def inline_file(content: bytes, mime_type: str, *, created_ms: int) -> dict[str, Any]:
    """Return the entry of a small file that travels inside the document. Raises TooLargeError above 32 KiB."""
    if len(content) > MAX_INLINE_FILE_BYTES:
        raise TooLargeError(
            f"files inside a board hold at most {MAX_INLINE_FILE_BYTES} bytes; upload this one", size=len(content)
        )
    encoded = base64.b64encode(content).decode()
    return {
        "id": file_id_of(content),
        "mimeType": mime_type,
        "created": created_ms,
        "size": len(content),
        "dataURL": f"data:{mime_type};base64,{encoded}",
    }


def uploaded_file(file_id: str, mime_type: str, *, board: str, size: int, created_ms: int) -> dict[str, Any]:
    """Return the entry of a file that was uploaded to the board's own address."""
    return {
        "id": file_id,
        "mimeType": mime_type,
        "created": created_ms,
        "size": size,
        "url": f"/api/boards/{board}/files/{file_id}",
    }
