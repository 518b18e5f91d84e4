"""The SQL of this adapter, read once from the files beside this module."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_PACKAGE: Final = "tutorium.engine.persistence.sqlite"
_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def schema() -> str:
    """Return the statements that make an empty database."""
    return files(_PACKAGE).joinpath("schema.sql").read_text()


@cache
def statements() -> dict[str, str]:
    """Return the named statements."""
    parts = _NAME.split(files(_PACKAGE).joinpath("statements.sql").read_text())
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def statement(name: str, index: int | None = None) -> str:
    """Return one statement; `index` is the number of the full-text index that it is about."""
    text = statements()[name]
    return text if index is None else text.replace("{index}", str(int(index)))
