"""How a client behaves: how fast its frames come, and how much of what it sends is wrong."""

from __future__ import annotations

from typing import Final

from app.ws.errors import FrameMalformed, FrameUnknown
from pkg.clock import Clock
from pkg.errors import Error
from pkg.hub import HubConfig
from pkg.limiter import LimitExceeded, TokenBucket

# How much may go wrong at once, how much of it is forgiven in a second, and what counts how much:
# twenty bad frames in a run, or a hundred above the rate, are a flood.
STRIKES: Final = 100
FORGIVEN: Final = 2.0
COSTS: Final[dict[type[Error], int]] = {FrameMalformed: 5, FrameUnknown: 5, LimitExceeded: 1}


class Conduct:
    """The rate of one client's frames, and its strikes; most sockets never get any."""

    __slots__ = ("_clock", "_config", "_rate", "_strikes")

    def __init__(self, clock: Clock, config: HubConfig) -> None:
        self._clock = clock
        self._config = config
        self._rate: TokenBucket | None = None
        self._strikes: TokenBucket | None = None

    def count(self) -> None:
        """Counts a frame.

        Raises:
            LimitExceeded: they come too fast.
        """
        if self._rate is None:
            config = self._config
            self._rate = TokenBucket(self._clock, rate=config.rate, burst=config.burst)
        if wait := self._rate.take():
            raise LimitExceeded("too many frames", retry_after=wait)

    def strike(self, exc: Error) -> bool:
        """Counts what *exc* says went wrong, and tells whether that makes a flood."""
        cost = COSTS.get(type(exc), 0)
        if not cost:
            return False
        if self._strikes is None:
            self._strikes = TokenBucket(self._clock, rate=FORGIVEN, burst=STRIKES)
        return self._strikes.take(cost) > 0
