"""What goes out at the end of a turn: frames, and the answers to those who come and go."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from pkg.hub.errors import CloseCode
from pkg.hub.figures import Figures

PATIENCE: Final = 0.005  # seconds that who comes or goes waits for others, while others do

log = logging.getLogger(__name__)

Later = Callable[[Callable[[], None]], object]  # calls it in the next turn


class Closable(Protocol):
    """A socket, as far as it can be closed."""

    def close(self, code: int, reason: str) -> None:
        """Ends it."""
        ...


class Queued(Closable, Protocol):
    """A socket that holds back what it was given this turn."""

    def flush(self) -> None:
        """Writes it, in one piece."""
        ...


class Outlet:
    """Sockets with something queued: each gets one write a turn."""

    def __init__(self, later: Later, figures: Figures | None = None) -> None:
        self._later = later
        self._figures = figures or Figures()
        self._waiting: list[Queued] = []

    def add(self, queued: Queued) -> None:
        """Has *queued* flushed at the end of this turn."""
        if not self._waiting:
            self._later(self.flush)
        self._waiting.append(queued)

    def flush(self) -> None:
        """Has all of them write now; one that raises is closed, and the others have written."""
        waiting, self._waiting = self._waiting, []
        self._figures.writes += len(waiting)
        for each in waiting:
            try:
                each.flush()
            except Exception as exc:  # noqa: BLE001  it is logged there
                break_off(each, exc)


def break_off(broken: Closable, exc: Exception) -> None:
    """Closes a socket of which a verb has raised, as none may: nobody else pays for it."""
    log.error("a socket broke", exc_info=exc)
    try:
        broken.close(CloseCode.SERVER_ERROR, "internal")
    except Exception:
        log.exception("a broken socket could not be closed")


class Crowd(Outlet):
    """Sockets that come or go: in a storm they are answered together, one write after another.

    A write wakes whoever waits for it, and is answered before the next is ready: then each turn of
    the loop serves one socket. Together they cost a quarter less. A turn in which nobody was added
    is the last one, so who comes alone waits for nothing.
    """

    def __init__(
        self, later: Later, now: Callable[[], float], figures: Figures | None = None
    ) -> None:
        super().__init__(later, figures)
        self._now = now
        self._until = 0.0
        self._seen = 0

    def add(self, queued: Queued) -> None:
        """Has *queued* flushed with those who are added meanwhile, at the latest after PATIENCE."""
        if not self._waiting:
            self._until, self._seen = self._now() + PATIENCE, 0
        super().add(queued)

    def flush(self) -> None:
        """Has all of them write, unless others came since the last turn: then in the next."""
        if len(self._waiting) > self._seen and self._now() < self._until:
            self._seen = len(self._waiting)
            self._later(self.flush)
        else:
            super().flush()
