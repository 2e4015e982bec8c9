"""Named limits over a store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from pkg.limiter.config import LimiterConfig
from pkg.limiter.contract import Counted, LimitStore, Quota, State
from pkg.limiter.errors import LimiterUnavailable, LimitExceeded
from pkg.limiter.hit import Hit

T = TypeVar("T")
Keys = Mapping[str, str]  # what to count by, for each scope that is known


class Rule(NamedTuple):
    """A limit, ready to count."""

    scope: str
    family: str
    amount: int
    window: int


class Limiter:
    """Counts what is done under the names of its config.

    A *key* is a mapping, `{"ip": .., "user": ..}`: the rules of those scopes count, the others
    wait for somebody who knows. A plain text counts under every rule of the name. While *store*
    is away each name is let pass, refused, or counted in *local*, as the config says; *on_failure*
    is told.
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
        self._config = config
        self._on_failure = on_failure
        self._rules = {
            name: tuple(Rule(x.scope, f"{name}/{x}", x.amount, x.window) for x in limits)
            for name, limits in config.rules.items()
        }

    async def hit(self, name: str, key: str | Keys, *, cost: int = 1) -> Hit:
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

    async def take(self, name: str, key: str | Keys, *, cost: int = 1) -> Hit:
        """Takes as `hit` does, before the work is done.

        Raises:
            LimitExceeded: a rule is used up; nothing was taken.
            LimiterUnavailable: the store is away, and *name* is closed then.
            KeyError: no limit has that name.
        """
        hit = await self.hit(name, key, cost=cost)
        if not hit.allowed:
            raise LimitExceeded(hit)
        return hit

    async def check(self, name: str, key: str | Keys) -> Hit:
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

    async def refund(self, name: str, key: str | Keys, *, cost: int = 1) -> None:
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

    def _quotas(self, name: str, key: str | Keys) -> list[Quota]:
        rules = self._rules[name]
        if not self._config.enabled:
            return []
        if isinstance(key, str):
            return [Quota(rule.family, key, rule.amount, rule.window) for rule in rules]
        return [
            Quota(rule.family, key[rule.scope], rule.amount, rule.window)
            for rule in rules
            if rule.scope in key
        ]

    async def _ask(self, name: str, ask: Callable[[LimitStore], Awaitable[T]]) -> T | None:
        """Answers what the store says; None where it is away and *name* passes then."""
        try:
            return await ask(self._store)
        except LimiterUnavailable as exc:
            self._on_failure(exc)
            if name in self._config.closed:
                raise
            if name not in self._config.local:
                return None
            if self._local is None:
                raise
        return await ask(self._local)


def _told(name: str, quotas: Sequence[Quota], counted: Counted, cost: int) -> Hit:
    allowed, states = counted
    pairs = list(zip(quotas, states, strict=True))
    if not allowed:  # the last one to be free again says when to come back
        pairs = [pair for pair in pairs if pair[1].used + cost > pair[0].amount]
        quota, state = max(pairs, key=_reset_after)
    else:
        quota, state = min(pairs, key=_remaining)
    return Hit(
        name,
        allowed,
        limit=quota.amount,
        remaining=max(0, quota.amount - state.used),
        reset_after=state.reset_after,
        window=quota.window,
        scope=quota.family.rpartition("/")[2],
    )


def _reset_after(pair: tuple[Quota, State]) -> float:
    return pair[1].reset_after


def _remaining(pair: tuple[Quota, State]) -> int:
    return pair[0].amount - pair[1].used
