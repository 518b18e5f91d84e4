"""A live board: one Yjs document that all its people, the tutor and the server's repair edit at once.

What happens to an update of a person, and to one of the server (tutor or repair)::

    person    received ─> applied ─> relayed as it came ─┬─> durable within 50 ms
    server    applied ────────────> durable ─────────────┴─> relayed
              └ meanwhile answers to state vectors wait: they would show what is not durable yet

Invariant: nobody outside ever sees a write of the server that a crash could take back.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import msgspec
import structlog

from tutorium.realtime.whiteboard.awareness import Awareness
from tutorium.realtime.whiteboard.document import TOMBSTONES_SINCE, BoardDocument, BrokenDocumentError
from tutorium.realtime.whiteboard.editor import BoardEditor
from tutorium.realtime.whiteboard.elements import is_live
from tutorium.realtime.whiteboard.messages import (
    EMPTY_UPDATE,
    AwarenessEntry,
    Message,
    MessageKind,
    decode_awareness,
    decode_message,
    encode_awareness,
    encode_message,
    has_new_structs,
)
from tutorium.realtime.whiteboard.outbox import Outbox
from tutorium.realtime.whiteboard.peer import Peer
from tutorium.realtime.whiteboard.ports import RoomStore
from tutorium.realtime.whiteboard.repair import plan_board_repairs, plan_element_repairs
from tutorium.realtime.whiteboard.update_log import RoomStoreError, UpdateLog
from tutorium.realtime.whiteboard.writes import BoardWrites
from tutorium.runtime import Runtime
from tutorium.sockets.close_codes import CloseCode
from tutorium.sockets.connection import Connection
from tutorium.sockets.frames import encode_frame

# What a board may hold in all, history included; compaction brings it down when everybody has left.
MAX_BOARD_BYTES = 64 * 1024 * 1024
# Repair waits this long, so that a drag is looked at once, and yet keeps the promised second.
REPAIR_DELAY_SECONDS = 0.5
# What repair looks at in one loop turn.
REPAIRED_IN_PIECE = 200
# Silent clients are looked for this often; the tutor's presence is renewed every third time, as browsers renew theirs.
PRESENCE_TICK_SECONDS = 5.0
TICKS_BETWEEN_RENEWALS = 3

# Echoes come back within a second; so much is said in a full room meanwhile.
REMEMBERED_PRESENCE = 512

TUTOR_USER = {"id": "tutor", "name": "Tutor", "kind": "tutor"}

T = TypeVar("T")

_log = structlog.get_logger()


class Room:
    """One open board. `run` must be running; the registry opens, runs and closes it. All calls on the loop's thread."""

    def __init__(self, name: str, board: BoardDocument, *, epoch: int, store: RoomStore, runtime: Runtime) -> None:
        """Take over a loaded document."""
        self.name = name
        self.board = board
        self.epoch = epoch
        self.log = UpdateLog(name, store, runtime)
        self.leases = 0
        self.idle_since = runtime.monotonic()
        self.has_failed = False
        self._runtime = runtime
        self._peers: dict[str, Peer] = {}
        self._connections: dict[str, Connection] = {}
        self._outbox = Outbox(self._connections.values())
        self._awareness = Awareness(board.client_id)
        self._relayed_presence: dict[bytes, None] = {}
        self._numbers = 0
        self._not_durable = 0
        self._waiting_for_state: list[tuple[Peer, bytes]] = []
        self._repair_due = asyncio.Event()
        self._someone_here = asyncio.Event()
        self._ended = asyncio.Event()
        if board.elements.has_touched:
            self._repair_due.set()

    @property
    def peers(self) -> list[Peer]:
        """Everybody who is connected now."""
        return list(self._peers.values())

    @property
    def presence(self) -> list[dict[str, Any]]:
        """What everybody who is here shows of themselves: `user`, `pointer`, `view` and so on, as their pages say it."""
        states = (_shown_state(entry.state) for entry in self._awareness.entries())
        return [state for state in states if state is not None]

    @property
    def is_idle(self) -> bool:
        """True when nobody is connected and no edit is under way."""
        return not self._peers and self.leases == 0

    def join(self, peer: Peer) -> None:
        """Take a connection in: ask it for what it has seen and tell it who is here."""
        self._numbers += 1
        peer.number = self._numbers
        self._peers[peer.connection.id] = peer
        self._connections[peer.connection.id] = peer.connection
        self._someone_here.set()
        self._send(peer, encode_message(MessageKind.STATE_VECTOR, self.board.state_vector()))
        self._send_presence(peer)

    def leave(self, peer: Peer) -> None:
        """Forget a connection and everything that it showed of itself."""
        if self._peers.pop(peer.connection.id, None) is None:
            return
        del self._connections[peer.connection.id]
        self._waiting_for_state = [(p, vector) for p, vector in self._waiting_for_state if p is not peer]
        self._take_away(self._awareness.leave(peer.speaker, self._runtime.monotonic()))
        self.touch()
        if not self._peers:
            self._someone_here.clear()

    def touch(self) -> None:
        """Note that the room was in use just now."""
        self.idle_since = self._runtime.monotonic()

    def receive(self, peer: Peer, data: bytes) -> None:
        """Take one message of a connection. Raises MalformedMessageError or MalformedUpdateError."""
        if self.has_failed:
            return
        message = decode_message(data)
        match message.kind:
            case MessageKind.UPDATE | MessageKind.MISSING_UPDATE:
                self._take_update(peer, message, data)
            case MessageKind.AWARENESS:
                self._take_presence(peer, message.body, data)
            case MessageKind.STATE_VECTOR:
                self._take_state_vector(peer, message.body)
            case MessageKind.QUERY_AWARENESS:
                self._send_presence(peer)
            case MessageKind.UNKNOWN:
                pass

    def _take_state_vector(self, peer: Peer, vector: bytes) -> None:
        if not peer.admits_state(vector, self.epoch):
            peer.connection.close(CloseCode.OLD_EPOCH, "old_epoch")
        elif self._not_durable:
            self._waiting_for_state.append((peer, vector))
        else:
            self._send_missing(peer, vector)

    def _take_update(self, peer: Peer, message: Message, data: bytes) -> None:
        update = message.body
        if not peer.can_write or update == EMPTY_UPDATE:
            return
        if not peer.may_update(self.epoch):
            peer.connection.close(CloseCode.OLD_EPOCH, "old_epoch")
            return
        if self.board.doc_bytes + len(update) > MAX_BOARD_BYTES:
            peer.connection.close(CloseCode.MESSAGE_TOO_BIG, "board_full")
            return
        try:
            has_changed = self.board.apply(update)
        except BrokenDocumentError:
            _log.exception("board.broken", room=self.name, user=peer.participant.user)
            peer.connection.close(CloseCode.PROTOCOL_ERROR, "malformed_update")
            self.fail(CloseCode.SERVICE_RESTART)
            return
        is_answer = message.kind is MessageKind.MISSING_UPDATE
        # An answer to a state vector repeats all deletions there ever were; without news it must not grow the log.
        if is_answer and not has_changed and not has_new_structs(update):
            return
        relayed = encode_message(MessageKind.UPDATE, update) if is_answer else data
        self._outbox.put(encode_frame(relayed), besides=peer.connection)
        self._keep(update)
        self._repair_due.set()

    def _keep(self, update: bytes, on_durable: Callable[[], None] | None = None) -> None:
        try:
            self.log.append(update, on_durable)
        except RoomStoreError:
            self.fail(CloseCode.TRY_AGAIN_LATER)
            raise

    def _take_presence(self, peer: Peer, body: bytes, data: bytes) -> None:
        # Every provider sends back what it hears of others: with fifty people that is fifty times what there is to do.
        if data in self._relayed_presence:
            return
        entries = decode_awareness(body)
        news = self._awareness.apply(entries, peer.speaker, self._runtime.monotonic())
        if len(news) == len(entries):
            self._outbox.put(encode_frame(data))
            self._relayed_presence[data] = None
            if len(self._relayed_presence) > REMEMBERED_PRESENCE:
                del self._relayed_presence[next(iter(self._relayed_presence))]
        else:
            self._relay_presence(news)

    def set_tutor_presence(self, pointer: Mapping[str, Any] | None, status: str) -> None:
        """Show where the tutor points and what it does; a pointer of None hides the cursor."""
        state = {"user": TUTOR_USER, "pointer": pointer, "status": status}
        self._relay_presence([self._awareness.set_own(state)])

    def _take_away(self, entries: list[AwarenessEntry]) -> None:
        if entries:
            # Somebody who returns may say the very same again, and then it is news.
            self._relayed_presence.clear()
            self._relay_presence(entries)

    def _relay_presence(self, entries: list[AwarenessEntry]) -> None:
        if entries and self._peers:
            self._outbox.put(encode_frame(encode_message(MessageKind.AWARENESS, encode_awareness(entries))))

    def _send_presence(self, peer: Peer) -> None:
        if entries := self._awareness.entries():
            self._send(peer, encode_message(MessageKind.AWARENESS, encode_awareness(entries)))

    async def edit(self, editor: Callable[[BoardEditor], T], *, by: str) -> T:
        """Run `editor` on the live board and return its result when its writes are durable and on their way to everybody."""
        plan = BoardEditor(self.board.elements, by=by, runtime=self._runtime)
        result = editor(plan)
        await self.write(plan.writes, origin=by)
        return result

    async def write(self, writes: BoardWrites, *, origin: str) -> None:
        """Write to the board: durable first, then relayed. Raises RoomStoreError."""
        if self._begin_write(writes, origin):
            self._repair_due.set()
            await self.log.flush()

    def _begin_write(self, writes: BoardWrites, origin: str) -> bool:
        """Apply to the document and hand to the log; return False when there was nothing to write."""
        if self.log.failure is not None:
            raise self.log.failure
        update = self.board.write(writes, origin=origin) if writes else None
        if update is None:
            return False
        self._not_durable += 1
        frame = encode_frame(encode_message(MessageKind.UPDATE, update))
        # A callback, not code after the wait: the relay must also happen when our caller is cancelled meanwhile.
        self._keep(update, partial(self._release, frame))
        return True

    def _release(self, frame: bytes) -> None:
        self._outbox.put(frame)
        self._not_durable -= 1
        if self._not_durable == 0:
            waiting, self._waiting_for_state = self._waiting_for_state, []
            for peer, vector in waiting:
                self._send_missing(peer, vector)

    async def repair(self) -> None:
        """Correct what was changed since the last pass: elements piece by piece, then the order. Raises RoomStoreError."""
        elements = self.board.elements
        touched, touched_files = elements.take_touched()
        waiting = list(touched)
        await self._write_repair(plan_element_repairs(elements, (), touched_files))
        for start in range(0, len(waiting), REPAIRED_IN_PIECE):
            await self._write_repair(plan_element_repairs(elements, waiting[start : start + REPAIRED_IN_PIECE], ()))
            await self._runtime.sleep(0)
        await self._write_repair(BoardWrites(meta=dict(self._meta_of(touched))))
        # Sorting a board for the first time is a turn of its own.
        elements.live()
        await self._runtime.sleep(0)
        await self._write_repair(plan_board_repairs(elements, touched))

    async def _write_repair(self, writes: BoardWrites) -> None:
        if not writes:
            return
        elements = self.board.elements
        touched_meanwhile = elements.take_touched()
        self._begin_write(writes, "repair")
        # What repair itself wrote needs no second look.
        elements.take_touched()
        elements.touch(*touched_meanwhile)
        if writes.patched or writes.dropped_files:
            _log.info("board.repaired", room=self.name, elements=len(writes.patched), files=len(writes.dropped_files))
        await self.log.flush()

    def _meta_of(self, touched: set[str]) -> Mapping[str, Any]:
        meta = dict(self.board.meta_corrections(self.epoch))
        if TOMBSTONES_SINCE not in self.board.meta:
            found = (self.board.elements.find(element_id) for element_id in touched)
            if any(element is not None and not is_live(element) for element in found):
                meta[TOMBSTONES_SINCE] = self._runtime.now_ns() // 1_000_000
        return meta

    async def run(self) -> None:
        """Keep the log, repair and presence going until the room is ended or has failed; then make everything durable."""
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(work()) for work in (self._run_log, self._run_repair, self._run_presence)]
            await self._ended.wait()
            with contextlib.suppress(RoomStoreError):
                await self.log.flush()
            for task in working:
                task.cancel()
        self.log.close()

    def end(self) -> None:
        """Let `run` finish."""
        self._ended.set()

    async def _run_log(self) -> None:
        await self.log.run()
        self.fail(CloseCode.TRY_AGAIN_LATER)

    async def _run_repair(self) -> None:
        while True:
            await self._repair_due.wait()
            await self._runtime.sleep(REPAIR_DELAY_SECONDS)
            self._repair_due.clear()
            try:
                await self.repair()
            except RoomStoreError:
                return
            except Exception:
                # A board that is not repaired is worth more than one that sends everybody away.
                _log.exception("board.repair_failed", room=self.name)

    async def _run_presence(self) -> None:
        ticks = 0
        while True:
            await self._someone_here.wait()
            await self._runtime.sleep(PRESENCE_TICK_SECONDS)
            ticks += 1
            self._take_away(self._awareness.expire(self._runtime.monotonic()))
            if ticks % TICKS_BETWEEN_RENEWALS == 0 and (renewed := self._awareness.renew_own()):
                self._relay_presence([renewed])

    def fail(self, code: CloseCode) -> None:
        """Give the room up: everybody reconnects, and their replicas bring back what this copy could not keep."""
        self.has_failed = True
        self.disconnect_all(code)
        self._ended.set()

    def disconnect_all(self, code: CloseCode, reason: str = "") -> None:
        """Close every connection."""
        self._outbox.flush()
        for connection in tuple(self._connections.values()):
            connection.close(code, reason)

    def _send(self, peer: Peer, message: bytes) -> None:
        peer.connection.send_frame(encode_frame(message))

    def _send_missing(self, peer: Peer, vector: bytes) -> None:
        self._send(peer, encode_message(MessageKind.MISSING_UPDATE, self.board.missing_update(vector)))


def _shown_state(state: bytes) -> dict[str, Any] | None:
    """Return what a page shows of somebody; None when only a page can read it, such as a number beyond all floats."""
    try:
        decoded = msgspec.json.decode(state)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return cast("dict[str, Any]", decoded) if isinstance(decoded, dict) else None
