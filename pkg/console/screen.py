"""A whole terminal, painted again and again."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

import click

from pkg.console.output import width

# ECMA-48, and xterm's private modes: 1049 is the other screen, 25 the cursor.
ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
HOME, TO_END, BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


class Screen:
    """Paints lines over each other without flicker; what does not fit is cut off.

    Without *color* styles are left out, and the screen is painted all the same.
    """

    def __init__(self, out: TextIO | None = None, *, color: bool = True) -> None:
        self._out = out or sys.stdout
        self._color = color

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, as they are at this moment.

        Asked of the terminal first: COLUMNS and LINES, where somebody exports them, do not follow
        when it changes.
        """
        try:
            found = os.get_terminal_size(self._out.fileno())
        except (OSError, ValueError):  # it is none, or a stream in memory
            found = shutil.get_terminal_size()
        return found.columns, found.lines

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Takes the terminal for a block and gives it back as it was, whatever happens."""
        self._write(ENTER)
        try:
            yield
        finally:
            self._write(LEAVE)

    def paint(self, lines: Sequence[str]) -> None:
        """Shows *lines* from the top; each may be styled, and only as a whole."""
        columns, most = self.size
        texts = lines if self._color else [click.unstyle(line) for line in lines]
        shown = [clip(text, columns) + TO_END for text in texts[:most]]
        self._write(HOME + "\r\n".join(shown) + BELOW)

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def clip(line: str, columns: int) -> str:
    """Answers *line* in at most *columns*; a wide character that does not fit goes as a whole."""
    plain = click.unstyle(line)
    if width(plain) <= columns:
        return line
    kept, used = "", 0
    for char in plain:
        used += width(char)
        if used > columns:
            break
        kept += char
    return line.replace(plain, kept)
