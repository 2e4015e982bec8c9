"""One process that writes a blob to many sockets, in several ways in turn; `writes` starts it.

    python write_worker.py <sockets> <bytes> <turns>

It needs uvloop and nothing of ours, so that it runs under any uvloop. Each turn prints a JSON
object: microseconds of CPU for one write, by way.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import cast

import uvloop

WRITES = 20_000  # writes of a way in one turn


class Member(asyncio.Protocol):
    """A connection that only listens for the word that everybody has everything."""

    def __init__(self, came: Callable[[asyncio.Transport], None], level: asyncio.Event) -> None:
        self._came = came
        self._level = level

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._came(cast(asyncio.Transport, transport))  # uvloop's inherits from none of them

    def data_received(self, data: bytes) -> None:
        self._level.set()


def read(port: int, count: int, size: int) -> None:
    """Takes what comes on *count* sockets, and says so each time it is *size* bytes on each."""
    poll, sockets = select.epoll(), {}
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", port))
        sockets[one.fileno()] = one
        poll.register(one, select.EPOLLIN)
    room, had, first = bytearray(1 << 16), 0, next(iter(sockets.values()))
    while True:
        for number, _ in poll.poll():
            got = sockets[number].recv_into(room)
            if not got:
                return
            had += got
        if had == count * size:
            had = 0
            first.send(b"!")


def ways(transports: Sequence[asyncio.Transport], blob: bytes) -> dict[str, Callable[[], object]]:
    numbers = [transport.get_extra_info("socket").fileno() for transport in transports]

    def by_transport() -> None:
        for transport in transports:
            transport.write(blob)

    def by_guarded_loop() -> None:
        for transport, number in zip(transports, numbers, strict=True):
            if not transport.get_write_buffer_size():
                os.write(number, blob)

    def by_map() -> None:
        if sum(map(os.write, numbers, repeat(blob))) != len(numbers) * len(blob):
            raise RuntimeError("a short write: take fewer bytes")

    return {
        "transport.write": by_transport,
        "os.write, loop with a look at the buffer": by_guarded_loop,
        "os.write, map": by_map,
    }


async def measure(count: int, size: int, turns: int) -> None:
    level, complete = asyncio.Event(), asyncio.Event()
    transports: list[asyncio.Transport] = []

    def came(transport: asyncio.Transport) -> None:
        transports.append(transport)
        if len(transports) == count:
            complete.set()

    server = await asyncio.get_running_loop().create_server(
        lambda: Member(came, level), "127.0.0.1", 0, backlog=count
    )
    port = server.sockets[0].getsockname()[1]
    reader = multiprocessing.Process(target=read, args=(port, count, size), daemon=True)
    reader.start()
    await complete.wait()
    for _ in range(turns):
        took = {
            name: 1e6 * await _cost(way, level, max(WRITES // count, 2)) / count
            for name, way in ways(transports, b"x" * size).items()
        }
        print(json.dumps(took), flush=True)  # noqa: T201  what the driver reads
    reader.terminate()


async def _cost(way: Callable[[], object], level: asyncio.Event, rounds: int) -> float:
    began = time.process_time()
    for _ in range(rounds):
        way()
        await level.wait()  # all of it has been read: no buffer is ever full
        level.clear()
    return (time.process_time() - began) / rounds


if __name__ == "__main__":
    uvloop.run(measure(*map(int, sys.argv[1:4])))
