"""Where mail and text messages go while nobody delivers them: the console, and a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from pkg.clock import Clock
from pkg.logger.file import BoundedFile
from pkg.logger.sinks import show
from pkg.logger.text import printable

FILE = "outbox.log"
MAX_BYTES = 256 * 1024


class Outbox:
    """Shows each line on the console and keeps it in ``outbox.log``, which only its owner may read.

    It is not the log: the codes in it are meant to be read, so nothing is redacted. For the same
    reason production refuses to start with a driver that writes here.
    """

    def __init__(self, folder: Path, clock: Clock, *, console: TextIO | None = None) -> None:
        self._file = BoundedFile(folder / FILE, max_bytes=MAX_BYTES, keep=1, mode=0o600)
        self._clock = clock
        self._console = console

    @property
    def path(self) -> Path:
        """Where the lines are kept."""
        return self._file.path

    def write(self, line: str) -> None:
        """Shows and keeps *line*; where one of the two cannot be written, the other still is."""
        line = printable(line)  # a name with a newline must not forge a line
        show(line, sys.stdout if self._console is None else self._console)
        self._file.append(f"{self._clock.now():%Y-%m-%d %H:%M:%S}  {line}")

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()
