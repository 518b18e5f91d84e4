"""All open boards of this process: opened on demand, exactly one live room per name, unloaded when idle.

A name's life::

    absent ──acquire──> loading ──> live ──idle or failed──> closing ──> absent
                                                 acquire waits for ──────┘
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from tutorium.errors import TutoriumError, UnavailableError
from tutorium.realtime.whiteboard.compaction import compact_if_due
from tutorium.realtime.whiteboard.defaults import Element
from tutorium.realtime.whiteboard.digest import digest_of
from tutorium.realtime.whiteboard.editor import BoardEditor
from tutorium.realtime.whiteboard.loading import load_room
from tutorium.realtime.whiteboard.peer import Peer
from tutorium.realtime.whiteboard.ports import RoomStore
from tutorium.realtime.whiteboard.restoring import delete_others, in_pieces, restore_piece
from tutorium.realtime.whiteboard.room import Room
from tutorium.realtime.whiteboard.update_log import RoomStoreError
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode

# A page reload or a short loss of the network finds the room still open.
IDLE_SECONDS = 60.0

T = TypeVar("T")

_log = structlog.get_logger()


class ShuttingDownError(UnavailableError):
    """The server is about to restart. Try again in a moment."""


@dataclass(slots=True, eq=False)
class _Entry:
    ready: asyncio.Future[Room]
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    is_closing: bool = False

    @property
    def room(self) -> Room | None:
        """The room when it is live."""
        is_live = self.ready.done() and not self.is_closing and self.ready.exception() is None
        return self.ready.result() if is_live else None


@asynccontextmanager
async def open_room_registry(
    store: RoomStore, *, runtime: Runtime, idle_seconds: float = IDLE_SECONDS
) -> AsyncGenerator["RoomRegistry"]:
    """Run the boards of this process; on leaving, everybody is disconnected and everything is durable."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        registry = RoomRegistry(store, tasks, runtime=runtime, idle_seconds=idle_seconds)
        reaper = tasks.create_task(registry.unload_idle_rooms())
        try:
            yield registry
        except Exception as error:
            # Raised again outside, so that the caller's error is not wrapped into the group's.
            failure = error
        finally:
            reaper.cancel()
            await registry.close()
    if failure is not None:
        raise failure


