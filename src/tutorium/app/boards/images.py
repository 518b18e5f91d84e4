"""Images on boards that are too large to travel inside the document: kept once for each board, under their bytes' hash."""

import re
from collections.abc import AsyncIterator

from tutorium.app.boards.access import role_on_board
from tutorium.app.boards.errors import ImageRefusedError, TooManyImagesError
from tutorium.app.boards.feature import functions
from tutorium.app.boards.tables import BoardImage
from tutorium.app.sessions import RANK, Role, Session
from tutorium.engine import Engine, Id, MutationContext, QueryContext, StoredFile, internal
from tutorium.errors import ForbiddenError, NotFoundError, TooLargeError

IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"})
MAX_IMAGE_BYTES = 10 * 1024 * 1024
"""The document's contract."""
MAX_IMAGES = 500
"""Of one board: every page of a thick script, and an end to filling the disk through one session."""

_FILE_ID = re.compile(r"[0-9a-f]{64}")
_ACTIVE_SVG = re.compile(
    rb"<\s*(?:[\w-]+:)?(?:script|foreignobject|iframe|embed|object|handler)\b|[\s\"'/]on[a-z]+\s*=|javascript:|<!(?:doctype|entity)",
    re.IGNORECASE,
)


@functions.query(guard=internal)
async def find_image(ctx: QueryContext, *, session: Id[Session], file_id: str) -> BoardImage | None:
    """Return the image of a board, None when it was never uploaded."""
    return await ctx.db.query(BoardImage).index("by_session").eq(session=session, file_id=file_id).first()


@functions.mutation(guard=internal)
async def add_image(
    ctx: MutationContext, *, session: Id[Session], file_id: str, content_type: str, content: Id[StoredFile]
) -> None:
    """Note an image whose bytes are stored. One that is there already stays, and the new bytes go.

    Raises TooManyImagesError.
    """
    known = await ctx.db.query(BoardImage).index("by_session").eq(session=session).take(MAX_IMAGES)
    if any(row.file_id == file_id for row in known):
        await ctx.storage.delete(content)
        return
    if len(known) >= MAX_IMAGES:
        raise TooManyImagesError(limit=MAX_IMAGES)
    await ctx.db.insert(BoardImage(session=session, file_id=file_id, content_type=content_type, content=content))


@functions.mutation(guard=internal)
async def discard(ctx: MutationContext, *, content: Id[StoredFile]) -> None:
    """Remove stored bytes that no image came to need."""
    await ctx.storage.delete(content)


class BoardImages:
    """Takes images in and gives them out to those who are in the session."""

    def __init__(self, engine: Engine) -> None:
        """Keep them as files of `engine`."""
        self._engine = engine

    async def put(self, user: str, session: str, file_id: str, content_type: str, body: bytes) -> None:
        """Keep an image. Putting it twice is harmless.

        Raises NotFoundError, ForbiddenError (viewers), ImageRefusedError (type, hash, active SVG), TooLargeError,
        TooManyImagesError.
        """
        board = await self._admit(user, session, least="editor")
        if len(body) > MAX_IMAGE_BYTES:
            raise TooLargeError("Images on a board may have at most 10 MiB.", limit_bytes=MAX_IMAGE_BYTES)
        if content_type not in IMAGE_TYPES:
            raise ImageRefusedError("Boards take PNG, JPEG, WebP, GIF and SVG images.", content_type=content_type[:80])
        if not _FILE_ID.fullmatch(file_id):
            raise ImageRefusedError("The id of an image is the SHA-256 of its bytes, in lower-case hex.")
        if content_type == "image/svg+xml" and _ACTIVE_SVG.search(body):
            raise ImageRefusedError("This SVG holds scripts or the like. Save it as a plain drawing, or as a PNG.")
        if await self._engine.run_query(find_image, session=board, file_id=file_id) is not None:
            return
        stored = await self._engine.files.store(
            _chunks(body), content_type, max_bytes=MAX_IMAGE_BYTES, owner=user, sha256=bytes.fromhex(file_id)
        )
        content = Id[StoredFile](stored)
        try:
            await self._engine.run_mutation(
                add_image, session=board, file_id=file_id, content_type=content_type, content=content
            )
        except TooManyImagesError:
            await self._engine.run_mutation(discard, content=content)
            raise

    async def get(self, user: str, session: str, file_id: str) -> tuple[str, AsyncIterator[bytes]]:
        """Return the type and the bytes of an image. Raises NotFoundError."""
        board = await self._admit(user, session, least="viewer")
        row = await self._engine.run_query(find_image, session=board, file_id=file_id)
        if row is None:
            raise NotFoundError
        download = await self._engine.files.open(row.content)
        return row.content_type, download.read()

    async def _admit(self, user: str, session: str, *, least: Role) -> Id[Session]:
        found = await self._engine.run_query(role_on_board, session=session, user=user)
        if found.role is None:
            raise NotFoundError
        if RANK[found.role] < RANK[least]:
            raise ForbiddenError("Only those who may draw on this board can add images.", role=found.role)
        return Id[Session](session)


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body
