"""Values with fields: how Python names become wire names."""

from typing import Any, dataclass_transform

import msgspec


def camel_case(name: str) -> str:
    """Return the wire name of a Python name: `removed_at` is `removedAt`; leading underscores stay, a trailing one falls."""
    bare = name.lstrip("_")
    first, *rest = bare.rstrip("_").split("_")
    return name[: len(name) - len(bare)] + first + "".join(part[:1].upper() + part[1:] for part in rest)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class ViewMeta(msgspec.StructMeta):
    """Makes the fields of every subclass keyword-only, which Structs do not inherit."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        """Make the class."""
        options.setdefault("kw_only", True)
        return super().__new__(mcls, name, bases, namespace, **options)


class View(msgspec.Struct, metaclass=ViewMeta, frozen=True, rename=camel_case):
    """What a function returns when it is not a row: frozen, keyword-only, camelCase on the wire."""
