"""Many questions in one: while a query runs arrivals queue, and the next takes all of them."""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pkg.errors import Unavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


CROWD = 4  # callers in one query: more come as fast
TURNS = 3  # of the loop before each question: who is about to ask is in it, for 20 us


@dataclass(frozen=True, slots=True, eq=False)
class Asked(Generic[K, V]):
    """What somebody wants, and where they wait for it."""

    keys: Collection[K]
    found: asyncio.Future[dict[K, V]]


class Together(Generic[K, V]):
    """Asks *load* for the keys of many callers at once, one query at a time.

    A query starts after everybody it answers has asked, so what was true then is in it or came
    later. It takes up to *most* keys, or one caller's who wants more. It runs in a task of its own,
    in the context this was made in: a caller may be inside a transaction, and may go away.

    With *rest* the query after one for a crowd starts so many seconds later, unless it would be
    full: in a storm each is for more, and at other times nobody waits.
    """

    def __init__(
        self,
        load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]],
        *,
        most: int = 512,
        rest: float = 0.0,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._load = load
        self._most = most
        self._rest = rest
        self._pause = pause
        self._rested_at = 0.0  # by the loop's clock
        self._waiting: deque[Asked[K, V]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._context = contextvars.copy_context()

    async def get(self, keys: Collection[K]) -> dict[K, V]:
        """Answers what there is for *keys*; what was not found is left out.

        Raises:
            Unavailable: the store is away, for everybody who waits.
            Exception: *load* cannot take these keys; the others get theirs.
        """
        loop = asyncio.get_running_loop()
        asked: Asked[K, V] = Asked(keys, loop.create_future())
        self._waiting.append(asked)
        if self._task is None:  # it begins in the next turn: who asks in this one is in it
            self._task = loop.create_task(self._run(), context=self._context.copy())
        return await asked.found

    async def _run(self) -> None:
        try:
            while self._waiting:
                for _ in range(TURNS):
                    await asyncio.sleep(0)
                await self._be_rested()
                batch = self._next()
                if len(batch) >= CROWD:
                    self._rested_at = asyncio.get_running_loop().time() + self._rest
                await self._answer(batch)
        finally:
            self._task = None
            while self._waiting:  # the loop ends: nobody will answer them
                self._waiting.popleft().found.cancel()

    async def _be_rested(self) -> None:
        left = self._rested_at - asyncio.get_running_loop().time()
        if left > 0 and len(self._waiting) < self._most:
            await self._pause(left)

    def _next(self) -> list[Asked[K, V]]:
        batch: list[Asked[K, V]] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0].keys) <= self._most):
            asked = self._waiting.popleft()
            if not asked.found.done():  # cancelled: nobody waits any more
                batch.append(asked)
                size += len(asked.keys)
        return batch

    async def _answer(self, batch: Sequence[Asked[K, V]]) -> None:
        keys = dict.fromkeys(key for asked in batch for key in asked.keys)
        try:
            found = await self._load(list(keys)) if keys else {}
        except asyncio.CancelledError:
            for asked in batch:
                asked.found.cancel()
            raise
        except Exception as exc:  # noqa: BLE001  whose key it is takes it; see _share
            await self._share(batch, exc)
        else:
            for asked in batch:
                if not asked.found.done():
                    asked.found.set_result({key: found[key] for key in asked.keys if key in found})

    async def _share(self, batch: Sequence[Asked[K, V]], exc: Exception) -> None:
        """Tells *exc* to everybody where the store is away; else finds out whose it is."""
        if isinstance(exc, Unavailable) or len(batch) == 1:
            for asked in batch:
                if not asked.found.done():
                    asked.found.set_exception(exc)
            return
        half = len(batch) // 2
        await self._answer(batch[:half])
        await self._answer(batch[half:])
