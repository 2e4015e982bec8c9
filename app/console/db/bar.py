"""How far a long command is: a line that moves on a terminal, a line for each table elsewhere."""

from __future__ import annotations

import shutil
import sys
import time

import click

from pkg.console.screen import TO_END, clip

EVERY = 0.1  # seconds between two paintings
WIDTH = 24


class Bar:
    """Is told what is done, to which table, and how many rows of how many."""

    def __init__(self) -> None:
        self._moves = sys.stdout.isatty()
        self._told: set[tuple[str, str]] = set()
        self._painted = 0.0

    def __call__(self, stage: str, table: str, done: int, of: int) -> None:
        whole = done >= of
        if self._moves and (whole or time.monotonic() - self._painted >= EVERY):
            self._paint(stage, table, done, of)
        if not whole or (stage, table) in self._told:
            return
        self._told.add((stage, table))
        if self._moves:
            click.echo()
        else:
            click.echo(f"  {stage} {table}: {done:,}")

    def _paint(self, stage: str, table: str, done: int, of: int) -> None:
        self._painted = time.monotonic()
        part = min(1.0, done / of) if of else 1.0
        full = round(WIDTH * part)
        bar = "#" * full + "-" * (WIDTH - full)
        line = f"  {stage:<8} {table:<20} [{bar}] {part:4.0%}  {done:,} of {of:,}"
        columns = shutil.get_terminal_size().columns
        click.echo(f"\r{clip(line, columns - 1)}{TO_END}", nl=False)
