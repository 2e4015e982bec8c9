from __future__ import annotations

from collections.abc import Sequence

from pkg.clock import Clock
from pkg.limiter.contract import Counted, Quota, State
from pkg.limiter.drivers.memory import MemoryLimits


class FakeLimits(MemoryLimits):
    """A memory store that records in *asked* and raises *failure* while one is set."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.asked: list[tuple[str, str]] = []  # verb, and each quota's family
        self.failure: Exception | None = None

    async def hit(self, quotas: Sequence[Quota], cost: int) -> Counted:
        self._ask("hit", quotas)
        return await super().hit(quotas, cost)

    async def look(self, quotas: Sequence[Quota]) -> Sequence[State]:
        self._ask("look", quotas)
        return await super().look(quotas)

    async def refund(self, quotas: Sequence[Quota], cost: int) -> None:
        self._ask("refund", quotas)
        await super().refund(quotas, cost)

    def _ask(self, verb: str, quotas: Sequence[Quota]) -> None:
        self.asked += [(verb, quota.family) for quota in quotas]
        if self.failure is not None:
            raise self.failure
