"""Markdown to an extract: a line reader that knows headings, lists, tables, quotes, code and formulas."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from tutorium.app.reading.extract.markdown.inline import parse_inline
from tutorium.app.reading.extract.outcome import finish
from tutorium.app.reading.extract.titles import find_title
from tutorium.app.reading.material import Block, BlockKind, Extract

_HEADING: Final = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_UNDERLINE: Final = re.compile(r" {0,3}(=+|-{2,})[ \t]*\Z")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*\Z")
_RULE: Final = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*\Z")
_ITEM: Final = re.compile(r"([ \t]*)(?:[-*+]|(\d{1,9})([.)]))[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_QUOTE: Final = re.compile(r" {0,3}>[ \t]?")
_TABLE_RULE: Final = re.compile(r"[ \t]*\|?[ \t]*:?-{1,200}:?[ \t]*(?:\|[ \t]*:?-{1,200}:?[ \t]*)*\|?[ \t]*\Z")
_CELL_END: Final = re.compile(r"(?<!\\)\|")
_FORMULA_OPEN: Final = re.compile(r"[ \t]*(\$\$|\\\[|\\begin\{(?:equation|align|gather|displaymath)\*?\})")
_FORMULA_CLOSE: Final = re.compile(r"(\$\$|\\\]|\\end\{(?:equation|align|gather|displaymath)\*?\})[ \t]*[.,;]?[ \t]*\Z")
_REFERENCE: Final = re.compile(r" {0,3}\[(?!\^)[^\]]{1,200}\]:[ \t]*\S+")
_NOTE: Final = re.compile(r" {0,3}\[\^[^\]\s]{1,60}\]:[ \t]*")
_HTML_LINE: Final = re.compile(r"[ \t]*<(?:/?[A-Za-z][^<>]*|!--.*)>?[ \t]*\Z")
_FRONT_MATTER_TITLE: Final = re.compile(r"title[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*\Z", re.IGNORECASE)
_MOST_FRONT_MATTER: Final = 200


def read_markdown(text: str, name: str) -> Extract:
    """Return what the Markdown `text` says; `name` is the title when the text names none.

    Bullets of items are left out, their numbers kept. Raises UnreadableError: empty, too_large.
    """
    lines = text.replace("\x0c", "\n").expandtabs(4).split("\n")
    start, title = _front_matter(lines)
    blocks = list(_Reader(lines[start:]).blocks())
    if not title:
        headings = [block for block in blocks if block.kind == "heading"]
        top = min(headings, key=lambda block: block.level, default=None)
        title = top.text if top is not None and top.level == 1 else name
    return finish(blocks, title=title)


def _front_matter(lines: list[str]) -> tuple[int, str]:
    """The line after the front matter, and the title it names."""
    if not lines or lines[0].strip() != "---":
        return 0, ""
    title = ""
    for number, line in enumerate(lines[1:_MOST_FRONT_MATTER], 1):
        if line.strip() in ("---", "..."):
            return number + 1, title
        found = _FRONT_MATTER_TITLE.match(line)
        title = find_title(found.group(1)) if found else title
    return 0, ""


class _Reader:
    """Reads lines from the top. `_at` only grows, so that every input ends; each `_read_*` takes at least one line or none."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        readers: tuple[Callable[[], Block | None], ...] = (
            self._read_fence,
            self._read_formula,
            self._read_heading,
            self._read_quote,
            self._read_table,
            self._read_item,
            self._read_indented_code,
            self._read_paragraph,
        )
        while self._at < len(self._lines):
            if self._skip():
                continue
            for read in readers:
                start = self._at
                block = read()
                if self._at > start:
                    if block is not None and block.text.strip():
                        yield block
                    break

    def _skip(self) -> bool:
        line = self._lines[self._at]
        if not line.strip() or _RULE.match(line) or _REFERENCE.match(line) or _HTML_LINE.match(line):
            self._at += 1
            return True
        return False

    def _read_fence(self) -> Block | None:
        fence = _FENCE.match(self._lines[self._at])
        if fence is None:
            return None
        self._at += 1
        body: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.strip().startswith(fence[1]) and not line.strip(" `~"):
                break
            body.append(line)
        kind: BlockKind = "formula" if fence[2].lower() in ("math", "latex") else "code"
        return Block(id=0, kind=kind, text="\n".join(body).strip("\n"))

    def _read_formula(self) -> Block | None:
        opened = _FORMULA_OPEN.match(self._lines[self._at])
        if opened is None:
            return None
        body: list[str] = []
        rest = self._lines[self._at][opened.end() :]
        end = self._at
        while True:
            closed = _FORMULA_CLOSE.search(rest)
            if closed is not None:
                body.append(rest[: closed.start()])
                break
            end += 1
            if end >= len(self._lines) or not self._lines[end].strip():
                return None
            body.append(rest)
            rest = self._lines[end]
        self._at = end + 1
        return Block(id=0, kind="formula", text=" ".join(" ".join(body).split()))

    def _read_heading(self) -> Block | None:
        line = self._lines[self._at]
        marks = _HEADING.match(line)
        if marks is not None:
            self._at += 1
            return self._inline("heading", marks[2] or "", level=len(marks[1]))
        underline = _UNDERLINE.match(self._lines[self._at + 1]) if self._at + 1 < len(self._lines) else None
        if underline is None or _ITEM.match(line) or _QUOTE.match(line) or "|" in line:
            return None
        self._at += 2
        return self._inline("heading", line, level=1 if underline[1][0] == "=" else 2)

    def _read_quote(self) -> Block | None:
        body: list[str] = []
        while self._at < len(self._lines) and _QUOTE.match(self._lines[self._at]):
            inner = _QUOTE.sub("", self._lines[self._at], count=1)
            self._at += 1
            if not inner.strip() and body:
                break
            body.append(inner.lstrip("> "))
        return self._inline("quote", "\n".join(body)) if body else None

    def _read_table(self) -> Block | None:
        if "|" not in self._lines[self._at] or self._at + 1 >= len(self._lines):
            return None
        rule = self._lines[self._at + 1]
        if "-" not in rule or not _TABLE_RULE.match(rule):
            return None
        width = len(_cells(self._lines[self._at]))
        if len(_cells(rule)) != width:
            return None
        rows = [_cells(self._lines[self._at])]
        self._at += 2
        while self._at < len(self._lines) and "|" in self._lines[self._at]:
            row = _cells(self._lines[self._at])
            rows.append((row + [""] * width)[:width])
            self._at += 1
        clean = tuple(tuple(parse_inline(cell)[0] for cell in row) for row in rows)
        return Block(id=0, kind="table", text="\n".join(" | ".join(row) for row in clean), rows=clean)

    def _read_item(self) -> Block | None:
        mark = _ITEM.match(self._lines[self._at])
        if mark is None:
            return None
        number = f"{mark[2]}{mark[3]} " if mark[2] else ""
        body = [self._lines[self._at][mark.end() :]]
        self._at += 1
        while self._at < len(self._lines) and not self._interrupts(self._at):
            body.append(self._lines[self._at].strip())
            self._at += 1
        return self._inline("item", "\n".join(body), prefix=number)

    def _read_indented_code(self) -> Block | None:
        body: list[str] = []
        while self._at < len(self._lines) and self._lines[self._at].startswith("    "):
            if _ITEM.match(self._lines[self._at]) and not body:
                return None
            body.append(self._lines[self._at][4:])
            self._at += 1
        return Block(id=0, kind="code", text="\n".join(body)) if body else None

    def _read_paragraph(self) -> Block:
        body = [_NOTE.sub("", self._lines[self._at], count=1)]
        self._at += 1
        while self._at < len(self._lines) and not self._interrupts(self._at):
            following = self._at + 1
            if (
                following < len(self._lines)
                and _UNDERLINE.match(self._lines[following])
                and not _RULE.match(self._lines[following])
            ):
                break
            body.append(self._lines[self._at])
            self._at += 1
        return self._inline("paragraph", "\n".join(body))

    def _interrupts(self, at: int) -> bool:
        """Whether line `at` cannot go on a paragraph or item."""
        line = self._lines[at]
        patterns = (_HEADING, _FENCE, _RULE, _ITEM, _QUOTE, _FORMULA_OPEN, _NOTE)
        return not line.strip() or any(pattern.match(line) for pattern in patterns)

    def _inline(self, kind: BlockKind, raw: str, *, level: int = 0, prefix: str = "") -> Block:
        text, emphasis = parse_inline(prefix.replace(".", "\\.").replace(")", "\\)") + raw)
        return Block(id=0, kind=kind, text=text, level=level, emphasis=() if kind == "heading" else emphasis)


def _cells(line: str) -> list[str]:
    stripped = line.strip().removeprefix("|")
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(stripped)]
