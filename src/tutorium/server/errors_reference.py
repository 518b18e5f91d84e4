"""The reference page of everything that is refused: `python -m tutorium.server.errors_reference`."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Final

import tutorium
from tutorium.errors import TutoriumError
from tutorium.server.refusals import DOORS, DoorTable

HEAD = """# Errors: what each door refuses

Every door checks size, type, authority and rate. What is refused is told with a stable code, which programs may rely on, and
a sentence for people, which may change; never with a stack trace. A refusal loses nothing: what was accepted before stays,
and the server goes on. How sockets end is in [close-codes.md](close-codes.md); limits that an operator may change are in
[settings.md](settings.md).

This page is made by `python -m tutorium.server.errors_reference`; `tests/integration/doors` sends what it lists.
"""

CODES_HEAD = """
## All codes

Each code, the HTTP status that goes with it where it is answered over HTTP, and what it says when nothing more exact is known.

| code | status | sentence |
| --- | --- | --- |
"""


def error_classes() -> list[type[TutoriumError]]:
    """Return every kind of error there is, by importing every module."""
    for module in pkgutil.walk_packages(tutorium.__path__, "tutorium."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return sorted({TutoriumError, *_below(TutoriumError)}, key=lambda kind: (kind.code, kind.__module__, kind.__name__))


_PRODUCT: Final = f"{tutorium.__name__}."


def errors_reference() -> str:
    """Return the page as Markdown."""
    return HEAD + "".join(_table(door) for door in DOORS) + CODES_HEAD + "".join(_code_rows())


def _below(kind: type[TutoriumError]) -> Iterator[type[TutoriumError]]:
    """Give the product's own errors below `kind`; an application on the engine declares others, which are not this page's."""
    for child in kind.__subclasses__():
        if child.__module__.startswith(_PRODUCT):
            yield child
            yield from _below(child)


def _table(door: DoorTable) -> str:
    rows = "".join(f"| {one.what} | {one.answer} | `{one.code}` | {one.act} |\n" for one in door.refusals)
    return f"\n## {door.name}\n\n{door.about}\n\n| what | answer | code | what to do |\n| --- | --- | --- | --- |\n{rows}"


def _code_rows() -> Iterator[str]:
    """Give each code once, with the sentence of the class that introduced it."""
    introduced: dict[str, type[TutoriumError]] = {}
    for kind in error_classes():
        if "code" in vars(kind):
            introduced.setdefault(kind.code, kind)
    for code, kind in introduced.items():
        sentence = " ".join(inspect.cleandoc(kind.__doc__ or "").split()).replace("|", "\\|")
        yield f"| `{code}` | {int(kind.http_status)} | {sentence} |\n"


if __name__ == "__main__":
    print(errors_reference(), end="")
