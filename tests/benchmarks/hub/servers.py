"""The hubs that are measured: ours as `serve` starts it, and peers that only pass messages on."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.hub import build
from tests.benchmarks.hub.proc import on_core, rest
from tests.benchmarks.hub.scenarios import Scenario
from tests.server import Server

OURS, UNDURABLE = "parley", "undurable"
SET_OTHERWISE: Final = {  # ours with another setting: measured where it is named
    "parley-asgi": {"HUB_TRANSPORT": "asgi"},
    "parley-sqlite-normal": {"DATABASE_SYNCHRONOUS": "NORMAL"},
}
OUR_OTHERS: Final = (UNDURABLE, *SET_OTHERWISE)
START_SECONDS = 20
PAIRS = 100
TOKENS = "tokens"  # the file
TO_A_USER = '{"recipient":"{to}","content":"{}"}'


@dataclass(frozen=True, slots=True)
class Running:
    """A hub that listens, and what `wsload` has to be told to reach it."""

    pid: int
    arguments: Sequence[str]
    port: int
    tokens: Sequence[str] = ()  # of users; the peers ask nobody who they are


Start = Callable[[Scenario], AbstractContextManager[Running]]


def ours(program: str = "main.py", settings: Mapping[str, str] | None = None) -> Start:
    """Makes what starts the project as it is shipped, but for its limits and *settings*.

    Another *program* is started in its place.
    """

    @contextmanager
    def start(scenario: Scenario) -> Iterator[Running]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            server = Server(
                folder,
                program=program,
                LOG_LEVEL="ERROR",
                LOG_FILE="false",
                LIMITER_ENABLED="false",
            )
            server.environment.update(settings or {})
            with on_core(0):
                server.__enter__()
            try:
                words = ["-p", str(server.port), "--path", "/ws"]
                words += _signed_in(server, scenario, folder)
                rest(server.pid)
                tokens = (folder / TOKENS).read_text(encoding="ascii").split()
                yield Running(server.pid, words, server.port, tokens)
            finally:
                server.__exit__(None, None, None)

    return start


def _signed_in(server: Server, scenario: Scenario, folder: Path) -> list[str]:
    """Answers the arguments for sockets that belong to a user each."""
    count = 2 * PAIRS if scenario.mode == "echo" else scenario.connections
    rows = [line.split("\t") for line in server.console("bench:tokens", str(count)).splitlines()]
    tokens, addresses = folder / TOKENS, folder / "addresses"
    tokens.write_text("\n".join(row[0] for row in rows), encoding="ascii")
    words = ["--header", "Authorization: Bearer {token}", "--tokens", str(tokens)]
    if scenario.mode != "echo":
        return words
    # Nobody answers themselves here: a message to a user counts once it is there.
    addresses.write_text("\n".join(row[1] for row in rows), encoding="ascii")
    direct = ["-m", "direct", "-n", str(count), "--to", str(addresses), "--template", TO_A_USER]
    return words + direct


def peer(command: Sequence[str], env: Mapping[str, str] | None = None) -> Start:
    """Makes what starts *command*, which takes its port as the last word."""

    @contextmanager
    def start(scenario: Scenario) -> Iterator[Running]:
        port = free_port()
        with on_core(0):
            process = subprocess.Popen(
                [*command, str(port)], env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL
            )
        try:
            _listening(process, port)
            path = "/echo" if scenario.mode == "echo" else "/"
            yield Running(process.pid, ["-p", str(port), "--path", path], port)
        finally:
            process.kill()
            process.wait()

    return start


def starts(*, may_install: bool) -> dict[str, Callable[[], Start]]:
    """Answers what prepares each hub, ours first; each may raise `Absent`."""
    peers = build.PEERS
    return {
        OURS: ours,
        UNDURABLE: lambda: ours(str(build.HERE / "undurable.py")),
        **{name: partial(ours, settings=each) for name, each in SET_OTHERWISE.items()},
        "bun": lambda: peer([build.bun(may_install=may_install), str(peers / "bunhub.js")]),
        "aiohttp": lambda: peer(
            [str(build.aiohttp_python(may_install=may_install)), str(peers / "aiohttp_hub.py")]
        ),
        "gorilla": lambda: peer([str(build.compiled(peers / "gohub.go"))], {"GOMAXPROCS": "1"}),
        "c": lambda: peer([str(build.compiled(peers / "floor.c"))]),
    }


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _listening(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{process.args!r} does not listen") from None
            time.sleep(0.05)
