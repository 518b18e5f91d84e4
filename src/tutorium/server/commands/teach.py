"""`tutorium teach FILE`: a whole lesson in the terminal, and the board it drew as files."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace
from rich.console import Console

from tutorium.server.commands.options import Config, settings_of
from tutorium.server.startup import ExitCode, StartError, prepare_data_directory
from tutorium.server.terminal_lesson import TerminalLesson

File = Annotated[Path, typer.Argument(help="A PDF, Markdown or text file to be taught.", show_default=False)]
Out = Annotated[Path, typer.Option(help="Directory for the drawn board.", show_default="here")]
Keep = Annotated[Path | None, typer.Option("--data", help="Keep the lesson in this data directory.", show_default=False)]
Ask = Annotated[bool, typer.Option("--ask/--no-ask", help="Wait for answers to questions, or only show them.")]


def teach(file: File, out: Out = Path(), data: Keep = None, ask: Ask = True, config: Config = None) -> None:
    """Teach from a document here in the terminal, ask questions, and save the board as .excalidraw and .svg."""
    if not file.is_file():
        raise StartError(f"there is no file {file}", ExitCode.WRONG_USE)
    if not out.is_dir():
        raise StartError(f"there is no directory {out} to save the board in", ExitCode.WRONG_USE)
    with contextlib.ExitStack() as stack:
        place = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tutorium-", ignore_cleanup_errors=True)))
        settings = replace(settings_of(config, data=place), log_level="warning")
        prepare_data_directory(settings.data)
        lesson = TerminalLesson(settings=settings, file=file, out=out, console=Console(highlight=False), asks=ask)
        asyncio.run(lesson.give())
