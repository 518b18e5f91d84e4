"""A lesson in a terminal: the same parts as the server's, with a console in the place of the page."""

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
from rich.console import Console
from rich.markup import escape

from tutorium.app.auth.functions import create_guest
from tutorium.app.boards import encode_excalidraw, render_svg
from tutorium.app.documents.mutations import add
from tutorium.app.documents.queries import get as get_document
from tutorium.app.folders.functions import create as create_folder
from tutorium.app.sessions.functions import create as create_session
from tutorium.engine import Id, Identity, StoredFile
from tutorium.realtime.tutor_stream import Listener
from tutorium.realtime.tutor_stream.commands import Answer, AnyCommand, Help, Next, Say, Start
from tutorium.realtime.tutor_stream.events import (
    AskedItem,
    AttemptJudged,
    BoardDrawn,
    ItemAsked,
    LessonEvent,
    LessonPlanned,
    TextDelta,
    TurnFailed,
    TurnFinished,
    TurnStarted,
)
from tutorium.server.composition import Parts, open_parts
from tutorium.server.settings import Settings
from tutorium.server.startup import ExitCode, StartError

LEARNER = "You"
SIGN_IN_ENDS = 9e15
WORDS_TO_QUIT = {"quit", "exit", "q"}
HOW_TO_ANSWER = "your answer, or: hint · skip · ? and a question · quit"
READ_BYTES = 1 << 20

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(LessonEvent)


