"""`_storage`: what is known of each file."""

from tutorium.engine.database import Row


class StoredFile(Row, table="_storage", number=4, indexes={"by_blob": ("blob",), "by_upload": ("upload",)}):
    """One file. `sha256` is base64, `size` in bytes, `blob` the key of its bytes and the last part of its address.

    `owner` is whatever the upload address was made for; the engine only keeps it. `upload` names the address that the file came
    by, which takes no other.
    """

    sha256: str
    size: int
    content_type: str | None = None
    blob: str
    owner: str | None = None
    upload: str | None = None
