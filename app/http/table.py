"""The rows as one route: most paths are found in a dict, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from re import Pattern
from typing import Any

from starlette.routing import BaseRoute, Match, NoMatchFound, compile_path
from starlette.types import Receive, Scope, Send

from app.http.endpoint import Endpoint
from app.http.errors import MethodRefused
from app.http.problems import refuse
from app.http.routing import Row


@dataclass(frozen=True, slots=True)
class Place:
    """One path, and who serves it by method."""

    by_method: dict[str, Endpoint] = field(default_factory=dict)

    def allow(self) -> bytes:
        """Answers the Allow header's value (RFC 9110 10.2.1)."""
        return ", ".join(sorted(self.by_method)).encode()


class Table(BaseRoute):
    """All *rows*. A path without parameters wins over one with.

    Raises:
        ValueError: two rows have one method and path, or a path names what its form has not.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._exact: dict[str, Place] = {}
        self._open: dict[int, list[tuple[Pattern[str], Place]]] = {}  # by number of slashes
        shapes: dict[str, Place] = {}
        for row in self.rows:
            place = shapes.setdefault(row.path, Place())
            if not place.by_method:
                self._put(row, place)
            _check(row, place)
            place.by_method[row.method] = Endpoint(row)
            if row.method == "GET":
                place.by_method["HEAD"] = place.by_method["GET"]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        path = scope["path"]
        place = self._exact.get(path)
        if place is not None:
            return Match.FULL, {"place": place, "path_params": {}}
        for pattern, open in self._open.get(path.count("/"), ()):
            match = pattern.match(path)
            if match is not None:
                return Match.FULL, {"place": open, "path_params": match.groupdict()}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        place: Place = scope["place"]
        endpoint = place.by_method.get(scope["method"])
        if endpoint is None:
            await refuse(scope, send, MethodRefused(), [(b"allow", place.allow())])
            return
        await endpoint(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        raise NoMatchFound(name, path_params)  # no row is looked for by its name

    def _put(self, row: Row, place: Place) -> None:
        if not row.path_names:
            self._exact[row.path] = place
            return
        self._open.setdefault(row.path.count("/"), []).append((compile_path(row.path)[0], place))


def _check(row: Row, place: Place) -> None:
    if row.method in place.by_method:
        raise ValueError(f"{row.method} {row.path} stands twice")
    fields = row.form.model_fields if row.form is not None else {}
    strange = row.path_names - fields.keys()
    if strange:
        raise ValueError(f"{row.path} names what its form has not: {', '.join(sorted(strange))}")
