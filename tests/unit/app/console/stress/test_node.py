"""A Redis of a run's own."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from app.console.stress.node import OwnRedis
from tests.faults.own_redis import free_port


async def test_one_that_is_killed_while_it_is_told_to_forget_ends_no_run(tmp_path: Path) -> None:
    free_port()  # skips where no redis-server is installed
    redis, loop = OwnRedis(tmp_path), asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(redis.path)
        door.listen()
        door.setblocking(False)
        flushed = asyncio.create_task(redis.flush())
        peer, _ = await loop.sock_accept(door)
        asked = asyncio.Event()
        loop.add_reader(peer, asked.set)
        await asked.wait()
        loop.remove_reader(peer)

        peer.close()  # over what it was told and has not read: a reset

        await flushed


async def test_one_that_is_away_has_nothing_to_forget(tmp_path: Path) -> None:
    free_port()
    await OwnRedis(tmp_path).flush()
