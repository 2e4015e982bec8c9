"""This node's way to one server and back: one connection that publishes, one that hears."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import hiredis

from pkg.errors import Error
from pkg.hub.bus.contract import BusUnavailable
from pkg.hub.bus.drivers.redis.address import Server
from pkg.hub.bus.drivers.redis.connection import Connection, connect, refusal

MAX_WAITING = 8 << 20  # bytes on their way to the server, above which envelopes are dropped
PROBE_SECONDS = 1.0
MISSED_PROBES = 3  # in a row: it is deaf, dumb or gone, whatever the connections say
PROBE = b"\0"  # begins what is ours and no envelope
CLOSE_SECONDS = 1.0


class Link:
    """Publishes on the channels *names* of one server, and hears them.

    A word of our own goes out on one channel after the other and must come back: that finds half
    open connections, frozen servers and subscriptions that the server forgot, all alike. What is
    counted is words and not seconds, so a node that was itself stopped finds nothing wrong.
    """

    def __init__(
        self,
        server: Server,
        names: Sequence[str],
        *,
        sharded: bool,
        back: Callable[[float], None],
    ) -> None:
        """*back* is told how many seconds a word of our own was on its way."""
        self.broken: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._server = server
        self._names = tuple(names)
        self._verbs = (b"SPUBLISH", b"SSUBSCRIBE") if sharded else (b"PUBLISH", b"SUBSCRIBE")
        self._kinds = (b"smessage", b"ssubscribe") if sharded else (b"message", b"subscribe")
        self._heads = {name: _head(self._verbs[0], name.encode()) for name in names}
        self._deliver: Callable[[bytes], None] = lambda _: None
        self._missing = set(names)  # not subscribed yet
        self._ready = asyncio.Event()
        self._token = PROBE + os.urandom(8)
        self._missed = 0
        self._asked_at = 0.0  # when the first probe went out that is not back yet
        self._back = back
        self._waiting: list[bytes] = []
        self._size = 0
        self._connections: list[Connection] = []
        self._probing: asyncio.Task[None] | None = None
        self._refusal: Error | None = None

    async def open(
        self,
        deliver: Callable[[bytes], None],
        pause: Callable[[float], Awaitable[object]],
        *,
        timeout: float,
    ) -> None:
        """Connects, subscribes, and returns once both are confirmed.

        Raises:
            BusRefused: the server will not have us.
            BusUnavailable: it does not answer.
        """
        self._deliver = deliver
        for heard in (self._replied, self._heard):
            connection = await connect(self._server, timeout=timeout)
            self._connections.append(connection)
            connection.heard, connection.lost = heard, self._break
        for name in self._names:  # one by one: names of different slots may not go together
            self._connections[1].send(self._verbs[1], name)
        try:
            async with asyncio.timeout(timeout):
                await self._until_ready()
        except TimeoutError as exc:
            raise BusUnavailable("the server does not subscribe us in time") from exc
        self._probing = asyncio.create_task(self._probe(pause))

    def publish(self, name: str, envelope: bytes) -> bool:
        """Sends at the end of this turn, with all that comes until then; False: too much waits."""
        size = len(envelope)
        transport = self._connections[0].transport
        if self._size + size + transport.get_write_buffer_size() > MAX_WAITING:
            return False
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(b"%b%d\r\n%b\r\n" % (self._heads[name], size, envelope))
        self._size += size
        return True

    async def close(self, *, gently: bool = False) -> None:
        """Ends both connections. *gently*: what waits goes out first, if it can at once."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        if gently and self._connections:
            self._flush()
        for connection in self._connections:
            if gently:
                connection.transport.close()
            else:
                connection.transport.abort()
        closed = [connection.closed.wait() for connection in self._connections]
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*closed)
        except TimeoutError:
            for connection in self._connections:
                connection.transport.abort()

    def _flush(self) -> None:
        transport = self._connections[0].transport
        if self._waiting and not transport.is_closing():
            transport.write(b"".join(self._waiting))
        self._waiting.clear()
        self._size = 0

    def _heard(self, reply: Any) -> None:
        if isinstance(reply, hiredis.ReplyError):
            self._refused(reply)
        elif reply[0] == self._kinds[0]:
            if reply[2].startswith(PROBE):
                self._answered(reply[2])
            else:
                self._deliver(reply[2])
        elif reply[0] == self._kinds[1]:
            self._missing.discard(reply[1].decode())
            if not self._missing:
                self._ready.set()
        else:  # unsubscribed by the server: the slot has moved
            self._break("the server carries a channel no more")

    def _answered(self, token: bytes) -> None:
        if token == self._token and self._missed:
            self._missed = 0
            self._back(asyncio.get_running_loop().time() - self._asked_at)

    def _replied(self, reply: Any) -> None:
        if isinstance(reply, hiredis.ReplyError):
            self._refused(reply)

    def _refused(self, reply: hiredis.ReplyError) -> None:
        self._refusal = refusal(reply)
        self._break(str(reply))

    def _break(self, reason: str) -> None:
        if not self.broken.done():
            self.broken.set_result(reason)
        self._ready.set()

    async def _until_ready(self) -> None:
        await self._ready.wait()
        if self.broken.done():
            raise self._refusal or BusUnavailable(self.broken.result())

    async def _probe(self, pause: Callable[[float], Awaitable[object]]) -> None:
        turn = 0
        while self._missed < MISSED_PROBES:
            if not self._missed:
                self._asked_at = asyncio.get_running_loop().time()
            self._missed += 1
            self.publish(self._names[turn % len(self._names)], self._token)
            turn += 1
            await pause(PROBE_SECONDS)
        self._break("the server does not hand our own words back")


def _head(verb: bytes, name: bytes) -> bytes:
    return b"*3\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n$" % (len(verb), verb, len(name), name)