@dataclass(slots=True, kw_only=True)
class TerminalLesson:
    """One lesson on one file. With `asks` False questions are shown and passed over."""

    settings: Settings
    file: Path
    out: Path
    console: Console
    asks: bool
    _open_item: AskedItem | None = field(default=None, init=False)
    _quits: bool = field(default=False, init=False)

    async def give(self) -> None:
        """Read the file, give the lesson, save the board. Raises StartError when the file cannot be taught from."""
        async with open_parts(self.settings) as parts:
            opened = await parts.engine.run_mutation(create_guest, name=LEARNER, expires_at=SIGN_IN_ENDS)
            learner = opened.user.id
            session = await self._prepare(parts, learner)
            try:
                await self._follow(parts, session, Listener(user=learner, name=LEARNER, role="owner"))
            finally:
                await self._save_board(parts, session)

    async def _prepare(self, parts: Parts, learner: str) -> str:
        """Read the document, showing how far it has come, and return a session on it."""
        identity = Identity(subject=learner, issuer="terminal", token_identifier=f"terminal|{learner}")
        engine = parts.engine.acting_as(identity)
        kind = mimetypes.guess_type(self.file.name)[0] or "text/plain"
        stored = await parts.engine.files.store(self._chunks(), kind, owner=learner)
        folder = await engine.run_mutation(create_folder, name=self.file.stem[:100] or "A lesson")
        document = await engine.run_mutation(
            add, folder=folder, storage_id=cast("Id[StoredFile]", stored), name=self.file.name[:200]
        )
        with self.console.status(f"reading {escape(self.file.name)} …") as status:
            async with parts.engine.subscribe(get_document, document=document) as rows:
                async for row in rows:
                    if row.status == "ready":
                        break
                    if row.error is not None:
                        raise StartError(row.error.message, ExitCode.WRONG_USE)
                    if row.pages:
                        status.update(f"reading {escape(self.file.name)}: page {row.pages_read} of {row.pages}")
        return await engine.run_mutation(create_session, folder=folder, title=self.file.stem[:200] or "A lesson")

    async def _chunks(self) -> AsyncIterator[bytes]:
        with self.file.open("rb") as source:
            while chunk := await asyncio.to_thread(source.read, READ_BYTES):
                yield chunk

    async def _follow(self, parts: Parts, session: str, learner: Listener) -> None:
        """Show every event as it comes, and answer each pause of the tutor with the learner's next command."""
        await parts.commands.submit(session, learner, Start())
        shown = 0
        async for newest in parts.events.watch(session):
            while shown < newest:
                for kept in await parts.events.read(session, shown, newest - shown):
                    shown = kept.seq
                    event = _decoder.decode(kept.text)
                    self._show(event)
                    command = await self._next_command(event)
                    if command is not None:
                        await parts.commands.submit(session, learner, command)
            if self._quits:
                return

    async def _next_command(self, event: LessonEvent) -> AnyCommand | None:
        """Return what to send now that the tutor waits; None while it still speaks, or when the lesson is over."""
        match event:
            case TurnFinished(lesson_done=True) | TurnFailed():
                self._quits = True
                return None
            case TurnFinished(more=True):
                return None
            case TurnFinished():
                if self._open_item is not None and self.asks:
                    return await self._ask()
                self._open_item = None
                return Next()
            case AttemptJudged(closed=True):
                self._open_item = None
                return Next()
            case AttemptJudged():
                return await self._ask()
            case _:
                return None

    async def _ask(self) -> AnyCommand | None:
        """Ask the learner at the prompt until there is something to send."""
        item = self._open_item
        while item is not None:
            try:
                line = (await asyncio.to_thread(self.console.input, f"[bold]>[/bold] [dim]({HOW_TO_ANSWER})[/dim] ")).strip()
            except (EOFError, KeyboardInterrupt):
                line = "quit"
            if line.lower() in WORDS_TO_QUIT:
                self._quits = True
                return None
            if line.lower() == "hint":
                return Help(kind="stuck")
            if line.lower() == "skip":
                self._open_item = None
                return Next()
            if line.startswith("?"):
                return Say(text=line[1:].strip() or "?")
            if item.kind == "cloze" and line:
                return Answer(item=item.id, text=line)
            if item.choices is not None and line.isdigit() and 1 <= int(line) <= len(item.choices):
                return Answer(item=item.id, choice=int(line) - 1)
            self.console.print("[dim]Please type the number of a choice.[/dim]" if item.choices else "")
        return None

    def _show(self, event: LessonEvent) -> None:
        match event:
            case LessonPlanned():
                self.console.rule(f"[bold]{escape(event.title)}[/bold]")
                if event.notice:
                    self.console.print(f"[yellow]{escape(event.notice)}[/yellow]")
            case TurnStarted():
                self.console.print()
            case TextDelta():
                self.console.print(escape(event.text.replace("**", "")), end="", soft_wrap=True)
            case BoardDrawn():
                shown = " · ".join(event.alt.splitlines()) or event.step
                self.console.print(f"\n[dim]  ▭ on the board: {escape(shown)}[/dim]", soft_wrap=True)
            case ItemAsked():
                self._open_item = event.item
                self._show_item(event.item)
            case AttemptJudged():
                mark = {"right": "[green]✓[/green]", "wrong": "[red]✗[/red]", "unsure": "[yellow]?[/yellow]"}[event.verdict]
                lines = [event.feedback, f"Hint: {event.hint}" if event.hint else None, event.solution]
                self.console.print(f"{mark} " + escape("\n  ".join(filter(None, lines))))
            case TurnFailed():
                self.console.print(f"\n[red]{escape(event.message)}[/red]")
            case _:
                pass

    def _show_item(self, item: AskedItem) -> None:
        self.console.print(f"\n\n[bold]? {escape(item.prompt)}[/bold]", soft_wrap=True)
        for number, choice in enumerate(item.choices or (), start=1):
            self.console.print(f"  {number}. {escape(choice)}", soft_wrap=True)

    async def _save_board(self, parts: Parts, session: str) -> None:
        elements, files = await parts.rooms.snapshot(session), await parts.rooms.files(session)
        if not elements:
            return
        drawing, picture = self.out / f"{self.file.stem}.excalidraw", self.out / f"{self.file.stem}.svg"
        drawing.write_bytes(encode_excalidraw(elements, files))
        picture.write_text(render_svg(elements, files), encoding="utf-8")
        self.console.print(f"\n\nThe board is saved as [bold]{drawing}[/bold] and [bold]{picture}[/bold].", soft_wrap=True)
