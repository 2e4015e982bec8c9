"""JSON that can be read in one way only."""

from __future__ import annotations

import json
from collections.abc import Iterable

import orjson

from pkg.validation.errors import NotJson

MAX_DEPTH = 32


def strict(raw: bytes) -> object:
    """Answers the document in *raw*.

    Refused: what is not UTF-8, NaN and infinities, lone surrogates, a doubled key in whatever
    spelling, more than 32 levels. A number beyond 64 bits comes back as a float, which no strict
    whole-number field takes.

    Raises:
        NotJson: for any of these, or no JSON at all.
    """
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise NotJson("not a JSON document") from None
    # Counting bytes costs next to nothing and clears nearly every body; only what it cannot clear
    # is walked or read a second time.
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    if raw.count(b":") != _pairs(value):  # as many colons as pairs: no doubled key can hide
        _EXACT.decode(raw.decode())
    return value


def _pairs(value: object) -> int:
    count, waiting = 0, [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            count += len(found)
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
    return count


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [found for parent in level for found in _nested(parent)]
        if not level:
            return
    raise NotJson("nested too deeply")


def _nested(value: object) -> list[object]:
    children = value.values() if isinstance(value, dict) else value
    if not isinstance(children, Iterable) or isinstance(children, str):
        return []
    return [child for child in children if isinstance(child, (dict, list))]


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key stands twice")
    return found


def _number(_: str) -> int:
    return 0  # orjson has read them; int() of thousands of digits raises


# The standard library unescapes keys before the hook sees them, so "\u0061" and "a" are one.
_EXACT = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_number, parse_float=_number)
