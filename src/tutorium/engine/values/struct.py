"""Values with fields: how Python names become wire names."""

import msgspec


def camel_case(name: str) -> str:
    """Return the wire name of a Python name: `removed_at` is `removedAt`; leading underscores stay, a trailing one falls."""
    bare = name.lstrip("_")
    first, *rest = bare.rstrip("_").split("_")
    return name[: len(name) - len(bare)] + first + "".join(part[:1].upper() + part[1:] for part in rest)


class View(msgspec.Struct, frozen=True, kw_only=True, rename=camel_case):
    """What a function returns when it is not a row: frozen, camelCase on the wire."""
