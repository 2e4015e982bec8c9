"""What a request said in its head, read once for everybody behind the first stage."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

RawHeaders = list[tuple[bytes, bytes]]
NOTHING: Final[frozenset[bytes]] = frozenset()


class Heads(dict[bytes, bytes]):
    """Headers by lower-case name. One that came twice is joined, and named in `repeated`."""

    __slots__ = ("repeated",)

    def __init__(self, headers: RawHeaders) -> None:
        super().__init__(headers)
        self.repeated = NOTHING
        if len(self) != len(headers):
            self._join(headers)

    def text(self, name: bytes) -> str:
        """Answers the value of *name*, or ""; latin-1 takes every byte."""
        return self.get(name, b"").decode("latin-1")

    def _join(self, headers: RawHeaders) -> None:
        self.clear()
        for name, value in headers:
            if name in self:
                self._again(name, value)
            else:
                self[name] = value

    def _again(self, name: bytes, value: bytes) -> None:
        self.repeated |= {name}
        # RFC 9113 8.2.3: a cookie may come in several lines, and is joined by semicolons.
        self[name] += (b"; " if name == b"cookie" else b", ") + value


def heads(scope: Scope) -> Heads:
    """Answers the head of this request or handshake."""
    found: Heads | None = scope.get("heads")
    if found is None:
        found = scope["heads"] = Heads(scope["headers"])
    return found
