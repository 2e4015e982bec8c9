"""A proxy before a server that a test can turn deaf: connections stay open and nothing comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Carries bytes both ways, until `is_deaf`: then what the server says is swallowed."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.is_deaf = False
        self._target = port
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, ours, to_us=False))
                both.create_task(self._carry(theirs, writer, to_us=True))
        except* (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            for each in (ours, writer):
                each.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_us: bool
    ) -> None:
        while data := await reader.read(65_536):
            if not (to_us and self.is_deaf):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def cut(self) -> None:
        """Ends every connection, and returns once they have ended."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def before(port: int) -> AsyncIterator[Proxy]:
    """Runs one before the server on *port* for a block."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.cut()
        await server.wait_closed()
