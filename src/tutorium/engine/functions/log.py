"""`ctx.log`: lines that a developer's client prints to its console."""

from typing import Final, Literal

MAX_LINES: Final = 256
"""Lines of one run beyond this are dropped: they travel with every result."""


class FunctionLog:
    """Collects the lines of one run, in the form that clients parse: `[INFO] text`."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        """Begin empty."""
        self._lines: list[str] = []

    def debug(self, text: str, **values: object) -> None:
        """Note a detail."""
        self._add("DEBUG", text, values)

    def info(self, text: str, **values: object) -> None:
        """Note something ordinary."""
        self._add("INFO", text, values)

    def warning(self, text: str, **values: object) -> None:
        """Note something odd."""
        self._add("WARN", text, values)

    def error(self, text: str, **values: object) -> None:
        """Note something wrong."""
        self._add("ERROR", text, values)

    def lines(self) -> tuple[str, ...]:
        """Return what was noted."""
        return tuple(self._lines)

    def clear(self) -> None:
        """Forget everything: the run begins again."""
        self._lines.clear()

    def _add(self, level: Literal["DEBUG", "INFO", "WARN", "ERROR"], text: str, values: dict[str, object]) -> None:
        if len(self._lines) < MAX_LINES:
            self._lines.append(" ".join([f"[{level}]", text, *(f"{name}={value!r}" for name, value in values.items())]))
