"""Where lines go: a stream and a file. Neither ever raises."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, TextIO

from pkg.logger.file import BoundedFile
from pkg.logger.render import Render

if TYPE_CHECKING:
    from loguru import Message


class StreamSink:
    """Writes to *stream*, or to whatever stderr is at the time."""

    def __init__(self, render: Render, stream: TextIO | None = None) -> None:
        self._render = render
        self._stream = stream

    def __call__(self, message: Message) -> None:
        show(self._render(message.record), self._stream or sys.stderr)


class FileSink:
    """Writes to *file*; the first line that is lost is told on stderr, and so is the recovery."""

    def __init__(self, render: Render, file: BoundedFile) -> None:
        self._render = render
        self._file = file
        self._told = False

    def __call__(self, message: Message) -> None:
        written = self._file.append(self._render(message.record))
        if not written and not self._told:
            why = self._file.problem
            show(f"{self._file.path.name} cannot be written ({why}); the log goes on here", None)
        elif written and self._told:
            show(f"{self._file.path.name} can be written again", None)
        self._told = not written


def show(line: str, stream: TextIO | None) -> None:
    """Writes *line* to *stream* (stderr when None) as far as it can: a closed pipe ends nothing."""
    stream = sys.stderr if stream is None else stream
    if stream is None:  # pythonw, a daemon without streams
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = line.encode(encoding, "backslashreplace").decode(encoding)
    with contextlib.suppress(OSError, ValueError):
        stream.write(f"{text}\n")
        stream.flush()
