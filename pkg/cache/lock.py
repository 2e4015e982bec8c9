"""A lock for a block of code."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from types import TracebackType
from typing import Self

from pkg.cache.contract import Locks
from pkg.cache.errors import CacheUnavailable, LockHeld, LockLost

POLL = 0.05  # seconds between two looks while waiting


class Lock:
    """Holds a name on all nodes while its block runs, for at most *ttl* seconds.

    A pause longer than *ttl* loses it unseen: `extend` before each step that matters, or write
    with a condition. Made by `Cache.lock`, used once.
    """

    def __init__(self, locks: Locks, name: str, *, ttl: float, wait: float = 0) -> None:
        self._locks = locks
        self._name = name
        self._ttl = ttl
        self._wait = wait
        self.owner = secrets.token_hex(16)

    async def __aenter__(self) -> Self:
        """Takes the name, waiting for it up to *wait* seconds.

        Raises:
            LockHeld: somebody else holds it, and did for all of them.
            CacheUnavailable: the store is away; nothing is guarded.
        """
        if await self._acquire():
            return self
        try:
            async with asyncio.timeout(self._wait):
                while self._wait:
                    await asyncio.sleep(POLL)
                    if await self._acquire():
                        return self
        except TimeoutError:
            pass
        raise LockHeld(f"{self._name} is held", retry_after=self._ttl)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.shield(self._give_back())

    async def extend(self) -> None:
        """Starts the *ttl* anew.

        Raises:
            LockLost: it ran out before; somebody else may hold it.
        """
        if not await self._locks.extend(self._name, self.owner, ttl=self._ttl):
            raise LockLost(f"{self._name} ran out")

    async def _acquire(self) -> bool:
        try:
            return await self._locks.acquire(self._name, self.owner, ttl=self._ttl)
        except asyncio.CancelledError:  # it may be ours by now, and nobody would ever know
            await asyncio.shield(self._give_back())
            raise

    async def _give_back(self) -> None:
        with suppress(CacheUnavailable):  # it runs out by itself
            await self._locks.release(self._name, self.owner)
