"""A row as a line of text, the same whatever database it came from, and the checksum of many."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from hashlib import blake2b
from json import dumps, loads
from typing import Any
from uuid import UUID

import orjson

from pkg.migrate.table import Kind
from pkg.transfer.table import Column, Table

Row = Sequence[Any]
BITS = 128
# Python's own keeps 28 digits; PostgreSQL's numeric has up to 147,455.
EVERY_DIGIT = Context(prec=150_000, Emax=MAX_EMAX, Emin=MIN_EMIN)


def exact(value: object) -> str:
    """Answers a decimal as Tortoise keeps it on SQLite: without the zeros at its end."""
    return str(Decimal(str(value)).normalize(EVERY_DIGIT))


def identified(value: object) -> str:
    """Answers a UUID in small letters."""
    return str(UUID(str(value)))


def document(value: object) -> str:
    """Answers a JSON value in one spelling: keys sorted, no spaces, 1.0 as 1.

    PostgreSQL keeps a document apart from its text, so the text alone cannot be compared.

    Raises:
        ValueError: it is no JSON.
    """
    parsed = loads(value, parse_constant=_refused) if isinstance(value, str | bytes) else value
    return dumps(_whole(parsed), sort_keys=True, separators=(",", ":"))


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _whole(value: object) -> object:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is too large")
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    return value


FROM_LINE: Mapping[Kind, Callable[[Any], object]] = {
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "binary": b64decode,
    "double": float,
    "decimal": exact,
    "uuid": identified,
}


class Lines:
    """Rows of *columns* to lines of JSON and back.

    In a row, truth is 0 or 1; a decimal, a UUID and a JSON document are text in one spelling;
    moments are aware, in UTC; bytes, dates and floats are Python's.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._spellers = [
            (at, TO_LINE[one.kind]) for at, one in enumerate(columns) if one.kind in TO_LINE
        ]
        self._decoders = [
            (at, FROM_LINE[one.kind])
            for at, one in enumerate(columns)
            if one.kind and one.kind in FROM_LINE
        ]

    def encode(self, rows: Iterable[Row]) -> list[bytes]:
        """Answers a line a row, without its end.

        Raises:
            TypeError: a value is none of its column's, or of a type that no line gives back.
        """
        if self._spellers:
            rows = map(self._spelled, rows)
        return [orjson.dumps(row) for row in rows]

    def decode(self, line: bytes) -> Row:
        """Answers the row of *line*.

        Raises:
            ValueError: it is none of these columns'.
        """
        row: list[Any] = orjson.loads(line)
        for at, decoder in self._decoders:
            if row[at] is not None:
                row[at] = decoder(row[at])
        return row

    def _spelled(self, row: Row) -> Row:
        row = list(row)
        for at, spell in self._spellers:
            if row[at] is not None:
                row[at] = spell(row[at])
        return row


def _float(value: Any) -> float | str:
    if not isinstance(value, float | int):
        raise TypeError("it is no number")
    # JSON has no infinity, and SQLite no negative zero
    return value + 0.0 if math.isfinite(value) else str(value)


def _text_of(value: Any) -> str:
    if not isinstance(value, bytes):
        raise TypeError("it is no bytes")
    return b64encode(value).decode()


def _plain(value: Any) -> Any:
    """Answers *value*, of a column without a kind, if it is what JSON gives back."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    is_number = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    if value is None or is_number or isinstance(value, str):
        return value
    raise TypeError(f"{type(value).__name__} is nothing that JSON gives back")


TO_LINE: Mapping[Kind | None, Callable[[Any], object]] = {
    "double": _float,
    "binary": _text_of,
    None: _plain,
}


def without_late(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Answers *rows* with nothing in the late columns of *table*."""
    places = table.places(table.late)
    return [[None if at in places else value for at, value in enumerate(row)] for row in rows]


class Sum:
    """How many lines there were, and one number out of them all, in whatever order they came.

    The sum of the lines' hashes: no database has to sort as another does, and one that was
    interrupted goes on where it stopped. It tells accidents, not forgeries. 2 us a row.
    """

    def __init__(self, rows: int = 0, checksum: str = "0") -> None:
        self.rows = rows
        self._value = int(checksum, 16)

    def add(self, lines: Sequence[bytes]) -> None:
        """Takes *lines* in."""
        hashes = (blake2b(line, digest_size=BITS // 8).digest() for line in lines)
        self._value = (self._value + sum(map(_number, hashes))) % (1 << BITS)
        self.rows += len(lines)

    @property
    def checksum(self) -> str:
        return f"{self._value:0{BITS // 4}x}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self.rows, self._value) == (other.rows, other._value)

    __hash__ = None  # type: ignore[assignment]  # it changes


def _number(digest: bytes) -> int:
    return int.from_bytes(digest, "big")
