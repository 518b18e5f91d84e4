"""Snapshots under a name: the board as it was, and the way back to it."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tutorium.app.auth import User, current_user
from tutorium.app.boards.errors import SnapshotTooLargeError, TooManySnapshotsError
from tutorium.app.boards.feature import functions
from tutorium.app.boards.live import current_boards
from tutorium.app.boards.tables import MAX_SNAPSHOT_NAME_CHARS, BoardSnapshot
from tutorium.app.boards.words import BoardPart, parts_of, words_of
from tutorium.app.folders import clean_name
from tutorium.app.sessions import Session, session_role
from tutorium.engine import ActionContext, Id, MutationContext, QueryContext, StoredFile, View, internal
from tutorium.errors import NotFoundError
from tutorium.realtime.whiteboard import BoardEditor

CONTENT_TYPE = "application/vnd.excalidraw+json"
MAX_SNAPSHOTS = 200
"""Of one session: a lesson of many weeks, and still one short list."""
MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024
"""As large as a board may be."""

SnapshotName = Annotated[str, Meta(min_length=1, max_length=MAX_SNAPSHOT_NAME_CHARS)]


class SnapshotContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot's file holds: live elements in paint order (sparse, with their ids) and the files they show."""

    elements: list[dict[str, Any]]
    files: dict[str, dict[str, Any]]


class BoardText(View):
    """A board in words: `text` has a line for each of `parts`."""

    text: str
    parts: list[BoardPart]
    element_count: int


@functions.action(guard=session_role("editor"))
async def save_snapshot(ctx: ActionContext, *, session: Id[Session], name: SnapshotName) -> Id[BoardSnapshot]:
    """Keep the board as it is now under `name`; names may repeat. Raises TooManySnapshotsError or SnapshotTooLargeError."""
    return await _save(ctx, session, clean_name(name))


@functions.action(guard=session_role("editor"))
async def restore_snapshot(ctx: ActionContext, *, session: Id[Session], snapshot: Id[BoardSnapshot]) -> Id[BoardSnapshot]:
    """Bring the board back to a snapshot, for all its people and as edits that they can go on from.

    What is on the board now is kept first, as a snapshot of its own, whose id is returned. Raises NotFoundError.
    """
    row = await ctx.run_query(snapshot_of, session=session, snapshot=snapshot)
    content = msgspec.json.decode(await ctx.storage.open(row.content), type=SnapshotContent)
    kept = await _save(ctx, session, f"↩ {row.name}"[:MAX_SNAPSHOT_NAME_CHARS])
    boards = current_boards()
    by = str(await current_user(ctx))

    def bring_files(editor: BoardEditor) -> None:
        for file_id, entry in content.files.items():
            editor.add_file(file_id, entry)

    await boards.edit(str(session), bring_files, by=by)
    await boards.restore(str(session), content.elements, by=by)
    return kept


@functions.mutation(guard=session_role("editor"))
async def remove_snapshot(ctx: MutationContext, *, session: Id[Session], snapshot: Id[BoardSnapshot]) -> None:
    """Forget a snapshot. Raises NotFoundError."""
    row = await snapshot_row(ctx, session, snapshot)
    await ctx.storage.delete(row.content)
    await ctx.db.delete(row.id)


@functions.action(guard=session_role())
async def as_text(ctx: ActionContext, *, session: Id[Session]) -> BoardText:
    """The board in words, for screen readers: the tutor's drawings in order, then what people drew, from above to below."""
    del ctx
    elements = await current_boards().snapshot(str(session))
    return BoardText(text=words_of(elements), parts=parts_of(elements), element_count=len(elements))


@functions.query(guard=internal)
async def snapshot_of(ctx: QueryContext, *, session: Id[Session], snapshot: Id[BoardSnapshot]) -> BoardSnapshot:
    """Return the snapshot. Raises NotFoundError when it is none of this session."""
    return await snapshot_row(ctx, session, snapshot)


@functions.mutation(guard=internal)
async def add_snapshot(
    ctx: MutationContext,
    *,
    session: Id[Session],
    name: str,
    by: Id[User],
    element_count: int,
    content: Id[StoredFile],
) -> Id[BoardSnapshot]:
    """Note a snapshot whose content is stored. Raises TooManySnapshotsError."""
    rows = await ctx.db.query(BoardSnapshot).index("by_session").eq(session=session).take(MAX_SNAPSHOTS)
    if len(rows) >= MAX_SNAPSHOTS:
        raise TooManySnapshotsError(limit=MAX_SNAPSHOTS)
    row = BoardSnapshot(session=session, name=name, by=by, element_count=element_count, content=content)
    return await ctx.db.insert(row)


async def snapshot_row(ctx: QueryContext | MutationContext, session: Id[Session], snapshot: Id[BoardSnapshot]) -> BoardSnapshot:
    """Return the row of a snapshot of this session. Raises NotFoundError."""
    row = await ctx.db.get(snapshot)
    if row is None or row.session != session:
        raise NotFoundError
    return row


async def _save(ctx: ActionContext, session: Id[Session], name: str) -> Id[BoardSnapshot]:
    boards = current_boards()
    elements = await boards.snapshot(str(session))
    files = await boards.files(str(session))
    shown = {e.get("fileId") for e in elements}
    content = SnapshotContent(elements=elements, files={key: entry for key, entry in files.items() if key in shown})
    data = msgspec.json.encode(content)
    if len(data) > MAX_SNAPSHOT_BYTES:
        raise SnapshotTooLargeError(bytes=len(data), limit=MAX_SNAPSHOT_BYTES)
    stored = await ctx.storage.store(data, CONTENT_TYPE)
    try:
        return await ctx.run_mutation(
            add_snapshot,
            session=session,
            name=name,
            by=await current_user(ctx),
            element_count=len(elements),
            content=stored,
        )
    except TooManySnapshotsError:
        await ctx.storage.delete(stored)
        raise
