"""The one logger of the process: loguru's, behind our rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from contextvars import Token
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from loguru import logger as log
from loguru._logger import context as _fields_here

from pkg.logger.config import LogConfig
from pkg.logger.file import BoundedFile
from pkg.logger.intercept import intercept, release
from pkg.logger.redact import HIDDEN, Redactor, hides
from pkg.logger.render import JsonLine, PrettyLine, Render
from pkg.logger.sinks import FileSink, StreamSink

if TYPE_CHECKING:
    from loguru import Logger, Record

__all__ = ["bind", "configure", "context", "log", "shutdown"]

FILE = "parley.log"

log.remove()  # loguru's first sink prints variables; until `configure` nothing is written

_files: list[BoundedFile] = []


def configure(
    config: LogConfig,
    *,
    folder: Path | None = None,
    stream: TextIO | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Opens the sinks *config* asks for, in place of any before; may be called again.

    The log goes to *stream* (stderr) and, with *folder*, to a file there. *secrets* are values that
    are hidden wherever they turn up: keys and passwords of the settings.
    """
    shutdown()
    redactor = Redactor(secrets)
    log.configure(patcher=_patcher(redactor))
    _add(StreamSink(_render(config, redactor, stream), stream), config)
    if config.file and folder is not None:
        file = BoundedFile(folder / FILE, max_bytes=config.max_bytes, keep=config.keep, mode=0o640)
        _files.append(file)
        plain = JsonLine(redactor) if config.format == "json" else PrettyLine(redactor)
        _add(FileSink(plain, file), config)
    intercept(config.level)


def shutdown() -> None:
    """Closes every sink; lines after it are lost until the next :func:`configure`."""
    log.remove()
    release()
    while _files:
        _files.pop().close()


def bind(**fields: object) -> Logger:
    """Answers a logger whose lines all carry *fields*."""
    return log.bind(**fields)


def context(**fields: object) -> AbstractContextManager[None]:
    """Makes every line of this task, and of those it starts, carry *fields* for a block."""
    return _Context(fields)


class _Context:
    """What loguru's `contextualize` does, without its lock and generator: each request has one."""

    __slots__ = ("_fields", "_token")

    def __init__(self, fields: dict[str, object]) -> None:
        self._fields = fields
        self._token: Token[dict[str, object]]

    def __enter__(self) -> None:
        self._token = _fields_here.set({**_fields_here.get(), **self._fields})

    def __exit__(self, *raised: object) -> None:
        _fields_here.reset(self._token)


def _add(sink: StreamSink | FileSink, config: LogConfig) -> None:
    # diagnose prints local variables, passwords too; enqueue costs 60-85 us a line.
    log.add(sink, level=config.level, format="", diagnose=False, backtrace=False, enqueue=False)


def _render(config: LogConfig, redactor: Redactor, stream: TextIO | None) -> Render:
    if config.format == "json":
        return JsonLine(redactor)
    shown = stream or sys.stderr
    colour = "NO_COLOR" not in os.environ and shown is not None and shown.isatty()
    return PrettyLine(redactor, colour=colour)


def _patcher(redactor: Redactor) -> Callable[[Record], None]:
    def redact(record: Record) -> None:
        # Once, before any sink sees it.
        record["message"] = redactor.line(_without(record["message"], record["extra"]))
        record["extra"] = redactor.fields(record["extra"])

    return redact


def _without(message: str, extra: Mapping[str, object]) -> str:
    # `log.info("hello {password}", password=..)` has written the value into the text by now.
    for name, value in extra.items():
        if hides(name, value) and len(str(value)) > 2:
            message = message.replace(str(value), HIDDEN)
    return message
