"""`tutorium serve`: the whole product in one process."""

import time

from rich.console import Console
from rich.markup import escape

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
    lines = [
        ("open", f"[bold]{address}[/bold]"),
        *([] if application.page.is_built else [("", "[yellow]the page is not built: run make setup[/yellow]")]),
        ("data", escape(str(parts.settings.data.resolve()))),
        ("database", "SQLite, in the data directory"),
        ("tutor", escape(parts.mind)),
        ("started", f"in {took:.1f} s; Ctrl-C stops it"),
    ]
    # soft wrap: a path that is cut off cannot be copied
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]Tutorium {__version__}[/bold]")
    for label, value in lines:
        console.print(f"{label:<9} {value}")
    console.print()
