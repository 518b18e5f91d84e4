"""How boards are kept: a log of Yjs updates for each room, its head, and named snapshots. All times in ms since 1970."""

from tutorium.app.auth import User
from tutorium.app.sessions import Session
from tutorium.engine import Id, Row, StoredFile

MAX_SNAPSHOT_NAME_CHARS = 120


class BoardHead(Row, table="board_heads", indexes={"by_room": ("room",)}):
    """Which generation of a room's log counts, and its compaction epoch. A room without a head is empty, at epoch 0.

    A compaction writes the next generation beside the one that counts and then turns the head to it, so it is all or nothing
    whatever its size.
    """

    room: str
    generation: int
    epoch: int
    compacted_at: float | None = None


class BoardUpdate(Row, table="board_updates", indexes={"by_log": ("room", "generation", "seq")}):
    """A piece of a room's log. An update larger than a row may be goes on in the next row when `continues`."""

    room: str
    generation: int
    seq: int
    data: bytes
    continues: bool = False


class BoardSnapshot(Row, table="board_snapshots", indexes={"by_session": ("session",)}):
    """A board as it was, under a name: `content` is a file with its elements and file entries as JSON."""

    session: Id[Session]
    name: str
    by: Id[User]
    element_count: int
    content: Id[StoredFile]


class BoardImage(Row, table="board_images", indexes={"by_session": ("session", "file_id")}):
    """An image that is too large to be inside the document. `file_id` is the SHA-256 of its bytes, in lower-case hex."""

    session: Id[Session]
    file_id: str
    content_type: str
    content: Id[StoredFile]
