"""A small room store on files, fsync and all: for tests that kill the process."""

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from tutorium.realtime.whiteboard import StoredRoom

_HEAD = struct.Struct("!QI")
_LENGTH = struct.Struct("!I")


class FileRoomStore:
    """One file a room: epoch, then groups (count and lengths first, so that a torn group at the end is not read)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def load(self, room: str) -> StoredRoom:
        path = self._folder / f"{room}.log"
        if not path.exists():
            return StoredRoom(updates=(), epoch=0)
        data = path.read_bytes()
        epoch = struct.unpack_from("!Q", data)[0]
        updates: list[bytes] = []
        at = 8
        while group := _read_group(data, at):
            updates.extend(group[0])
            at = group[1]
        return StoredRoom(updates=tuple(updates), epoch=epoch)

    async def append(self, room: str, updates: Sequence[bytes]) -> None:
        path = self._folder / f"{room}.log"
        head = b"" if path.exists() else struct.pack("!Q", 0)
        with path.open("ab") as file:
            file.write(head + _group(updates))
            file.flush()
            os.fsync(file.fileno())

    async def compact(self, room: str, snapshot: Sequence[bytes], epoch: int) -> None:
        fresh = self._folder / f"{room}.new"
        with fresh.open("wb") as file:
            file.write(struct.pack("!Q", epoch) + _group(snapshot))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / f"{room}.log")


def _group(updates: Sequence[bytes]) -> bytes:
    body = b"".join(_LENGTH.pack(len(update)) + update for update in updates)
    return _HEAD.pack(len(body), len(updates)) + body


def _read_group(data: bytes, at: int) -> tuple[list[bytes], int] | None:
    if at + _HEAD.size > len(data):
        return None
    size, count = _HEAD.unpack_from(data, at)
    at += _HEAD.size
    if at + size > len(data):
        return None
    updates: list[bytes] = []
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(data, at)
        updates.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return updates, at
