"""Files: rows of `_storage` joined with their bytes; what routes upload to and download from, and `ctx.storage`."""

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final, cast

from tutorium.engine.database import Database, DatabaseReader, DatabaseWriter, Transaction
from tutorium.engine.errors import UploadRefusedError
from tutorium.engine.file_storage import TOKEN_SECONDS, FileStorage, UploadGrant, UploadTokens
from tutorium.engine.functions.auth import Looks
from tutorium.engine.functions.outcome import Caller
from tutorium.engine.system_tables import StoredFile
from tutorium.engine.values import Id
from tutorium.errors import NotFoundError
from tutorium.runtime import Runtime

FileId = Id[StoredFile]

DEFAULT_MAX_UPLOAD_BYTES: Final = 256 << 20
"""For upload addresses that name no limit of their own: a large scanned book."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file found by its address: its row and a way to read any part of it."""

    file: StoredFile
    storage: FileStorage

    def read(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to, not including, `end`."""
        return self.storage.read(self.file.blob, start, end)


class Files:
    """The engine's files."""

    def __init__(self, database: Database, storage: FileStorage, tokens: UploadTokens, runtime: Runtime) -> None:
        self.storage = storage
        self._database = database
        self._tokens = tokens
        self._runtime = runtime

    def upload_token(self, max_bytes: int, owner: str | None) -> str:
        """Return a token that allows one upload within the next hour."""
        expires_at = self._runtime.now_ns() / 1e9 + TOKEN_SECONDS
        return self._tokens.sign(UploadGrant(self._runtime.new_uuid(), max_bytes, owner, expires_at))

    def check_token(self, token: str) -> UploadGrant:
        """Return what an upload token allows. Raises UploadRefusedError."""
        return self._tokens.read(token, self._runtime.now_ns() / 1e9)

    async def upload(
        self, token: str, chunks: AsyncIterator[bytes], content_type: str | None, sha256: bytes | None = None
    ) -> str:
        """Take in a file and return its id. The same file to the same address is that file; another is refused.

        `sha256` is the digest that the client announced. Raises UploadRefusedError (token, digest, used) and TooLargeError.
        """
        grant = self.check_token(token)
        return await self.store(
            chunks, content_type, max_bytes=grant.max_bytes, owner=grant.owner, sha256=sha256, upload=grant.nonce
        )

    async def store(
        self,
        chunks: AsyncIterator[bytes],
        content_type: str | None,
        *,
        max_bytes: int = DEFAULT_MAX_UPLOAD_BYTES,
        owner: str | None = None,
        sha256: bytes | None = None,
        upload: str | None = None,
    ) -> str:
        """Keep a file and return its id. Bytes first, then the row: what a crash leaves between the two is swept."""
        blob = self._runtime.new_uuid()
        stored = await self.storage.put(blob, chunks, max_bytes)
        if sha256 is not None and sha256 != stored.sha256:
            await self.storage.delete(blob)
            raise UploadRefusedError("The file arrived damaged: its digest is another than was announced. Upload it again.")

        row = StoredFile(
            sha256=b64encode(stored.sha256).decode(),
            size=stored.size,
            content_type=content_type,
            blob=blob,
            owner=owner,
            upload=upload,
        )

        async def add(transaction: Transaction) -> StoredFile | str:
            writer = DatabaseWriter(transaction)
            before = None if upload is None else await writer.query(StoredFile).index("by_upload").eq(upload=upload).first()
            return before if before is not None else await writer.insert(row)

        kept = (await self._database.write(add))[0]
        if isinstance(kept, str):
            return kept
        # an answer was lost and the client sends again, or somebody wants more than was granted
        await self.storage.delete(blob)
        if kept.sha256 != row.sha256:
            raise UploadRefusedError("This upload address was used already. Ask for a new one.")
        return kept.id

    async def find(self, blob: str) -> Download:
        """Return a file by the last part of its address. Raises NotFoundError."""

        async def look(transaction: Transaction) -> StoredFile | None:
            return await DatabaseReader(transaction).query(StoredFile).index("by_blob").eq(blob=blob).unique()

        file = await self._database.read(look)
        if file is None:
            raise NotFoundError("There is no such file.")
        return Download(file, self.storage)

    async def open(self, file_id: str) -> Download:
        """Return a file by its id. Raises NotFoundError."""

        async def look(transaction: Transaction) -> StoredFile:
            return await DatabaseReader(transaction).get_or_raise(cast("FileId", file_id))

        return Download(await self._database.read(look), self.storage)


class StorageReader:
    """`ctx.storage` of a query."""

    __slots__ = ("_caller", "_db", "_files", "_looks")

    def __init__(self, files: Files, db: DatabaseReader, caller: Caller, looks: Looks) -> None:
        self._files = files
        self._db = db
        self._caller = caller
        self._looks = looks

    async def get_url(self, file_id: FileId) -> str | None:
        """Return the address under which anyone may read the file, None when there is no such file."""
        file = await self._db.get(file_id)
        return None if file is None else f"{self._origin()}/api/storage/{file.blob}"

    async def get_metadata(self, file_id: FileId) -> StoredFile | None:
        """Return the file's row, None when there is no such file."""
        return await self._db.get(file_id)

    def _origin(self) -> str:
        self._looks.origin = True
        return self._caller.origin or ""


class StorageWriter(StorageReader):
    """`ctx.storage` of a mutation."""

    __slots__ = ()

    async def generate_upload_url(self, *, max_bytes: int = DEFAULT_MAX_UPLOAD_BYTES, owner: str | None = None) -> str:
        """Return an address that takes one file of at most `max_bytes` within the next hour; its row will carry `owner`."""
        return f"{self._origin()}/api/storage/upload?token={self._files.upload_token(max_bytes, owner)}"

    async def delete(self, file_id: FileId) -> None:
        """Take a file away; its bytes follow soon after the commit. Raises NotFoundError."""
        await cast("DatabaseWriter", self._db).delete(file_id)


class StorageOfAction:
    """`ctx.storage` of an action: each call is a transaction of its own."""

    __slots__ = ("_caller", "_database", "_files")

    def __init__(self, files: Files, database: Database, caller: Caller) -> None:
        self._files = files
        self._database = database
        self._caller = caller

    async def get_url(self, file_id: FileId) -> str | None:
        """Return the address under which anyone may read the file, None when there is no such file."""
        file = await self.get_metadata(file_id)
        return None if file is None else f"{self._caller.origin or ''}/api/storage/{file.blob}"

    async def get_metadata(self, file_id: FileId) -> StoredFile | None:
        """Return the file's row, None when there is no such file."""
        return await self._database.read(lambda transaction: DatabaseReader(transaction).get(file_id))

    async def generate_upload_url(self, *, max_bytes: int = DEFAULT_MAX_UPLOAD_BYTES, owner: str | None = None) -> str:
        """Return an address that takes one file of at most `max_bytes` within the next hour; its row will carry `owner`."""
        return f"{self._caller.origin or ''}/api/storage/upload?token={self._files.upload_token(max_bytes, owner)}"

    async def open(self, file_id: FileId) -> bytes:
        """Return the whole file. Raises NotFoundError."""
        return b"".join([chunk async for chunk in self.read(file_id)])

    async def read(self, file_id: FileId, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield a part of the file. Raises NotFoundError."""
        download = await self._files.open(file_id)
        async for chunk in download.read(start, end):
            yield chunk

    async def store(self, data: bytes, content_type: str | None = None, *, owner: str | None = None) -> FileId:
        """Keep bytes as a file and return its id."""

        async def whole() -> AsyncIterator[bytes]:
            yield data

        stored: Any = await self._files.store(whole(), content_type, max_bytes=max(len(data), 1), owner=owner)
        return stored

    async def delete(self, file_id: FileId) -> None:
        """Take a file away. Raises NotFoundError."""
        await self._database.write(lambda transaction: DatabaseWriter(transaction).delete(file_id))
