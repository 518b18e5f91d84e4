"""Tables as classes: what a row holds, and by which indexes it is found."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, cast, dataclass_transform

import msgspec

from tutorium.engine.errors import SchemaError
from tutorium.engine.values import Id, camel_case

_SYSTEM_FIELDS: Final = {"_id": "_id", "_creation_time": "_creationTime"}


class SearchIndex(msgspec.Struct, frozen=True):
    """A full-text index over one text field. `filters` are fields that a search may hold to one value."""

    field: str
    filters: tuple[str, ...] = ()


def _wire_name(name: str) -> str:
    return _SYSTEM_FIELDS.get(name) or camel_case(name)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class RowMeta(msgspec.StructMeta):
    """Takes the table's name, indexes and search indexes from the class statement."""

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        table: str | None = None,
        indexes: Mapping[str, Sequence[str]] | None = None,
        search: Mapping[str, SearchIndex] | None = None,
        number: int | None = None,
        **options: Any,
    ) -> Any:
        """Make the class. `number` is for the engine's own tables, whose numbers are fixed."""
        options.setdefault("kw_only", True)
        cls = super().__new__(mcls, name, bases, namespace, **options)
        if table is not None:
            row_class = cast("type[Row]", cls)
            row_class.__table__ = table
            row_class.__indexes__ = {index: tuple(fields) for index, fields in (indexes or {}).items()}
            row_class.__search__ = dict(search or {})
            row_class.__number__ = number
            _check_declaration(row_class)
        return cls

    if not TYPE_CHECKING:

        def __init__(cls, *args: Any, **options: Any) -> None:
            """Nothing is left to do; the options were read in `__new__`."""


class Row(msgspec.Struct, metaclass=RowMeta, kw_only=True, frozen=True, rename=_wire_name):
    """A row of a table: `class Folder(Row, table="folders", indexes={"by_owner": ("owner",)})`.

    Rows are values: change them with `ctx.db.patch`, not by assignment.
    """

    __table__: ClassVar[str]
    __indexes__: ClassVar[dict[str, tuple[str, ...]]]
    __search__: ClassVar[dict[str, SearchIndex]]
    __number__: ClassVar[int | None]

    _id: str = ""
    _creation_time: float = 0.0

    @property
    def id(self) -> Id[Self]:
        """The row's id; empty until the row was inserted."""
        return cast("Id[Self]", self._id)

    @property
    def creation_time(self) -> float:
        """When the row was inserted, in milliseconds since 1970."""
        return self._creation_time


_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}").fullmatch


def _check_declaration(cls: type[Row]) -> None:
    fields = set(cls.__struct_fields__)
    for wire in cls.__struct_encode_fields__:
        if wire not in _SYSTEM_FIELDS.values() and not _FIELD(wire):
            raise SchemaError(f"{cls.__name__}: a field cannot be called {wire!r}: letters, digits and _, at most 64.")
    for index, names in cls.__indexes__.items():
        if index in {"by_creation_time", "by_id"}:
            raise SchemaError(f"{cls.__name__}: {index} is there without being declared.")
        if unknown := [name for name in names if name not in fields]:
            raise SchemaError(f"{cls.__name__}: index {index} names no field {unknown[0]!r}.")
        if not names or len(set(names)) != len(names):
            raise SchemaError(f"{cls.__name__}: index {index} needs fields, each once.")
    for index, declared in cls.__search__.items():
        if unknown := [name for name in (declared.field, *declared.filters) if name not in fields]:
            raise SchemaError(f"{cls.__name__}: search index {index} names no field {unknown[0]!r}.")
        if index in cls.__indexes__:
            raise SchemaError(f"{cls.__name__}: {index} is declared twice.")
