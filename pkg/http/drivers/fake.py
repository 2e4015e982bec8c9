"""The driver for tests: it remembers, answers what it was told to, and fails on demand."""

from __future__ import annotations

from collections import defaultdict

from pkg.errors import Error
from pkg.http.contract import HttpAnswer, HttpDriver, HttpRequest


class FakeDriver(HttpDriver):
    """Keeps each request in ``asked``; raises ``failure`` while one is set.

    ``answers`` holds what each URL says, its query left out, in order; the last is said again and
    again. A URL without one says 404.
    """

    def __init__(self) -> None:
        self.asked: list[HttpRequest] = []
        self.answers: defaultdict[str, list[HttpAnswer]] = defaultdict(list)
        self.failure: Error | None = None
        self.closed = False

    async def send(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request)
        if self.failure is not None:
            raise self.failure
        said = self.answers[request.url.partition("?")[0]]
        if not said:
            return HttpAnswer(404)
        return said.pop(0) if len(said) > 1 else said[0]

    async def close(self) -> None:
        self.closed = True
