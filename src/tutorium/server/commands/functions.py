"""`tutorium functions`: everything that can be called from outside, and who may call it."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from tutorium.server.application import build_application
from tutorium.server.composition import open_parts
from tutorium.server.settings import Settings
from tutorium.server.surface import Surface


def functions(as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False) -> None:
    """List every public function, HTTP route and socket with who may call it."""
    with tempfile.TemporaryDirectory(prefix="tutorium-") as scratch:
        surface = asyncio.run(_surface_of(Settings(data=Path(scratch))))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(surface)).decode())
    else:
        _print_tables(surface)


async def _surface_of(settings: Settings) -> Surface:
    # asked of the assembled product, so that nothing can be served and not be listed
    async with open_parts(settings) as parts:
        return build_application(parts).surface


def _print_tables(surface: Surface) -> None:
    console = Console(highlight=False)
    table = Table("what", "kind", "who may call", box=None)
    for function in surface.functions:
        table.add_row(function.path, function.kind, function.who)
    for route in surface.routes:
        table.add_row(route.path, " ".join(route.methods), route.who)
    for socket in surface.sockets:
        table.add_row(socket.path, "socket", socket.who)
    console.print(table)
