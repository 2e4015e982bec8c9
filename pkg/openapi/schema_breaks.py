"""Where a schema has changed so that a client of the old one may fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

Schema = Mapping[str, Any]
Way = Literal["in", "out"]  # what a client sends may not be narrowed, what it gets not widened
Break = tuple[str, str]  # where, and what

LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
FORMS: Final = ("pattern", "format", "multipleOf")
NUMBERS: Final = {"integer", "number"}


class Comparison:
    """The schemas of two documents; each pair is looked at once a way, so circles end."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[int, int, Way]] = set()

    def breaks(self, old: Schema, new: Schema, way: Way, where: str) -> list[Break]:
        """Answers what breaks for who knows *old* and meets *new*."""
        before, after = _variants(self._old, old), _variants(self._new, new)
        if len(before) == len(after) == 1:
            return [*self._one(before[0], after[0], way, where)]
        return [*self._several(before, after, way, where)]

    def _several(
        self, before: Sequence[Schema], after: Sequence[Schema], way: Way, where: str
    ) -> Iterator[Break]:
        """Compares a choice: what was sent is still taken, what comes has come before."""
        needed, there = (before, after) if way == "in" else (after, before)
        for each in needed:
            pairs = ((each, one) if way == "in" else (one, each) for one in there)
            tries = [[*self._one(*pair, way, where)] for pair in pairs]
            if any(not found for found in tries):
                continue
            alike = [tries[n] for n, one in enumerate(there) if label(one) == label(each)]
            verb = "is not taken any more" if way == "in" else "may come now"
            yield from alike[0] if alike else [(where, f"{label(each)} {verb}")]

    def _one(self, old: Schema, new: Schema, way: Way, where: str) -> Iterator[Break]:
        key = (id(old), id(new), way)
        if key in self._seen:
            return
        self._seen.add(key)
        try:
            yield from _kinds(old, new, way, where)
            yield from _values(old, new, way, where)
            if way == "in":
                yield from _bounds(old, new, where)
            yield from self._fields(old, new, way, where)
            yield from self._inner(old, new, way, where)
        finally:
            self._seen.discard(key)

    def _fields(self, old: Schema, new: Schema, way: Way, where: str) -> Iterator[Break]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, was_needed = set(new.get("required", ())), set(old.get("required", ()))
        for name in before:
            at = f"{where}.{name}"
            if name not in after:
                if way == "out":
                    yield at, "is gone"
                elif new.get("additionalProperties") is False:
                    yield at, "is refused now"
                continue
            if way == "out" and name in was_needed and name not in needed:
                yield at, "may be absent now"
            yield from self.breaks(before[name], after[name], way, at)
        if way == "in":
            for name in sorted(needed - was_needed):
                yield f"{where}.{name}", "is needed now"

    def _inner(self, old: Schema, new: Schema, way: Way, where: str) -> Iterator[Break]:
        for name, mark in (("items", "[]"), ("additionalProperties", ".*")):
            before, after = old.get(name), new.get(name)
            if isinstance(before, dict) and isinstance(after, dict):
                yield from self.breaks(before, after, way, f"{where}{mark}")


def label(schema: Schema) -> str:
    """Answers what a reader would call *schema*."""
    if "const" in schema:
        return repr(schema["const"])
    return str(schema.get("title") or schema.get("type") or "anything")


def _variants(document: Schema, schema: Schema) -> list[Schema]:
    """Answers the schemas of which a value fits one; references are followed."""
    while (ref := schema.get("$ref")) is not None:
        found: Any = document
        for part in ref.removeprefix("#/").split("/"):
            found = found.get(part, {})  # one that leads nowhere is anything
        schema = found
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return [one for each in several for one in _variants(document, each)]
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [{**schema, "type": kind} for kind in kinds]
    return [schema]


def _kinds(old: Schema, new: Schema, way: Way, where: str) -> Iterator[Break]:
    before, after = old.get("type"), new.get("type")
    narrow, wide = (before, after) if way == "in" else (after, before)
    if wide is None or narrow == wide or (narrow == "integer" and wide == "number"):
        return
    yield where, f"is {after or 'anything'} now, was {before or 'anything'}"


def _values(old: Schema, new: Schema, way: Way, where: str) -> Iterator[Break]:
    before, after = _listed(old), _listed(new)
    narrow, wide = (before, after) if way == "in" else (after, before)
    if wide is None:
        return
    if narrow is None:
        yield where, "takes listed values only now" if way == "in" else "may be any value now"
        return
    verb = "is not taken any more" if way == "in" else "may come now"
    for value in narrow:
        if value not in wide:
            yield where, f"{value!r} {verb}"


def _listed(schema: Schema) -> Sequence[object] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _bounds(old: Schema, new: Schema, where: str) -> Iterator[Break]:
    for name in (*LEAST, *MOST, *FORMS):
        before, after = old.get(name), new.get(name)
        if after is None or after == before:
            continue
        is_looser = before is not None and (
            (name in LEAST and after < before) or (name in MOST and after > before)
        )
        if not is_looser:
            yield where, f"{name} is {after} now, was {'free' if before is None else before}"
