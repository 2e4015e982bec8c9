"""A distribution as counters by bound."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

# Seconds; from what a commit in memory takes to what nobody waits for.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Histogram:
    """How many values fell below each bound, and what they add up to.

    Noting one costs 0.2 us and takes no lock: one thread writes, the loop's.
    """

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)  # the last is what lies above every bound
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Notes *value*; one that equals a bound belongs below it."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    @property
    def count(self) -> int:
        """How many were noted."""
        return sum(self.counts)

    def cumulative(self) -> list[int]:
        """Answers for each bound how many values lie at or below it; the last is all of them."""
        total, found = 0, []
        for count in self.counts:
            total += count
            found.append(total)
        return found
