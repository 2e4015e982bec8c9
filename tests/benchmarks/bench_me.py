"""The whole pipeline against a bare route: `GET /api/v1/users/me` beside a Starlette route that
does the same query and nothing else.

    .venv/bin/python -m tests.benchmarks.bench_me [--rounds 5 --seconds 2]

The two servers take turns. What counts is requests for one second of the server's own CPU, and the
ratio of the two: the machine may be busy, and the client is slower than either.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from tests.server import ROOT, Server

CONNECTIONS = 16
TICK = os.sysconf("SC_CLK_TCK")


class Client(asyncio.Protocol):
    """One kept connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.answered = 0
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._stopped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r", 1)[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode() + body.decode())
        self._buffer = body[length:]
        self.answered += 1
        if self._transport is not None and not self._stopped:
            self._transport.write(self.request)

    def stop(self) -> None:
        self._stopped = True
        if self._transport is not None:
            self._transport.close()


def cpu(pid: int) -> float:
    """Answers the seconds of CPU that *pid* has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def load(port: int, path: str, token: str, seconds: float) -> int:
    """Asks for *path* over all connections for *seconds*; answers how often it was given."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(request), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(seconds)
    for client in clients:
        client.stop()
    return sum(client.answered for client in clients)


def measured(pid: int, port: int, path: str, token: str, seconds: float) -> float:
    """Answers requests a second of the server's CPU."""
    began = cpu(pid)
    answered = asyncio.run(load(port, path, token, seconds))
    return answered / (cpu(pid) - began)


@click.command()
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=2.0, show_default=True, help="Of each turn.")
def main(rounds: int, seconds: float) -> None:
    quiet = {"LOG_LEVEL": "ERROR", "LIMITER_API_USER": "999999999-M", "LOG_FILE": "false"}
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder), root=ROOT, **quiet) as server,
    ):
        token, user = server.console("bench:tokens", "1").split()
        database = f"{folder}/app.sqlite3"
        bare = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare_me", database, user.partition(":")[2]],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert bare.stdout is not None
            port = int(bare.stdout.readline())
            rows = []
            for _ in range(rounds):
                ours = measured(server.pid, server.port, "/api/v1/users/me", token, seconds)
                peer = measured(bare.pid, port, "/me", token, seconds)
                rows.append((ours, peer))
                click.echo(f"ours {ours:7.0f}   bare {peer:7.0f}   ratio {ours / peer:.2f}")
        finally:
            bare.terminate()
            bare.wait()
    ratios = [ours / peer for ours, peer in rows]
    click.echo(f"requests a CPU second; ratio: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
