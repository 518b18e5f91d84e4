"""`tutorium serve`: the whole product in one process."""

import time

from rich.console import Console
from rich.table import Table

from tutorium import __version__
from tutorium.server import PROCESS_STARTED
from tutorium.server.application import Application
from tutorium.server.commands.options import Config, Data, Database, Host, Port, settings_of
from tutorium.server.composition import Parts
from tutorium.server.run import run


def serve(host: Host = None, port: Port = None, data: Data = None, database: Database = None, config: Config = None) -> None:
    """Start Tutorium. Stop it with Ctrl-C; lessons go on where they were when it is started again."""
    settings = settings_of(config, host=host, port=port, data=data, database=database)
    run(settings, _say_started)


def _say_started(parts: Parts, application: Application, address: str) -> None:
    took = time.monotonic() - PROCESS_STARTED
    table = Table.grid(padding=(0, 2))
    table.add_row("open", f"[bold]{address}[/bold]")
    if not application.page.is_built:
        table.add_row("", "[yellow]the page is not built: run make setup[/yellow]")
    table.add_row("data", str(parts.settings.data.resolve()))
    table.add_row("database", "SQLite, in the data directory")
    table.add_row("tutor", parts.mind)
    table.add_row("started", f"in {took:.1f} s; Ctrl-C stops it")
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]Tutorium {__version__}[/bold]")
    console.print(table)
    console.print()
