"""Bytes of files: the port, its adapters in memory and on a local disk, and signed upload addresses. Knows no rows."""

from tutorium.engine.file_storage.local_disk import LocalDiskFileStorage
from tutorium.engine.file_storage.memory import MemoryFileStorage
from tutorium.engine.file_storage.port import CHUNK_BYTES, FileStorage, StoredBlob
from tutorium.engine.file_storage.upload_tokens import TOKEN_SECONDS, UploadGrant, UploadTokens

__all__ = [
    "CHUNK_BYTES",
    "TOKEN_SECONDS",
    "FileStorage",
    "LocalDiskFileStorage",
    "MemoryFileStorage",
    "StoredBlob",
    "UploadGrant",
    "UploadTokens",
]
