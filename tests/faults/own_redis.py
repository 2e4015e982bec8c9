"""A Redis of the test's own: one that may be killed and frozen."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    """Answers a port for a Redis; where none is installed the test is skipped, or fails in CI."""
    if shutil.which("redis-server") is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(port: int, folder: Path) -> AsyncIterator[Process]:
    """Runs one on *port* for a block; the block may end it before."""
    server = await _start(port, folder)
    try:
        yield server
    finally:
        if server.returncode is None:
            server.kill()
        await server.communicate()


async def _start(port: int, folder: Path) -> Process:
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    server = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=PIPE)
    assert server.stdout is not None
    async for line in server.stdout:
        if b"Ready to accept connections" in line:
            return server
    raise AssertionError("redis-server ended")
