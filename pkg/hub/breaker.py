"""What a store that is away is spared: one try at a time, and the others are told at once."""

from __future__ import annotations

from copy import copy

from pkg.clock import Clock
from pkg.errors import Unavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0  # seconds; doubled from one failed try to the next


class Breaker:
    """Opens with the first Unavailable and closes with the first answer of any other kind.

    While it is open one call passes after each pause, as the try that finds out. It needs no
    timer: a store that nobody calls need not be found healthy.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failure: Unavailable | None = None
        self._pause = 0.0
        self._until = 0.0
        self._is_trying = False

    @property
    def failure(self) -> Unavailable | None:
        """What the store said last, and when to come back; None: it answers."""
        return None if self._failure is None else self._told(self._failure)

    def enter(self) -> None:
        """Lets a call pass, or refuses it.

        Raises:
            Unavailable: the store was away a moment ago, and this is not the call to try it again.
        """
        if self._failure is None:
            return
        if self._is_trying or self._clock.monotonic() < self._until:
            raise self._told(self._failure)
        self._is_trying = True

    def fail(self, failure: Unavailable) -> Unavailable:
        """Notes that the store is away, and answers what to tell who waited.

        Nothing passes until the pause is over.
        """
        self._pause = min(self._pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
        self._until = self._clock.monotonic() + self._pause
        self._failure, self._is_trying = failure, False
        return self._told(failure)

    def succeed(self) -> None:
        """Notes that the store answered: everything passes."""
        self._failure, self._pause, self._is_trying = None, 0.0, False

    def _told(self, failure: Unavailable) -> Unavailable:
        """Answers a copy: an exception that is raised again and again grows a traceback."""
        left = self._pause if self._is_trying else self._until - self._clock.monotonic()
        told = copy(failure)
        told.retry_after = max(left, FIRST_PAUSE, failure.retry_after or 0)
        return told
