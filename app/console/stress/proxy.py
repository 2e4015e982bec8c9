"""A door that may be cut, go deaf or be slow, in front of a place that may move."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 16_384  # read and kept at once: a proxy that swallows a megabyte hides a slow reader
WINDOW, SEGMENT = 16_384, 1460  # of TCP, else loopback's own buffers hold megabytes
LINGER_NONE = struct.pack("ii", 1, 0)  # close() sends RST, as from a host that forgot

Address = tuple[str, int] | str  # host and port, or the path of a Unix socket


@dataclass(eq=False, slots=True)
class Link:
    """A connection through the door, both of its ends."""

    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    is_deaf: bool = False
    pumps: list[asyncio.Task[None]] = field(default_factory=list)

    def carry(self, writer: asyncio.StreamWriter, late: deque[bytes]) -> None:
        """Hands the oldest of what is *late* to its end, unless that or the connection is gone."""
        data = late.popleft()
        if not self.is_deaf and not writer.is_closing():
            writer.write(data)

    def reset(self) -> None:
        """Cuts both ends at once."""
        for end in self.ends:
            sock: socket.socket | None = end.get_extra_info("socket")
            if sock is not None and sock.family != socket.AF_UNIX:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
            end.transport.abort()


class Proxy:
    """Passes TCP on to *target*, on a port of its own that outlives whoever listens there."""

    def __init__(self, target: Address | None = None) -> None:
        self.target = target
        self.delay = 0.0  # seconds that every byte is on its way
        self.port = 0
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Opens the door."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK)
        self._server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WINDOW)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Shuts the door, and every connection through it."""
        if self._server is not None:
            self._server.close()
        pumps = [pump for link in self._links for pump in link.pumps]
        self.cut()
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)

    def cut(self) -> int:
        """Resets every connection and answers how many; new ones may come."""
        links = tuple(self._links)
        for link in links:
            link.reset()
        return len(links)

    def deafen(self) -> int:
        """Lets nothing more pass on the connections there are, not even their end."""
        for link in self._links:
            link.is_deaf = True
        return len(self._links)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        link = Link((writer, far_writer))
        link.pumps = [
            asyncio.create_task(self._pump(link, reader, far_writer)),
            asyncio.create_task(self._pump(link, far_reader, writer)),
        ]
        self._links.add(link)
        try:
            await asyncio.wait(link.pumps, return_when=asyncio.FIRST_COMPLETED)
            if link.is_deaf:  # the other end is not told
                await asyncio.wait(link.pumps)
        finally:
            self._links.discard(link)
            for pump in link.pumps:
                pump.cancel()
            writer.close()  # after what was written
            far_writer.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.target is None:
            raise ConnectionRefusedError
        if isinstance(self.target, str):
            return await asyncio.open_unix_connection(self.target, limit=CHUNK)
        sock = socket.socket()
        sock.setblocking(False)
        # Before it connects: the window is agreed on then.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
        try:
            await asyncio.get_running_loop().sock_connect(sock, self.target)
        except OSError:
            sock.close()
            raise
        return await asyncio.open_connection(sock=sock, limit=CHUNK)

    async def _pump(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        loop, due = asyncio.get_running_loop(), 0.0
        late: deque[bytes] = deque()
        writer.transport.set_write_buffer_limits(CHUNK)
        with suppress(OSError):  # one end is gone; the other follows
            while data := await reader.read(CHUNK):
                late.append(data)
                if self.delay or len(late) > 1:  # a timer that is due may not have run yet
                    due = max(due, loop.time() + self.delay)
                    loop.call_at(due, link.carry, writer, late)
                else:
                    link.carry(writer, late)
                await writer.drain()
            if late:
                last = asyncio.Event()
                loop.call_at(due, last.set)
                await last.wait()
