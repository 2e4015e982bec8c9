"""What commands print: plain lines, tables, and one line for what went wrong."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import click

from pkg.console.exits import Exit
from pkg.errors import Error


class Stop(click.ClickException):
    """Ends a command with one line on stderr and an exit code."""

    def __init__(self, message: str, code: int = Exit.FAILED) -> None:
        super().__init__(message)
        self.code = code

    @property
    def exit_code(self) -> int:  # type: ignore[override]  # click reads it, and writes none
        """The code the process ends with."""
        return self.code

    def show(self, file: object = None) -> None:
        """Prints the line; click calls it."""
        fail(self.message)


def ok(text: str) -> None:
    """Prints a line about something done."""
    click.echo(click.style("✓ ", fg="green") + text)


def warn(text: str) -> None:
    """Prints a line to stderr about something the reader should look at."""
    click.echo(click.style("warning: ", fg="yellow") + text, err=True)


def fail(text: str) -> None:
    """Prints a line to stderr about why the command ends."""
    click.echo(click.style("error: ", fg="red") + text, err=True)


def explain(exc: Exception) -> None:
    """Prints an error as one line, or a line for each fault it gathered."""
    faults: Sequence[object] = getattr(exc, "faults", ())
    for fault in faults or (_line(exc),):
        fail(str(fault))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints *rows* under *columns*, as wide as the widest cell; Chinese counts double."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(width, cells)) for cells in zip(columns, *texts, strict=True)]
    click.echo(click.style(_row(columns, widths), bold=True))
    for row in texts:
        click.echo(_row(row, widths))


def show(rows: Sequence[Mapping[str, object]], columns: Sequence[str], *, as_json: bool) -> None:
    """Prints *rows* as a table, or all of each row as JSON."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    else:
        table(columns, [[row[column] for column in columns] for row in rows])


def width(text: str) -> int:
    """Answers how many columns *text* takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _line(exc: Exception) -> str:
    if isinstance(exc, OSError) and exc.strerror:
        return f"{exc.filename}: {exc.strerror}" if exc.filename else exc.strerror
    text = " ".join(str(exc).split()) or type(exc).__name__
    return text if not isinstance(exc, Error) or text != exc.code else exc.code
