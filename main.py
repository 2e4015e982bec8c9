"""The console's door: joins the parts, by name only. ``python main.py list`` shows it all."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

if sys.version_info < (3, 11):  # noqa: UP036  said before an import says it worse
    sys.exit(f"error: Python 3.11 or newer is needed, and {sys.executable} is older")
try:
    from app.console.commands import COMMANDS
    from app.kernel import HELPS, Kernel
    from pkg.console import Helps, Table
except ModuleNotFoundError as exc:
    if exc.name and exc.name.split(".")[0] in {"app", "pkg"}:
        raise
    sys.exit(
        f"error: {exc.name} is not installed for {sys.executable}:"
        " run `make serve` once, then `.venv/bin/python main.py`"
    )

KERNEL = Kernel(
    root=ROOT,
    settings_from="config.settings:load_settings",
    app="routes.app:create_app",
    routes="routes.api:API",
    document="routes.document:openapi",
    frames="routes.ws:OPS",
    models="app.models",
    migrations="database.migrations",
    seeders="database.seeders:ORDER",
)

CONSOLE = Table(
    COMMANDS,
    helps=Helps(ROOT, HELPS),
    name="main.py",
    help="Parley: an async backend with accounts and a chat hub.",
    context_settings={
        "obj": KERNEL,
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)

if __name__ == "__main__":
    # The variable by which a shell asks what a word may become; see `completion`.
    CONSOLE(prog_name="python main.py", complete_var="_CONSOLE_COMPLETE")
