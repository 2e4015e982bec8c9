"""What a store of counters owes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple


class Quota(NamedTuple):
    """One counter and what it may reach. NamedTuples: these are made for every request."""

    family: str  # the limit's name and rule: no two rules ever share a counter
    key: str
    amount: int
    window: int  # seconds


class State(NamedTuple):
    """Where a counter stands. Without a window under way both are 0."""

    used: int
    reset_after: float  # seconds until the window ends and the count with it


class Counted(NamedTuple):
    """What a hit did: *states* in the order of its quotas, the units taken if *allowed*."""

    allowed: bool
    states: Sequence[State]


class LimitStore(ABC):
    """Counters in windows. Any verb may raise LimiterUnavailable.

    A window begins with its first unit and lasts the quota's seconds; nothing makes it longer.
    Each verb is one step for all callers on all nodes that share the store.
    """

    @abstractmethod
    async def hit(self, quotas: Sequence[Quota], cost: int) -> Counted:
        """Takes *cost* units, 1 or more, of every quota, or of none where one has too few left."""

    @abstractmethod
    async def look(self, quotas: Sequence[Quota]) -> Sequence[State]:
        """Answers where the counters stand and changes nothing."""

    @abstractmethod
    async def refund(self, quotas: Sequence[Quota], cost: int) -> None:
        """Gives *cost* units back, down to 0; windows under way go on as they are."""
