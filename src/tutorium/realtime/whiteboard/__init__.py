"""Shared whiteboards: Yjs rooms that browsers, the tutor and the server's repair edit at once.

What it is: the y-websocket protocol over live documents, kept durable through a port, validated and repaired. What it is not:
it decides no access, knows no table, and does not lay drawings out; the application does.
"""

from tutorium.realtime.whiteboard.defaults import Element, with_defaults, without_defaults
from tutorium.realtime.whiteboard.digest import digest_of
from tutorium.realtime.whiteboard.editor import BoardEditor, ElementExistsError, UnknownElementError
from tutorium.realtime.whiteboard.elements import ReadElement
from tutorium.realtime.whiteboard.endpoint import BoardEndpoint
from tutorium.realtime.whiteboard.files import file_id_of, inline_file, uploaded_file
from tutorium.realtime.whiteboard.memory import MemoryRoomStore
from tutorium.realtime.whiteboard.ports import Participant, RoomAccess, RoomStore, StoredRoom
from tutorium.realtime.whiteboard.room_registry import RoomRegistry, open_room_registry
from tutorium.realtime.whiteboard.update_log import RoomStoreError
from tutorium.realtime.whiteboard.validation import InvalidElementError

__all__ = [
    "BoardEditor",
    "BoardEndpoint",
    "Element",
    "ElementExistsError",
    "InvalidElementError",
    "MemoryRoomStore",
    "Participant",
    "ReadElement",
    "RoomAccess",
    "RoomRegistry",
    "RoomStore",
    "RoomStoreError",
    "StoredRoom",
    "UnknownElementError",
    "digest_of",
    "file_id_of",
    "inline_file",
    "open_room_registry",
    "uploaded_file",
    "with_defaults",
    "without_defaults",
]
