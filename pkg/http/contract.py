"""A request of ours to another server, its answer, and what whoever carries it owes."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from pkg.http.errors import BadAnswer


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is asked. Only the method is in its repr: the rest may hold tokens."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, whatever its status; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_ok(self) -> bool:
        """Tells whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> object:
        """Answers the body, read as JSON, whatever its Content-Type.

        Raises:
            BadAnswer: it is none.
        """
        try:
            found: object = json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadAnswer(f"http: no JSON came with {self.status}") from None
        return found


class HttpDriver(ABC):
    """A way to ask other servers."""

    @abstractmethod
    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Sends *request* once, within the driver's time-out, and answers what came.

        No retry, no redirect followed, no cookie kept, nothing read from the environment.

        Raises:
            HttpUnavailable: no whole answer in time, or one over the bytes allowed.
        """

    @abstractmethod
    async def close(self) -> None:
        """Ends its connections; a second call does nothing."""
