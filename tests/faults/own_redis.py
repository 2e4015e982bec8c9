"""Redis servers of the test's own: they may be killed, frozen and told to fail over."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
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
async def running(port: int, folder: Path, *options: str) -> AsyncIterator[Process]:
    """Runs one on *port* for a block; the block may end it before."""
    plain = ("--bind", "127.0.0.1", "--port", str(port), "--save", "")
    server = await _start(folder, b"Ready to accept connections", *plain, *options)
    try:
        yield server
    finally:
        await _end(server)


@asynccontextmanager
async def sentinel(port: int, folder: Path, master: int) -> AsyncIterator[Process]:
    """Runs a sentinel on *port* that watches the master on port *master*, as `chat`."""
    config = folder / f"sentinel-{port}.conf"
    config.write_text(
        f"port {port}\nbind 127.0.0.1\nsentinel monitor chat 127.0.0.1 {master} 1\n"
        "sentinel down-after-milliseconds chat 500\nsentinel failover-timeout chat 3000\n"
    )
    server = await _start(folder, b"+monitor", str(config), "--sentinel")
    try:
        yield server
    finally:
        await _end(server)


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[tuple[list[int], list[Process]]]:
    """Runs three masters that share the slots; answers their ports and processes."""
    ports = [_cluster_port() for _ in range(3)]
    async with AsyncExitStack() as stack:
        servers = []
        for port in ports:
            server = running(port, folder, *clustered(port))
            servers.append(await stack.enter_async_context(server))
        await cli(0, "--cluster", "create", *(f"127.0.0.1:{port}" for port in ports))
        for port in ports:
            async with asyncio.timeout(30):
                while b"cluster_state:ok" not in await cli(port, "cluster", "info"):
                    pass
        yield ports, servers


def clustered(port: int) -> tuple[str, ...]:
    """Answers the options of one server of a cluster."""
    named = ("--cluster-config-file", f"nodes-{port}.conf", "--cluster-node-timeout", "2000")
    return ("--cluster-enabled", "yes", *named)


async def cli(port: int, *words: str) -> bytes:
    """Answers what `redis-cli` prints."""
    where = ("-p", str(port)) if port else ()
    command = ("redis-cli", *where, *words, *(("--cluster-yes",) if "--cluster" in words else ()))
    ran = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    out, err = await ran.communicate()
    assert ran.returncode == 0, (out, err)
    return out


def _cluster_port() -> int:
    while (port := free_port()) > 55_535:  # its bus listens 10,000 higher
        pass
    return port


async def _start(folder: Path, ready: bytes, *words: str) -> Process:
    server = await asyncio.create_subprocess_exec("redis-server", *words, cwd=folder, stdout=PIPE)
    assert server.stdout is not None
    async for line in server.stdout:
        if ready in line:
            return server
    raise AssertionError("redis-server ended")


async def _end(server: Process) -> None:
    if server.returncode is None:
        server.send_signal(signal.SIGCONT)  # it may be frozen
        server.kill()
    await server.communicate()
