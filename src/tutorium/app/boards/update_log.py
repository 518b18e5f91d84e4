"""The internal functions that read and write a room's log. Only `store` calls them."""

from collections.abc import Sequence

from tutorium.app.boards.feature import functions
from tutorium.app.boards.tables import BoardHead, BoardUpdate
from tutorium.engine import MutationContext, QueryContext, View, internal
from tutorium.errors import ConflictError

MAX_PIECE_BYTES = 768 * 1024
"""Of one row: the engine's rows hold 1 MiB, keys and names included."""
MAX_READ_BYTES = 4 * 1024 * 1024
"""Of one query: well below what a transaction may read, and a fraction of a second on a slow disk."""
MAX_READ_ROWS = 4_000


class LogPage(View):
    """Rows of a log from one place on. `rows` is empty at its end."""

    generation: int
    epoch: int
    rows: list[BoardUpdate]


class ReplacedWhileReadError(ConflictError):
    """The board was compacted while it was read. Read it again from the start."""


async def head_of(ctx: QueryContext | MutationContext, room: str) -> BoardHead | None:
    """Return the head of a room, None if nothing was ever kept for it."""
    return await ctx.db.query(BoardHead).index("by_room").eq(room=room).unique()


@functions.query(guard=internal)
async def read_log(ctx: QueryContext, *, room: str, generation: int | None, after: int) -> LogPage:
    """Return the next rows of the log after number `after`, as many as one query should read.

    `generation` is that of the pages before (None for the first). Raises ReplacedWhileReadError when another one counts now.
    """
    head = await head_of(ctx, room)
    current = head.generation if head is not None else 0
    if generation is not None and generation != current:
        raise ReplacedWhileReadError(room=room)
    rows: list[BoardUpdate] = []
    size = 0
    async for row in ctx.db.query(BoardUpdate).index("by_log").eq(room=room, generation=current).gt(seq=after):
        rows.append(row)
        size += len(row.data)
        if size >= MAX_READ_BYTES or len(rows) >= MAX_READ_ROWS:
            break
    return LogPage(generation=current, epoch=head.epoch if head is not None else 0, rows=rows)


@functions.mutation(guard=internal)
async def append_updates(ctx: MutationContext, *, room: str, updates: tuple[bytes, ...]) -> None:
    """Add updates at the end of the log, in order."""
    head = await head_of(ctx, room)
    generation = head.generation if head is not None else 0
    if head is None:
        await ctx.db.insert(BoardHead(room=room, generation=0, epoch=0))
    await _write(ctx, room, generation, updates)


@functions.mutation(guard=internal)
async def append_beside(ctx: MutationContext, *, room: str, generation: int, updates: tuple[bytes, ...]) -> None:
    """Add updates to a generation that does not count yet."""
    await _write(ctx, room, generation, updates)


@functions.query(guard=internal)
async def newest_generation(ctx: QueryContext, *, room: str) -> int:
    """Return the highest generation that has rows or counts: also one that a crash left behind half written."""
    head = await head_of(ctx, room)
    last = await ctx.db.query(BoardUpdate).index("by_log").eq(room=room).order("desc").first()
    return max(head.generation if head is not None else 0, last.generation if last is not None else 0)


@functions.mutation(guard=internal)
async def turn_head(ctx: MutationContext, *, room: str, generation: int, epoch: int) -> None:
    """Let another generation count from now on."""
    head = await head_of(ctx, room)
    if head is None:
        await ctx.db.insert(BoardHead(room=room, generation=generation, epoch=epoch, compacted_at=ctx.now_ms))
    else:
        await ctx.db.patch(head.id, generation=generation, epoch=epoch, compacted_at=ctx.now_ms)


@functions.mutation(guard=internal)
async def remove_old_generations(ctx: MutationContext, *, room: str) -> bool:
    """Remove some rows of generations below the one that counts; return whether there may be more."""
    head = await head_of(ctx, room)
    if head is None:
        return False
    query = ctx.db.query(BoardUpdate).index("by_log").eq(room=room).lt(generation=head.generation)
    removed = 0
    async for row in query:
        await ctx.db.delete(row.id)
        removed += len(row.data)
        if removed >= MAX_READ_BYTES:
            return True
    return False


async def _write(ctx: MutationContext, room: str, generation: int, updates: Sequence[bytes]) -> None:
    last = await ctx.db.query(BoardUpdate).index("by_log").eq(room=room, generation=generation).order("desc").first()
    seq = last.seq if last is not None else 0
    for update in updates:
        for start in range(0, max(1, len(update)), MAX_PIECE_BYTES):
            seq += 1
            piece = update[start : start + MAX_PIECE_BYTES]
            continues = start + MAX_PIECE_BYTES < len(update)
            await ctx.db.insert(BoardUpdate(room=room, generation=generation, seq=seq, data=piece, continues=continues))


async def remove_log(ctx: MutationContext, room: str, limit: int) -> int:
    """Remove up to `limit` rows of a room's log, its head last; return how many."""
    rows = await ctx.db.query(BoardUpdate).index("by_log").eq(room=room).take(limit)
    for row in rows:
        await ctx.db.delete(row.id)
    removed = len(rows)
    if removed < limit and (head := await head_of(ctx, room)) is not None:
        await ctx.db.delete(head.id)
        removed += 1
    return removed
