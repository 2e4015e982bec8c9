"""One connection that speaks RESP2, with the parser in C: redis-py's costs 14 us a message."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any, cast

import hiredis

from pkg.errors import Error
from pkg.hub.bus.contract import BusRefused, BusUnavailable
from pkg.hub.bus.drivers.redis.address import Server

# What waiting does not change. Others (LOADING, CLUSTERDOWN, MASTERDOWN) pass.
REFUSALS = ("WRONGPASS", "NOAUTH", "NOPERM", "ERR")
PASSING = ("ERR max number of clients",)


class Connection(asyncio.Protocol):
    """Sends commands and hands on what comes back; *lost* is told once, however it ends."""

    def __init__(self) -> None:
        self.heard: Callable[[Any], None] = lambda _: None  # what no `ask` waits for
        self.lost: Callable[[str], None] = lambda _: None
        self.transport: asyncio.Transport
        self.closed = asyncio.Event()
        self._reader = hiredis.Reader()
        self._asked: deque[asyncio.Future[Any]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is no instance of it

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not False:
                if self._asked:
                    self._answer(reply)
                else:
                    self.heard(reply)
        except hiredis.ProtocolError as exc:
            self.transport.abort()
            self._end(f"no Redis: {exc}")

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(str(exc) if exc else "the connection was closed")
        self.closed.set()

    async def ask(self, *words: str | bytes) -> Any:
        """Sends a command and answers its reply.

        Raises:
            BusRefused: the server will not do it, now or later.
            BusUnavailable: it cannot now, or the connection is gone.
        """
        asked = asyncio.get_running_loop().create_future()
        self._asked.append(asked)
        self.send(*words)
        return await asked

    def send(self, *words: str | bytes) -> None:
        """Sends a command whose reply goes to `heard`."""
        if not self.transport.is_closing():
            self.transport.write(hiredis.pack_command(words))  # type: ignore[arg-type]  # its stub: one word

    def _answer(self, reply: Any) -> None:
        asked = self._asked.popleft()
        if asked.done():  # whoever asked waits no longer
            return
        if isinstance(reply, hiredis.ReplyError):
            asked.set_exception(refusal(reply))
        else:
            asked.set_result(reply)

    def _end(self, reason: str) -> None:
        while self._asked:
            asked = self._asked.popleft()
            if not asked.done():
                asked.set_exception(BusUnavailable(reason))
        lost, self.lost = self.lost, lambda _: None
        lost(reason)


async def connect(server: Server, *, timeout: float) -> Connection:
    """Opens a connection and signs in, within *timeout* seconds.

    Raises:
        BusRefused: the server will not have us, or is not who its certificate should say.
        BusUnavailable: it does not answer.
    """
    try:
        async with asyncio.timeout(timeout):
            connection = await _open(server)
            try:
                await _sign_in(connection, server)
            except BaseException:
                connection.transport.abort()
                raise
            return connection
    except ssl.SSLCertVerificationError as exc:
        raise BusRefused(f"the server's certificate: {exc.verify_message}") from exc
    except TimeoutError as exc:
        raise BusUnavailable("the server does not answer in time") from exc
    except OSError as exc:
        raise BusUnavailable(str(exc) or type(exc).__name__) from exc


async def _open(server: Server) -> Connection:
    loop = asyncio.get_running_loop()
    if server.path:
        _, connection = await loop.create_unix_connection(Connection, server.path)
    else:
        _, connection = await loop.create_connection(
            Connection, server.host, server.port, ssl=server.tls
        )
    return connection


async def _sign_in(connection: Connection, server: Server) -> None:
    if server.password is not None or server.username is not None:
        words = (server.username, server.password or "")
        await connection.ask("AUTH", *(word for word in words if word is not None))
    await connection.ask("PING")  # without a password where one is needed, this is refused


def refusal(reply: hiredis.ReplyError) -> Error:
    """Answers what an error reply means to us."""
    text = str(reply)
    if text.startswith(REFUSALS) and not text.startswith(PASSING):
        return BusRefused(text)
    return BusUnavailable(text)
