"""redis-py's blocking pool, made safe for callers that are cancelled."""

from __future__ import annotations

import asyncio

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.connection import AbstractConnection


class Pool(BlockingConnectionPool):
    """Gives each connection back whatever becomes of the caller.

    The stock one awaits a lock on the way back: a caller cancelled there takes its connection out
    of the pool for good, and fifty of those stop the node.
    """

    async def release(self, connection: AbstractConnection) -> None:
        await asyncio.shield(super().release(connection))
