"""What the two server drivers share: a checkout with a time-out, a transaction that stays whole."""

from __future__ import annotations

import asyncio
from typing import Any

from tortoise.backends.base.client import PoolConnectionWrapper, TransactionContextPooled
from tortoise.connection import get_connections

from pkg.database.errors import DatabaseUnavailable
from pkg.database.settled import settled
from pkg.database.steps import Steps, T


async def checkout(client: Any) -> Any:
    """Takes a connection out of the pool of *client*, opening the pool first if need be.

    Raises:
        DatabaseUnavailable: none became free in time.
    """
    if not client._pool:
        async with client._pool_init_lock:
            if not client._pool:
                await client.create_connection(with_db=True)
    try:
        # a new connection may have to be made, which has its own time-out
        async with asyncio.timeout(client.pool_timeout + client.connect_timeout):
            return await client._pool.acquire()
    except TimeoutError:
        raise DatabaseUnavailable("no connection became free in time", retry_after=1) from None


async def perform(client: Any, steps: Steps[T]) -> T:
    """Runs *steps* as one transaction on a connection of the pool of *client*."""
    async with client._in_transaction() as transaction:
        rows: Any = None  # with which a generator begins
        while True:
            try:
                step = steps.send(rows)
            except StopIteration as end:
                done: T = end.value
                return done
            rows = await client.ask(transaction._connection, step)


class Checkout(PoolConnectionWrapper[Any]):
    """A connection for one statement."""

    __slots__ = ()

    async def __aenter__(self) -> Any:
        self.connection = await checkout(self.client)
        return self.connection


class PooledTransaction(TransactionContextPooled):
    """BEGIN to COMMIT on one connection of the pool; opening and ending are each one settled step.

    The stock one loses its connection when it is cancelled between checkout and BEGIN.
    """

    __slots__ = ()
    client: Any

    async def __aenter__(self) -> Any:
        try:
            await settled(self._open())
        except BaseException:
            await settled(self._release())
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(self, kind: object, exc: object, tb: object) -> None:
        get_connections().reset(self.token)  # here: a token dies in another task
        await settled(self._end(failed=kind is not None))

    async def _open(self) -> None:
        self.client._connection = None
        self.client._connection = await self.client._parent.run(checkout(self.client._parent))
        await self.client.begin()

    async def _end(self, *, failed: bool) -> None:
        try:
            if self.client._finalized:
                return
            if failed:
                await self._roll_back()
            else:
                await self.client.commit()
        finally:
            await self._release()

    async def _roll_back(self) -> None:
        try:
            await self.client.rollback()
        except Exception as exc:
            # A lost connection took its transaction along; what ended the block is what counts.
            if self.client.fault(exc) is None:
                raise

    async def _release(self) -> None:
        connection, self.client._connection = self.client._connection, None
        self.client._finalized = True
        if connection is not None and self.client._parent._pool:
            await self.client._parent._pool.release(connection)
