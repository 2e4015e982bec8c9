"""A type and a default as a database says them, in the builder's words."""

from __future__ import annotations

import re

from pkg.migrate.contract import Dialect
from pkg.migrate.dialect import PRESENT
from pkg.migrate.table import NOW, Default, Kind

SIZED = re.compile(r"(?P<word>[a-z0-9_ ]+?)\s*\(\s*(?P<length>\d+)\s*(?:,\s*(?P<scale>\d+)\s*)?\)")
CAST = re.compile(r"(?<=')::[a-z ]+$")  # PostgreSQL says what a literal is: '-3'::integer
NUMBERS = ("small", "integer", "big")


def kind_of(raw: str, types: dict[str, Kind]) -> tuple[Kind | None, int, int]:
    """Answers the kind of the type *raw*, its length and its scale.

    *types* has the whole spelling of a type of one size, such as `datetime(6)`, or the word
    before the size of one that may have any.
    """
    said = " ".join(raw.lower().split())
    if said in types:
        return types[said], 0, 0
    sized = SIZED.fullmatch(said)
    kind = types.get(sized["word"]) if sized else None
    if sized is None or kind not in ("string", "decimal"):
        return None, 0, 0
    return kind, int(sized["length"]), int(sized["scale"] or 0)


def default_of(expression: str | None, kind: Kind | None, dialect: Dialect) -> Default:
    """Answers a default in the builder's words; None: there is none, or they cannot say it."""
    if expression is None:
        return None
    said = CAST.sub("", bare(expression))
    if kind == "moment":
        return NOW if _plain(said) == _plain(bare(PRESENT[dialect])) else None
    if said.lower() in ("true", "false"):
        return said.lower() == "true" if kind == "boolean" else None
    if number := re.fullmatch(r"'?(-?\d+)'?", said):
        if kind in NUMBERS:
            return int(number[1])
        if kind == "boolean":
            return number[1] != "0"
    quoted = re.fullmatch(r"'((?:[^'\\]|'')*)'", said)
    return quoted[1].replace("''", "'") if quoted and kind in ("string", "text") else None


def bare(expression: str) -> str:
    """Answers *expression* without the parentheses around all of it."""
    said = expression.strip()
    while said.startswith("(") and _closes_at_end(said):
        said = said[1:-1].strip()
    return said


def _closes_at_end(said: str) -> bool:
    depth, quoted = 0, False
    for at, char in enumerate(said):
        if char == "'":
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return at == len(said) - 1
    return False


def _plain(said: str) -> str:
    return re.sub(r"\s", "", said).lower()
