"""What is put into rows that have nothing, as SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from pkg.migrate.contract import Dialect
from pkg.migrate.dialect import PRESENT
from pkg.migrate.table import Column, Kind

Value = Mapping[Dialect, str]  # an expression for each database
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres", "mysql")
NOTHING: Mapping[Kind, str] = {
    "small": "0", "integer": "0", "big": "0", "double": "0", "decimal": "0", "boolean": "FALSE",
    "string": "''", "text": "''", "json": "'{}'", "date": "'1970-01-01'",
    "uuid": "'00000000-0000-0000-0000-000000000000'",
}  # fmt: skip
NUMBERED: Mapping[str, Value] = {  # another one for each row
    "string": {
        "sqlite": "CAST(id AS TEXT)",
        "postgres": "CAST(id AS VARCHAR)",
        "mysql": "CAST(id AS CHAR)",
    },
    "number": dict.fromkeys(DIALECTS, "id"),
    "uuid": {
        "sqlite": "printf('00000000-0000-0000-0000-%012d', id)",
        "postgres": "CAST('00000000-0000-0000-0000-' || lpad(id::text, 12, '0') AS UUID)",
        "mysql": "concat('00000000-0000-0000-0000-', lpad(id, 12, '0'))",
    },
}


def everywhere(sql: str) -> Value:
    """Answers an expression that all three read alike."""
    return dict.fromkeys(DIALECTS, sql)


def nothing(column: Column) -> Value:
    """Answers the emptiest value *column* can hold, for a way back: what it held is gone."""
    if column.kind == "moment":
        return PRESENT
    if column.kind == "binary":
        return {"sqlite": "x''", "postgres": "''", "mysql": "''"}
    return everywhere(NOTHING[column.kind])


def numbered(column: Column) -> Value | None:
    """Answers a value that is another one in each row with an id, where the type has so many."""
    if column.kind in ("small", "integer", "big", "double", "decimal"):
        return NUMBERED["number"]
    return NUMBERED.get("string" if column.kind == "text" else column.kind)


def read_value(text: str, column: Column) -> Value:
    """Reads what was written for *column*.

    Raises:
        ValueError: it is no value of its type; the message says what would be.
    """
    if column.kind == "moment":
        if text != "now":
            raise ValueError("a moment can only be: now")
        return PRESENT
    if column.kind not in READ:
        raise ValueError(f"rows cannot be given a {column.kind} this way: write --split")
    try:
        return everywhere(READ[column.kind](text, column))
    except (ValueError, InvalidOperation):
        raise ValueError(f"{text!r} is no {column.kind}: {EXAMPLES[column.kind]}") from None


def _number(text: str, column: Column) -> str:
    bits = {"small": 15, "integer": 31, "big": 63}[column.kind]
    if not re.fullmatch(r"-?[0-9]+", text) or not -(2**bits) <= int(text) < 2**bits:
        raise ValueError(text)
    return str(int(text))


def _exact(text: str, column: Column) -> str:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return f"'{number:f}'" if column.kind == "decimal" else f"{number:f}"


def _boolean(text: str, column: Column) -> str:
    return {"true": "TRUE", "false": "FALSE"}.get(text.lower()) or _refuse(text)


def _text(text: str, column: Column) -> str:
    # a backslash is a character here and an escape there
    if set(text) & {"\\", "\0"} or (column.length and len(text) > column.length):
        raise ValueError(text)
    return "'" + text.replace("'", "''") + "'"


def _json(text: str, column: Column) -> str:
    json.loads(text)
    return _text(text, column)


def _day(text: str, column: Column) -> str:
    return f"'{date.fromisoformat(text).isoformat()}'"


def _uuid(text: str, column: Column) -> str:
    return f"'{UUID(text)}'"


def _refuse(text: str) -> str:
    raise ValueError(text)


READ = {
    "small": _number, "integer": _number, "big": _number, "double": _exact, "decimal": _exact,
    "boolean": _boolean, "string": _text, "text": _text, "json": _json, "date": _day,
    "uuid": _uuid,
}  # fmt: skip
EXAMPLES = {
    "small": "a whole number of 16 bits", "integer": "a whole number of 32 bits",
    "big": "a whole number of 64 bits", "double": "a number such as 1.5",
    "decimal": "a number such as 1.50", "boolean": "true or false",
    "string": "text within its length, without a backslash", "text": "text without a backslash",
    "json": "JSON without a backslash, such as {}", "date": "a day such as 2026-01-31",
    "uuid": "a UUID",
}  # fmt: skip
