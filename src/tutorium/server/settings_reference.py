"""The reference page of all settings, made from `Settings` itself: `python -m tutorium.server.settings_reference`."""

from pathlib import Path
from typing import cast, get_type_hints

from msgspec import Meta

from tutorium.app.agents import AgentOverrides
from tutorium.app.auth import Rate
from tutorium.server.settings import CONFIG_VARIABLE, DEFAULT_CONFIG_FILE, FIELDS, Secret, Settings, variable

HEAD = f"""# Settings

A value comes from, first wins: the command line, the environment, the file, the default.
The file is TOML with the names in the first column as keys; it is `{DEFAULT_CONFIG_FILE}` in the current directory, or what
`--config` or `{CONFIG_VARIABLE}` names. Lists are comma-separated in the environment. A rate `10/60` means ten at once, and
then one more every 60 seconds; it is kept for each process.

This page is made by `python -m tutorium.server.settings_reference`.

| setting | environment | default | what it does |
| --- | --- | --- | --- |
"""


def settings_reference() -> str:
    """Return the page as Markdown."""
    rows = [
        f"| `{field.name}` | `{variable(field.name)}` | {_shown(field.default)} | {description(field.name)} |"
        for field in FIELDS
    ]
    return HEAD + "\n".join(rows) + "\n"


def description(name: str) -> str:
    """Return what the setting `name` does."""
    said = cast("tuple[object, ...]", get_type_hints(Settings, include_extras=True)[name].__metadata__)
    return " ".join(part.description for part in said if isinstance(part, Meta) and part.description)


def _shown(default: object) -> str:
    match default:
        case Secret() | "" | None | () | AgentOverrides():
            return "empty"
        case bool():
            return f"`{str(default).lower()}`"
        case Rate():
            return f"`{default.burst}/{default.every_seconds:g}`"
        case tuple():
            return ", ".join(f"`{part}`" for part in cast("tuple[object, ...]", default))
        case Path() | str() | int() | float():
            return f"`{default}`"
        case _:
            raise TypeError(f"no way to show {default!r}")


if __name__ == "__main__":
    print(settings_reference(), end="")
