"""What of an API has changed so that a client of the older document may fail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pkg.openapi.schema_breaks import Break, Comparison, Schema, Way

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NAMED: Final = re.compile(r"\{[^}]*\}")

Operation = Mapping[str, Any]


def breaks(old: Schema, new: Schema) -> list[Break]:
    """Answers, for each change that breaks, where it is and what it is; more is no break.

    New operations, fields of answers and optional fields of forms break nobody; neither does the
    name of a part of a path.
    """
    return [*Documents(old, new).breaks()]


class Documents:
    """An older and a newer OpenAPI document."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._schemas = Comparison(old, new)

    def breaks(self) -> Iterator[Break]:
        """Answers every break, in the order of the older document."""
        after = {_shape(key): operation for key, operation in _operations(self._new)}
        for key, operation in _operations(self._old):
            method, path = key
            where = f"{method.upper()} {path}"
            if _shape(key) not in after:
                yield where, "is gone"
                continue
            yield from self._operation(operation, after[_shape(key)], where)

    def _operation(self, old: Operation, new: Operation, where: str) -> Iterator[Break]:
        yield from _security(old, new, where)
        yield from self._parameters(old, new, where)
        yield from self._body(old.get("requestBody"), new.get("requestBody"), where)
        yield from self._answers(old.get("responses", {}), new.get("responses", {}), where)

    def _parameters(self, old: Operation, new: Operation, where: str) -> Iterator[Break]:
        before, after = _parameters(old), _parameters(new)
        for (place, name), parameter in before.items():
            at = f"{where}: {place} {name}"
            if (place, name) not in after:
                yield at, "is gone"
                continue
            changed = after[place, name]
            if changed.get("required") and not parameter.get("required"):
                yield at, "is needed now"
            before_it, after_it = parameter.get("schema", {}), changed.get("schema", {})
            yield from self._schemas.breaks(before_it, after_it, "in", at)
        for (place, name), parameter in after.items():
            if (place, name) not in before and parameter.get("required"):
                yield f"{where}: {place} {name}", "is needed now"

    def _body(self, old: Operation | None, new: Operation | None, where: str) -> Iterator[Break]:
        at = f"{where}: body"
        if old is None or new is None:
            if old is None and new is not None and new.get("required"):
                yield at, "is needed now"
            elif old is not None:
                yield at, "is gone"
            return
        if new.get("required") and not old.get("required"):
            yield at, "is needed now"
        yield from self._content(old, new, "in", at)

    def _answers(self, old: Operation, new: Operation, where: str) -> Iterator[Break]:
        for status, answer in old.items():
            at = f"{where}: {status}"
            if status in new:
                yield from self._content(answer, new[status], "out", at)
            elif status < "4":  # an error that comes no more fails nobody
                yield at, "does not come any more"

    def _content(self, old: Operation, new: Operation, way: Way, where: str) -> Iterator[Break]:
        after = new.get("content", {})
        for media, form in old.get("content", {}).items():
            if media not in after:
                yield where, f"{media} is gone"
            elif "schema" in form and "schema" in after[media]:
                yield from self._schemas.breaks(form["schema"], after[media]["schema"], way, where)


def _operations(document: Schema) -> Iterator[tuple[tuple[str, str], Operation]]:
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield (method, path), item[method]


def _shape(key: tuple[str, str]) -> tuple[str, str]:
    return key[0], NAMED.sub("{}", key[1])


def _parameters(operation: Operation) -> dict[tuple[str, str], Mapping[str, Any]]:
    found = operation.get("parameters", ())
    return {(each["in"], each["name"]): each for each in found if each["in"] != "path"}


def _security(old: Operation, new: Operation, where: str) -> Iterator[Break]:
    """A client may use any of the old ways in, which is none at all where there is no list."""
    after = new.get("security") or [{}]
    for way in old.get("security") or [{}]:
        if {} not in after and way not in after:
            yield where, f"is not open to {' and '.join(way) or 'everybody'} any more"
