"""Consoles beside running servers: what they show, close and say, over real processes."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from pkg.console import Exit
from pkg.console.screen import ENTER, LEAVE
from tests.console.test_terminal import PATIENCE, until
from tests.faults.conftest import NewServer
from tests.faults.people import Person, sign_up
from tests.server import ROOT, Server

TOKEN = "metrics-0123456789-0123456789-012345"


@pytest.fixture
def servers(new_server: NewServer) -> tuple[Server, Server]:
    """Two servers on one database."""
    return new_server(METRICS_TOKEN=TOKEN), new_server(METRICS_TOKEN=TOKEN)


@pytest.fixture
def sockets(servers: tuple[Server, Server]) -> Iterator[list[ClientConnection]]:
    """One person's sockets, one on each server, both welcomed."""
    person = asyncio.run(newcomer(servers[0]))
    with ExitStack() as stack:
        yield [stack.enter_context(joined(server, person)) for server in servers]


async def newcomer(server: Server) -> Person:
    async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
        return await sign_up(client, 1)


@contextmanager
def joined(server: Server, person: Person) -> Iterator[ClientConnection]:
    with connect(
        f"{server.url.replace('http', 'ws')}/ws",
        subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
        additional_headers=person.bearer,
        proxy=None,
    ) as socket:
        socket.send('{"type":"hello","v":1}')
        frame(socket, "welcome")
        yield socket


def frame(socket: ClientConnection, type: str) -> dict[str, Any]:
    """Answers the next frame of *type*."""
    while (found := json.loads(socket.recv(timeout=10)))["type"] != type:
        continue
    answer: dict[str, Any] = found
    return answer


def ended(socket: ClientConnection) -> tuple[int, str]:
    """Waits for the server's close frame, and answers what it says."""
    try:
        while True:
            socket.recv(timeout=10)
    except ConnectionClosed as exc:
        return (exc.rcvd.code, exc.rcvd.reason) if exc.rcvd else (1006, "")


def test_what_the_console_says_reaches_the_sockets_of_every_server_within_a_second(
    servers: tuple[Server, Server], sockets: list[ClientConnection]
) -> None:
    printed = servers[0].console("hub:say", "lobby", "Back in five minutes")
    stored_at = time.time()

    told = [frame(socket, "message") for socket in sockets]

    assert time.time() - stored_at < 1
    assert printed == "✓ said in c:1, where it is message 1\n"
    said = [(each["sender"], each["seq"], each["content"]) for each in told]
    assert said == [("system", 1, "Back in five minutes")] * 2


def test_a_user_is_closed_on_every_server_comes_back_and_is_signed_out(
    servers: tuple[Server, Server], sockets: list[ClientConnection]
) -> None:
    printed = servers[0].console("hub:kick", "person1")
    told = re.fullmatch(r"✓ closed 2 sockets of person1 \((u:\d+)\), on 2 nodes\n", printed)
    assert told, printed
    assert [ended(socket) for socket in sockets] == [(4403, "kicked")] * 2

    user = told[1]
    again = servers[0].console("hub", "kick", user, "--end")

    assert again == f"✓ ended 1 session of person1 ({user}); their sockets close on every node\n"
    assert servers[0].console("hub:kick", user).startswith("✓ closed 0 sockets")


@pytest.mark.slow
def test_closed_doors_send_everybody_away_over_a_restart_until_they_are_opened(
    servers: tuple[Server, Server], sockets: list[ClientConnection]
) -> None:
    printed = servers[0].console("down", "--retry", "7", "--secret")

    waits = [frame(socket, "reconnect")["after_ms"] for socket in sockets]
    assert waits == [7000, 7000]  # the only one of each server
    assert [ended(socket) for socket in sockets] == [(1012, "maintenance")] * 2
    servers[1].stop()
    servers[1].start()
    for server in servers:
        shut, live = httpx2.get(server.url), httpx2.get(f"{server.url}/health/live")
        assert (shut.status_code, shut.headers["retry-after"]) == (503, "7")
        assert live.status_code == 200
        shown = {"X-Maintenance-Secret": printed.split()[-1]}
        assert httpx2.get(server.url, headers=shown).status_code == 200

    servers[1].console("up")
    opened_at = time.monotonic()
    while any(httpx2.get(server.url).status_code != 200 for server in servers):
        assert time.monotonic() - opened_at < 1, "they stay closed"


