"""How fast somebody may come: buckets that fill again."""

from __future__ import annotations

from pkg.clock import Clock

MAX_BUCKETS = 10_000
TINY = 1e-9  # who waited exactly as long as told is let in, whatever floats make of it


class TokenBucket:
    """Lets *burst* through at once and *rate* a second from then on."""

    __slots__ = ("_at", "_burst", "_clock", "_level", "_rate")

    def __init__(self, clock: Clock, *, rate: float, burst: float) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = self._level = burst
        self._at = clock.monotonic()

    def take(self, cost: float = 1.0) -> float:
        """Takes *cost* and answers 0, or takes nothing and answers the seconds until it could."""
        self._fill()
        if self._level >= cost - TINY:
            self._level -= cost
            return 0.0
        return (cost - self._level) / self._rate

    @property
    def is_full(self) -> bool:
        self._fill()
        return self._level >= self._burst

    def _fill(self) -> None:
        now = self._clock.monotonic()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now


class Buckets:
    """A bucket for each key; a full one is as good as none, so those are let go of first."""

    def __init__(self, clock: Clock, *, rate: float, burst: float) -> None:
        self._clock = clock
        self._rate = rate
        self._burst = burst
        self._buckets: dict[str, TokenBucket] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str) -> float:
        """Takes one from *key*'s bucket, as `TokenBucket.take`."""
        bucket = self._buckets.pop(key, None)
        if bucket is None:
            self._make_room()
            bucket = TokenBucket(self._clock, rate=self._rate, burst=self._burst)
        self._buckets[key] = bucket  # the dict is in order of use
        return bucket.take()

    def _make_room(self) -> None:
        if len(self._buckets) < MAX_BUCKETS:
            return
        self._buckets = {key: each for key, each in self._buckets.items() if not each.is_full}
        while len(self._buckets) >= MAX_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
