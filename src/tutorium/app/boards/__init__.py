"""Shared boards of sessions: how they are kept, who may enter, snapshots, and how the tutor draws.

The rooms themselves are `realtime.whiteboard`; this package gives them a store and an access rule on the engine's tables. Where
drawings go is decided in `layout`, which is pure. It knows sessions and accounts; it knows nothing of lessons.
"""

from tutorium.app.boards import access, images, purging, queries, snapshots, update_log
from tutorium.app.boards.access import BoardAccess
from tutorium.app.boards.drawing import DrawnPlace, DrawnStep, TutorBoards, draw_step
from tutorium.app.boards.errors import ImageRefusedError, SnapshotTooLargeError, TooManyImagesError, TooManySnapshotsError
from tutorium.app.boards.excalidraw import encode_excalidraw
from tutorium.app.boards.feature import functions
from tutorium.app.boards.images import BoardImages
from tutorium.app.boards.live import BoardsNotOpenError, LiveBoards, current_boards, use_boards
from tutorium.app.boards.queries import BoardView, SnapshotView
from tutorium.app.boards.snapshots import BoardText
from tutorium.app.boards.store import EngineRoomStore
from tutorium.app.boards.svg import render_svg
from tutorium.app.boards.tables import BoardHead, BoardImage, BoardSnapshot, BoardUpdate
from tutorium.app.boards.views import ViewsOfPeople
from tutorium.app.boards.words import BoardPart, describe_element, parts_of, words_of

tables = [BoardHead, BoardUpdate, BoardSnapshot, BoardImage]
crons = ()

# Imported for the functions and purge steps that they register.
_PARTS = (access, images, purging, queries, snapshots, update_log)

__all__ = [
    "BoardAccess",
    "BoardHead",
    "BoardImage",
    "BoardImages",
    "BoardPart",
    "BoardSnapshot",
    "BoardText",
    "BoardUpdate",
    "BoardView",
    "BoardsNotOpenError",
    "DrawnPlace",
    "DrawnStep",
    "EngineRoomStore",
    "ImageRefusedError",
    "LiveBoards",
    "SnapshotTooLargeError",
    "SnapshotView",
    "TooManyImagesError",
    "TooManySnapshotsError",
    "TutorBoards",
    "ViewsOfPeople",
    "crons",
    "current_boards",
    "describe_element",
    "draw_step",
    "encode_excalidraw",
    "functions",
    "parts_of",
    "render_svg",
    "tables",
    "use_boards",
    "words_of",
]
