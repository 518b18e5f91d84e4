"""What a mutation is going to write: the last form of each row it touched, beside the form it found."""

from dataclasses import dataclass
from typing import Any, cast

from tutorium.engine.database.overlay import Overlay
from tutorium.engine.database.row import Row
from tutorium.engine.database.table import Table
from tutorium.engine.persistence import KeyChange, RowChange


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """One row: as the snapshot has it (`old`, None when it is new) and as it shall be (`new`, None when it is to go)."""

    table: Table[Any]
    old: Row | None
    old_body: bytes | None
    new: Row | None
    new_body: bytes | None
    new_keys: tuple[bytes, ...]


class WriteSet:
    """Rows to be written, by key. Mirrors them into the overlay through which the transaction reads."""

    def __init__(self, overlay: Overlay) -> None:
        """Begin empty."""
        self._rows: dict[bytes, WrittenRow] = {}
        self._overlay = overlay
        self.size = 0

    def __len__(self) -> int:
        """Return how many rows are to be written."""
        return len(self._rows)

    def __bool__(self) -> bool:
        """Tell whether anything is to be written."""
        return bool(self._rows)

    def find(self, key: bytes) -> WrittenRow | None:
        """Return the pending form of a row."""
        return self._rows.get(key)

    def put(
        self, table: Table[Any], key: bytes, old: Row | None, old_body: bytes | None, new: Row | None, new_body: bytes | None
    ) -> None:
        """Set the pending form of a row. `old` and its body count only the first time; later forms replace the pending one."""
        earlier = self._rows.get(key)
        if earlier is not None:
            old, old_body = earlier.old, earlier.old_body
            self.size -= len(earlier.new_body or b"")
        self.size += len(new_body or b"")
        keys = () if new is None else table.keys(new, key)
        self._place(key, WrittenRow(table, old, old_body, new, new_body, keys))

    def savepoint(self) -> object:
        """Return a mark for `roll_back_to`."""
        return dict(self._rows), self.size

    def roll_back_to(self, mark: object) -> None:
        """Return to the state at `mark`."""
        rows, self.size = cast("tuple[dict[bytes, WrittenRow], int]", mark)
        for key in [key for key, written in self._rows.items() if rows.get(key) is not written]:
            if key in rows:
                self._place(key, rows[key])
            else:
                del self._rows[key]
                self._overlay.forget(key)

    def changes(self) -> list[RowChange]:
        """Return the changes to commit; a row that came and went within the transaction is none."""
        return [
            _change(key, written) for key, written in self._rows.items() if not (written.old is None and written.new is None)
        ]

    def _place(self, key: bytes, written: WrittenRow) -> None:
        self._rows[key] = written
        self._overlay.put(key, written.new_body, written.new_keys)


def _change(key: bytes, written: WrittenRow) -> RowChange:
    table = written.table
    if written.old is None:
        keys = tuple([KeyChange(None, new) for new in written.new_keys])
    else:
        old_keys = table.keys(written.old, key)
        new_keys = written.new_keys or (None,) * len(old_keys)
        keys = tuple([KeyChange(old, new) for old, new in zip(old_keys, new_keys, strict=True)])
    search = table.search_entries(written.old, written.new) if table.search_indexes else ()
    return RowChange(key=key, old=written.old_body, new=written.new_body, keys=keys, search=search)
