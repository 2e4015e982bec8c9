"""A record of the log as a line for people, or as a line of JSON."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

import orjson

from pkg.logger.redact import Redactor
from pkg.logger.text import cut, printable

if TYPE_CHECKING:
    from loguru import Record

Render = Callable[["Record"], str]

MAX_TRACE = 32_768
COLOURS = {"DEBUG": "2", "INFO": "36", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}
OURS = ("time", "level", "message", "exception")


class JsonLine:
    """One object a line: time with offset, level, message, the fields, the exception."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def __call__(self, record: Record) -> str:
        line: dict[str, object] = {
            "time": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
            "level": record["level"].name,
            "message": record["message"],
        }
        for name, value in record["extra"].items():
            line[f"{name}_" if name in OURS else name] = value
        trace = _trace(record, self._redactor)
        if trace:
            line["exception"] = trace
        return orjson.dumps(line).decode()


class PrettyLine:
    """Time, level, message, fields; an exception below, each of its lines marked as one."""

    def __init__(self, redactor: Redactor, *, colour: bool = False) -> None:
        self._redactor = redactor
        self._colour = colour

    def __call__(self, record: Record) -> str:
        level = record["level"].name
        time = f"{record['time']:%H:%M:%S}.{record['time'].microsecond // 1000:03d}"
        fields = " ".join(f"{name}={_shown(value)}" for name, value in record["extra"].items())
        parts = (
            self._paint("2", time),
            self._paint(COLOURS.get(level, "0"), f"{level:<8}"),
            record["message"],
            self._paint("2", fields) if fields else "",
        )
        # The bar is what keeps an exception's text from passing for a line of the log.
        below = [f"  | {line}" for line in _trace(record, self._redactor)]
        return "\n".join([" ".join(part for part in parts if part), *below])

    def _paint(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour else text


def _shown(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _trace(record: Record, redactor: Redactor) -> list[str]:
    found = record["exception"]
    if found is None or found.value is None:
        return []
    # Never loguru's own formatting: with `diagnose` it prints the variables of every frame.
    # Redacted a line at a time, but only after the whole is cut.
    text = cut("".join(traceback.format_exception(found.value)), MAX_TRACE)
    return [printable(redactor.text(line)) for line in text.splitlines()]
