"""Requests, counted by route."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from starlette.types import Scope

from pkg.metrics import Family, Histogram, Sample, Source

ELSEWHERE: Final = "other"  # no row's: what a stranger types must not make a series of its own

Way = tuple[str, str]  # method, path of the table


class Traffic(Source):
    """How many requests each row answered, with which status, and how long they took."""

    def __init__(self) -> None:
        self._requests: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self._seconds: defaultdict[Way, Histogram] = defaultdict(Histogram)

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Counts one that ended; *status* 0: its caller was gone before there was one."""
        method, path = _way(scope)
        self._requests[method, path, status] += 1
        if scope["type"] == "http":  # a socket lives as long as it likes
            self._seconds[method, path].observe(seconds)

    def families(self) -> Iterator[Family]:
        requests = tuple(
            Sample(count, {"method": method, "route": path, "status": str(status)})
            for (method, path, status), count in self._requests.items()
        )
        yield Family(
            "parley_http_requests",
            "counter",
            "Requests and handshakes by route; status 0: the caller went first.",
            requests,
        )
        seconds = tuple(
            Sample(taken, {"method": method, "route": path})
            for (method, path), taken in self._seconds.items()
        )
        yield Family(
            "parley_http_request_seconds",
            "histogram",
            "From a request's head to the end of its answer.",
            seconds,
        )


def _way(scope: Scope) -> Way:
    if scope["type"] == "websocket":
        return "GET", scope["path"] if scope["path"] == "/ws" else ELSEWHERE
    row = scope.get("row")
    return (row.method, row.path) if row is not None else (ELSEWHERE, ELSEWHERE)