class RoomRegistry:
    """The boards that are open, and how the application draws on any board. Made by `open_room_registry`."""

    def __init__(self, store: RoomStore, tasks: asyncio.TaskGroup, *, runtime: Runtime, idle_seconds: float) -> None:
        """Keep boards in `store`; every room runs as a task of `tasks`."""
        self._store = store
        self._tasks = tasks
        self.runtime = runtime
        self._idle_seconds = idle_seconds
        self._entries: dict[str, _Entry] = {}
        self._is_closing = False

    @property
    def rooms(self) -> list[Room]:
        """The rooms that are live now."""
        return [room for entry in self._entries.values() if (room := entry.room) is not None]

    async def join(self, room: str, peer: Peer) -> Room:
        """Take a connection into a board. Raises UnavailableError, or what the store raises."""
        live = await self._acquire(room)
        live.join(peer)
        return live

    async def edit(self, room: str, editor: Callable[[BoardEditor], T], *, by: str) -> T:
        """Run `editor` on the live board, in one transaction, in the name of `by` ("tutor" or a user id).

        Returns the editor's result when its writes are durable and relayed. When it raises, nothing is written.
        """
        live = await self._acquire(room)
        with _Lease(live):
            return await live.edit(editor, by=by)

    async def snapshot(self, room: str) -> list[Element]:
        """Return the live elements in paint order, each with its `id`, sparse (`with_defaults` fills them up)."""
        live = await self._acquire(room)
        live.touch()
        return [dict(element) for element in live.board.elements.live()]

    async def files(self, room: str) -> dict[str, Any]:
        """Return the board's file entries by file id."""
        live = await self._acquire(room)
        live.touch()
        return live.board.elements.files()

    async def digest(self, room: str) -> str:
        """Return the canonical digest of the board's live elements."""
        return digest_of(await self.snapshot(room))

    async def restore(self, room: str, elements: Sequence[Mapping[str, Any]], *, by: str = "tutor") -> None:
        """Bring the board back to a snapshot, as new edits: what came later is deleted, what was changed changes back.

        Large snapshots are restored in several steps, each durable; a board in use may change between them.
        """
        live = await self._acquire(room)
        kept = frozenset(str(element["id"]) for element in elements)
        with _Lease(live):
            await live.edit(lambda editor: delete_others(editor, kept), by=by)
            for piece in in_pieces(elements):
                await live.edit(lambda editor, piece=piece: restore_piece(editor, piece), by=by)
                await self.runtime.sleep(0)

    def set_tutor_presence(self, room: str, pointer: Mapping[str, Any] | None, status: str) -> None:
        """Show the tutor's cursor and what it does ("idle", "thinking", "drawing"); without anybody there it is not kept."""
        entry = self._entries.get(room)
        if entry is not None and (live := entry.room) is not None:
            live.set_tutor_presence(pointer, status)

    def disconnect(self, room: str, user: str, code: CloseCode = CloseCode.FORBIDDEN) -> None:
        """Close a person's connections to a board, for example when they lost access to it."""
        entry = self._entries.get(room)
        live = entry.room if entry is not None else None
        for peer in live.peers if live is not None else ():
            if peer.participant.user == user:
                peer.connection.close(code)

    async def unload_idle_rooms(self) -> None:
        """Close rooms that nobody uses, for ever."""
        while True:
            await self.runtime.sleep(self._idle_seconds / 4)
            now = self.runtime.monotonic()
            for entry in list(self._entries.values()):
                room = entry.room
                if room is not None and room.is_idle and now - room.idle_since >= self._idle_seconds:
                    entry.is_closing = True
                    room.end()

    async def close(self) -> None:
        """Disconnect everybody and make everything durable; no room opens after this."""
        self._is_closing = True
        for entry in list(self._entries.values()):
            if (room := entry.room) is not None:
                entry.is_closing = True
                room.disconnect_all(CloseCode.SERVICE_RESTART)
                room.end()
        for entry in list(self._entries.values()):
            await entry.closed.wait()

    async def _acquire(self, name: str) -> Room:
        """Return the live room; no other task runs between this and the caller's next step."""
        while True:
            if self._is_closing:
                raise ShuttingDownError
            entry = self._entries.get(name)
            if entry is None:
                entry = _Entry(asyncio.get_running_loop().create_future())
                self._entries[name] = entry
                self._tasks.create_task(self._live(name, entry), name=f"board {name}")
            if not entry.is_closing:
                room = await asyncio.shield(entry.ready)
                if not entry.is_closing and not room.has_failed:
                    return room
            await entry.closed.wait()

    async def _live(self, name: str, entry: _Entry) -> None:
        """The whole life of one room. Never raises: one room's trouble is not the others'."""
        try:
            room = await load_room(name, self._store, self.runtime)
        except Exception as error:
            entry.is_closing = True
            _log.exception("board.load_failed", room=name)
            entry.ready.set_exception(_as_unavailable(error, name))
            # Nobody may be waiting any more; the error is logged above.
            entry.ready.exception()
        else:
            entry.ready.set_result(room)
            if self._is_closing:
                room.end()
            await self._run(room, entry)
        finally:
            del self._entries[name]
            entry.closed.set()

    async def _run(self, room: Room, entry: _Entry) -> None:
        try:
            await room.run()
            entry.is_closing = True
            if not self._is_closing and not room.has_failed:
                await compact_if_due(
                    room.name,
                    room.board,
                    epoch=room.epoch,
                    rows=room.log.rows_appended,
                    store=self._store,
                    runtime=self.runtime,
                )
        except Exception:
            entry.is_closing = True
            _log.exception("board.run_failed", room=room.name)
            room.fail(CloseCode.INTERNAL_ERROR)
        finally:
            room.board.close()


def _as_unavailable(error: Exception, room: str) -> TutoriumError:
    """Return the store's own error when it is one of ours, else one that says: come back later."""
    if isinstance(error, TutoriumError):
        return error
    unavailable = RoomStoreError(room=room)
    unavailable.__cause__ = error
    return unavailable


class _Lease:
    """Keeps a room from being unloaded while an edit is under way."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def __enter__(self) -> None:
        self._room.leases += 1

    def __exit__(self, *_: object) -> None:
        self._room.leases -= 1
        self._room.touch()
