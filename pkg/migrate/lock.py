"""One migrator at a time over all nodes: a lease in the database itself."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pkg.clock import Clock
from pkg.errors import Error, Unavailable
from pkg.migrate.cause import cause_of
from pkg.migrate.contract import Target
from pkg.migrate.errors import MigrationLocked
from pkg.migrate.progress import Event, Progress, Waiting

NAME = "migrate"
POLL = 0.2  # seconds between two tries
TELL = 5.0  # seconds between two words about the wait


def _nobody(event: Event) -> None:
    """Whom nobody listens to."""


class Lock:
    """A row that says who migrates, since when, and until when that counts.

    A holder that dies is out after *lease* seconds. One that lives renews it, and checks in each
    migration's own transaction that it still holds it, so a holder that slept too long stops.
    """

    def __init__(
        self, target: Target, clock: Clock, *, lease: float, owner: str | None = None
    ) -> None:
        self._target = target
        self._clock = clock
        self._lease = lease
        self.owner = owner or f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"

    @asynccontextmanager
    async def held(self, *, wait: float, progress: Progress = _nobody) -> AsyncIterator[None]:
        """Holds the lock for a block, waiting up to *wait* seconds for it; *progress* is told.

        Raises:
            MigrationLocked: another holds it still.
        """
        await self._acquire(wait, progress)
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            with suppress(Error):  # what ended the block is what counts; the lease ends by itself
                await self._target.execute(
                    "DELETE FROM migration_lock WHERE name = ? AND owner = ?", [NAME, self.owner]
                )

    async def check(self) -> None:
        """Renews the lease; called inside a migration's transaction.

        Raises:
            MigrationLocked: it ran out and another took over.
        """
        if not await self._extend():
            raise MigrationLocked(await self._holder())

    async def _acquire(self, wait: float, progress: Progress) -> None:
        since, told = self._clock.monotonic(), -TELL
        while not await self._free():
            now = self._clock.monotonic()
            if now >= since + wait:
                raise MigrationLocked(
                    f"{await self._holder()}; let it end, or wait for it with `--wait`: "
                    f"one that died counts for {self._lease:.0f} s"
                )
            if now - since >= told + TELL:
                told = now - since
                progress(Waiting(await self._owner() or "another process", int(now - since)))
            await asyncio.sleep(POLL)

    async def _take(self) -> bool:
        now = self._now()
        async with self._target.transaction():
            await self._target.execute(
                "DELETE FROM migration_lock WHERE name = ? AND expires_at <= ?", [NAME, now]
            )
            with_it = [NAME, self.owner, now, now + self._milliseconds()]
            return await self._insert(with_it)

    async def _free(self) -> bool:
        """Takes the lock if it can; a holder inside its transaction may keep the very row."""
        try:
            return await self._take()
        except Unavailable as exc:
            if cause_of(exc) != "busy":
                raise
            return False

    async def _insert(self, values: list[object]) -> bool:
        ignore = {
            "sqlite": "INSERT OR IGNORE INTO migration_lock (name, owner, since, expires_at) "
            "VALUES (?, ?, ?, ?)",
            "postgres": "INSERT INTO migration_lock (name, owner, since, expires_at) "
            "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            "mysql": "INSERT IGNORE INTO migration_lock (name, owner, since, expires_at) "
            "VALUES (?, ?, ?, ?)",
        }[self._target.dialect]
        return await self._target.execute(ignore, values) == 1

    async def _extend(self) -> bool:
        until = self._now() + self._milliseconds()
        return (
            await self._target.execute(
                "UPDATE migration_lock SET expires_at = ? WHERE name = ? AND owner = ?",
                [until, NAME, self.owner],
            )
            == 1
        )

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with suppress(Error):  # the next check tells, in time
                await self._extend()

    async def _holder(self) -> str:
        rows = await self._target.fetch(
            "SELECT owner, since FROM migration_lock WHERE name = ?", [NAME]
        )
        if not rows:
            return "another process has just migrated"
        seconds = max(0, (self._now() - rows[0]["since"]) // 1000)
        return f"{readable(rows[0]['owner'])} has been migrating for {seconds} s"

    async def _owner(self) -> str:
        rows = await self._target.fetch("SELECT owner FROM migration_lock WHERE name = ?", [NAME])
        return readable(rows[0]["owner"]) if rows else ""

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _milliseconds(self) -> int:
        return int(self._lease * 1000)


def readable(owner: str) -> str:
    """Answers `web1 (pid 123)` for the owner that a process writes."""
    host, *rest = owner.rsplit(":", 2)
    return f"{host} (pid {rest[0]})" if len(rest) == 2 else owner