def test_top_sees_every_server_with_what_its_sockets_do(
    servers: tuple[Server, Server], sockets: list[ClientConnection]
) -> None:
    rows = json.loads(servers[1].console("hub:top", "--json"))

    assert {row["pid"] for row in rows} == {server.pid for server in servers}
    assert [row["sockets"] for row in rows] == [1, 1]
    assert all(row["messages_per_second"] == 0 for row in rows)
    assert all(row["loop_p99_ms"] is not None for row in rows)
    assert all(row["resident_mb"] > 10 for row in rows)
    one = json.loads(servers[1].console("hub:top", "--json", "--node", rows[0]["node"]))
    assert [row["node"] for row in one] == [rows[0]["node"]]


@pytest.mark.slow
def test_a_server_that_was_killed_is_silent_and_the_other_goes_on(
    servers: tuple[Server, Server],
) -> None:
    gone, left = servers
    pid = gone.pid
    gone.kill()

    rows = json.loads(left.console("hub:top", "--json"))

    assert [row["pid"] for row in rows] == [left.pid]
    assert left.pid != pid


def test_without_a_terminal_top_prints_a_line_a_node_until_it_is_asked_to_end(
    servers: tuple[Server, Server],
) -> None:
    with subprocess.Popen(
        [sys.executable, "main.py", "hub:top", "--every", "0.5"],
        cwd=ROOT,
        env=servers[0].environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as console:
        assert console.stdout is not None
        lines = [console.stdout.readline() for _ in range(4)]
        console.send_signal(signal.SIGINT)
        rest, _ = console.communicate(timeout=PATIENCE)

    assert console.returncode == Exit.DONE
    told = [dict(part.split("=", 1) for part in line.split()) for line in lines]
    assert len({each["node"] for each in told}) == 2
    assert all(each["sockets"] == "0" for each in told)
    assert "\x1b" not in "".join(lines) + rest


def test_on_a_terminal_top_follows_its_size_and_gives_it_back_on_ctrl_c(
    servers: tuple[Server, Server],
) -> None:
    master, slave = os.openpty()
    resize(master, rows=24, columns=200)
    console = subprocess.Popen(
        [sys.executable, "main.py", "hub:top"],
        cwd=ROOT,
        env={**servers[0].environment, "TERM": "xterm"},
        preexec_fn=lambda: os.login_tty(slave),  # noqa: PLW1509  no thread of ours is running
    )
    os.close(slave)
    wide = until(master, "2 nodes") + until(master, "all")
    resize(master, rows=24, columns=40)
    console.send_signal(signal.SIGWINCH)
    narrow = until(master, "2 nodes") + until(master, "all")
    os.write(master, b"\x03")
    rest = until(master, None)
    os.close(master)

    assert console.wait(PATIENCE) == Exit.DONE
    assert wide.startswith(ENTER)
    assert "HOST" in wide
    assert "NODE" in narrow
    assert "HOST" not in narrow.rpartition("Ctrl-C ends")[2]
    assert rest.endswith(LEAVE)
    assert "Traceback" not in wide + narrow + rest


def resize(terminal: int, *, rows: int, columns: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@pytest.mark.slow
def test_what_a_socket_ended_with_is_counted_whoever_ended_it(
    servers: tuple[Server, Server], sockets: list[ClientConnection]
) -> None:
    polite, broken = sockets
    polite.close()
    broken.socket.sendall(b"\xff" * 8)  # RSV bits that nobody agreed to: RFC 6455 5.2
    assert ended(broken)[0] == 1002

    assert [closes(server) for server in servers] == [{"1000": 1.0}, {"1002": 1.0}]


def closes(server: Server) -> dict[str, float]:
    """Answers the closed sockets by code, once there is one."""
    pattern = re.compile(r'parley_hub_sockets_closed_total{code="(\d+)",.*} (\S+)')
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = httpx2.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        if found := pattern.findall(answer.text):
            return {code: float(count) for code, count in found}
    raise AssertionError("no socket was counted")
