"""The console: a lazy table of commands and what they print."""

from __future__ import annotations

from pkg.console.ask import consent
from pkg.console.exits import Exit
from pkg.console.helps import Helps
from pkg.console.output import Stop, fail, ok, show, table, warn
from pkg.console.progress import Progress
from pkg.console.table import Entry, Flags, Table

__all__ = [
    "Entry",
    "Exit",
    "Flags",
    "Helps",
    "Progress",
    "Stop",
    "Table",
    "consent",
    "fail",
    "ok",
    "show",
    "table",
    "warn",
]
