"""SQL text across dialects: placeholders, and scripts cut into statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from pkg.database.address import Dialect

# What must be copied untouched: quoted text and names, dollar quotes, comments.
_OPAQUE = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | (\$\w*\$).*?\1 | --[^\n]* | /\*.*?\*/""",
    re.VERBOSE | re.DOTALL,
)

# A trigger holds statements of its own. Its last words are `; END`: the END of a CASE has no `;`.
_BODY = re.compile(r"\s*CREATE\s(?:.*?\s)?TRIGGER\s.*\sBEGIN\s", re.IGNORECASE | re.DOTALL)
_BODY_ENDS = re.compile(r";\s*END\s*$", re.IGNORECASE)


@lru_cache(maxsize=2048)  # multi-row inserts make a text for each number of rows
def placed(sql: str, dialect: Dialect) -> str:
    """Turns each `?` of *sql* into the dialect's placeholder; quotes and comments stay as they are.

    For MySQL every other percent sign is doubled, since its client formats the text.
    """
    if dialect == "sqlite":
        return sql
    number, out = 0, []
    for text, opaque in _pieces(sql):
        if dialect == "mysql":
            text = text.replace("%", "%%")
        if opaque:
            out.append(text)
            continue
        first, *rest = text.split("?")
        out.append(first)
        for part in rest:
            number += 1
            out.append(f"${number}{part}" if dialect == "postgres" else f"%s{part}")
    return "".join(out)


def statements(script: str) -> list[str]:
    """Cuts *script* at its semicolons, not at those in quotes and comments; drops empty ones."""
    found, current, bare = [], "", ""
    for text, opaque in _pieces(script):
        if opaque:
            current += text
            continue
        *ended, tail = text.split(";")
        for end in ended:
            current, bare = current + end, bare + end
            # bare: a function that `RETURNS trigger` has its BEGIN in quotes
            if _BODY.match(bare) and not _BODY_ENDS.search(bare):
                current, bare = current + ";", bare + ";"
                continue
            found.append(current)
            current = bare = ""
        current, bare = current + tail, bare + tail
    return [text for text in (one.strip() for one in [*found, current]) if _says_something(text)]


def stored(params: Sequence[object]) -> list[object]:
    """Makes *params* mean the same in each dialect: moments become UTC.

    Raises:
        ValueError: a moment without a zone, which each server would read in its own way.
    """
    return [_in_utc(one) if isinstance(one, datetime) else one for one in params]


def bound(moment: datetime, dialect: Dialect) -> object:
    """Answers *moment* as a driver takes it; SQLite's would ask a converter for each."""
    return _in_utc(moment).isoformat(" ") if dialect == "sqlite" else _in_utc(moment)


def utc(value: datetime | str) -> datetime:
    """Reads a moment as any of the databases gives it: aware, naive UTC, or SQLite's text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone: nobody knows which moment that is")
    return moment.astimezone(UTC)


def _pieces(sql: str) -> Iterator[tuple[str, bool]]:
    at = 0
    for match in _OPAQUE.finditer(sql):
        yield sql[at : match.start()], False
        yield match[0], True
        at = match.end()
    yield sql[at:], False


def _says_something(statement: str) -> bool:
    return bool(re.sub(r"--[^\n]*|/\*.*?\*/|\s", "", statement, flags=re.DOTALL))
