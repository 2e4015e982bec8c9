"""How far long work is: a bar on a terminal, a line for each tenth of it elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


class Progress:
    """Shows on stderr how much of *total* is done; what a command answers stays alone on stdout.

    Work that ends early leaves the bar where it stood.
    """

    def __init__(self, label: str, total: int, *, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._label = label
        self._total = max(total, 1)
        self._done = 0
        self._bar: ProgressBar[int] | None = None

    def __enter__(self) -> Self:
        if self._out.isatty():
            self._bar = click.progressbar(
                length=self._total, label=self._label, file=self._out, show_pos=True
            )
            self._bar.render_progress()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def to(self, done: int) -> None:
        """Shows that *done* of the total is done by now."""
        before, self._done = self._done, min(done, self._total)
        if self._bar is not None:
            self._bar.update(self._done - before)
        elif self._tenth(self._done) > self._tenth(before):
            click.echo(f"  {self._label}: {self._done:,} of {self._total:,}", file=self._out)

    def on(self, more: int) -> None:
        """Shows that *more* of it is done than before."""
        self.to(self._done + more)

    def _tenth(self, done: int) -> int:
        return done * 10 // self._total
