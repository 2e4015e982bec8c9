"""Named limits over a store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pkg.limiter.config import LimiterConfig
from pkg.limiter.contract import Counted, LimitStore, Quota
from pkg.limiter.errors import LimiterUnavailable, LimitExceeded
from pkg.limiter.hit import Hit

T = TypeVar("T")


class Limiter:
    """Counts what is done under the names of its config, apart for each *key*.

    Every rule of a name counts, in one step. While *store* is away each name is let pass, refused
    or counted in *local*, as the config says, and *on_failure* is told.
    """

    def __init__(
        self,
        store: LimitStore,
        config: LimiterConfig,
        *,
        local: LimitStore | None = None,
        on_failure: Callable[[LimiterUnavailable], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._local = local
        self.enabled = config.enabled
        self._closed, self._counted_here = frozenset(config.closed), frozenset(config.local)
        self._on_failure = on_failure
        self._rules = {
            name: tuple((f"{name}/{limit}", limit.amount, limit.window) for limit in limits)
            for name, limits in config.rules.items()
        }

    async def hit(self, name: str, key: str, *, cost: int = 1) -> Hit:
        """Takes *cost* units of every rule, or none where one has too few, and tells which.

        Raises:
            LimiterUnavailable: the store is away, and *name* is closed then.
            KeyError: no limit has that name.
        """
        quotas = self._quotas(name, key)
        counted = await self._ask(name, lambda store: store.hit(quotas, cost)) if quotas else None
        if counted is None:
            return Hit(name, allowed=True)
        return _told(name, quotas, counted, cost)

    async def take(self, name: str, key: str, *, cost: int = 1) -> Hit:
        """Takes as `hit` does, before the work is done.

        Raises:
            LimitExceeded: a rule is used up; nothing was taken.
            LimiterUnavailable: the store is away, and *name* is closed then.
            KeyError: no limit has that name.
        """
        hit = await self.hit(name, key, cost=cost)
        if not hit.allowed:
            raise LimitExceeded(f"the limit {name} is used up", retry_after=hit.retry_after)
        return hit

    async def check(self, name: str, key: str) -> Hit:
        """Tells what taking one unit would, and takes none.

        Raises:
            LimiterUnavailable: the store is away, and *name* is closed then.
            KeyError: no limit has that name.
        """
        quotas = self._quotas(name, key)
        states = await self._ask(name, lambda store: store.look(quotas)) if quotas else None
        if states is None:
            return Hit(name, allowed=True)
        allowed = all(s.used < q.amount for q, s in zip(quotas, states, strict=True))
        return _told(name, quotas, Counted(allowed, states), 1)

    async def standing(self, name: str, key: str) -> list[Hit]:
        """Tells where each rule of *name* stands, in their order, and takes nothing.

        Without limits there is nothing to tell.

        Raises:
            LimiterUnavailable: the store is away, and *name* is closed then.
            KeyError: no limit has that name.
        """
        quotas = self._quotas(name, key)
        states = await self._ask(name, lambda store: store.look(quotas)) if quotas else None
        pairs = zip(quotas, states or (), strict=False)
        return [
            _told(name, [quota], Counted(state.used < quota.amount, [state]), 1)
            for quota, state in pairs
        ]

    async def refund(self, name: str, key: str, *, cost: int = 1) -> None:
        """Gives back what `take` took with the same *name*, *key* and *cost*; never fails.

        A right password is no failure: its unit goes back, and no other's.
        """
        quotas = self._quotas(name, key)
        if not quotas:
            return
        try:
            await self._ask(name, lambda store: store.refund(quotas, cost))
        except LimiterUnavailable:
            return  # told already; the window ends by itself

    def _quotas(self, name: str, key: str) -> list[Quota]:
        rules = self._rules[name]
        if not self.enabled:
            return []
        return [Quota(family, key, amount, window) for family, amount, window in rules]

    async def _ask(self, name: str, ask: Callable[[LimitStore], Awaitable[T]]) -> T | None:
        """Answers what the store says; None where it is away and *name* passes then."""
        try:
            return await ask(self._store)
        except LimiterUnavailable as exc:
            self._on_failure(exc)
            if name in self._closed:
                raise
            if name not in self._counted_here:
                return None
            if self._local is None:
                raise
        return await ask(self._local)


def _told(name: str, quotas: Sequence[Quota], counted: Counted, cost: int) -> Hit:
    pairs = list(zip(quotas, counted.states, strict=True))
    if not counted.allowed:  # of the rules that refuse, the last to be free says when to come back
        pairs = [pair for pair in pairs if pair[1].used + cost > pair[0].amount]
        pairs.sort(key=lambda pair: -pair[1].reset_after)
    elif len(pairs) > 1:
        pairs.sort(key=lambda pair: pair[0].amount - pair[1].used)
    quota, state = pairs[0]
    left = max(0, quota.amount - state.used)
    return Hit(name, counted.allowed, quota.amount, left, state.reset_after, quota.window)
