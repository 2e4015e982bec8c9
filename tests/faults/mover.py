"""A client that listens, goes when its node says so, and asks the other node for what it missed."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.people import Person

PATIENCE = 30  # seconds; a shared machine


class Mover:
    """Listens in the lobby at *here*, then *there*, to the message that says *last*.

    *seqs* is what came, in order, over both; *after_ms* when it was told to come back.
    """

    def __init__(self, here: str, there: str, person: Person, *, last: str) -> None:
        self.seqs: list[int] = []
        self.after_ms = -1
        self.is_welcome = asyncio.Event()
        self.nodes: set[str] = set()
        self._urls = [f"{url.replace('http', 'ws')}/ws" for url in (here, there)]
        self._person = person
        self._last = last
        self._epoch = ""

    async def run(self) -> None:
        """Returns once *last* has come."""
        here, there = self._urls
        async with self._connection(here) as socket:
            await self._hello(socket)
            while (frame := await self._next(socket))["type"] != "reconnect":
                pass
            self.after_ms = frame["after_ms"]
            with suppress(TimeoutError, ConnectionClosed):  # who reads slowly is sent away
                async with asyncio.timeout(self.after_ms / 1000):
                    while True:
                        await self._next(socket)
        async with self._connection(there) as socket:
            await self._hello(socket, resume={"c:1": self.seqs[-1]}, epoch=self._epoch)
            while (await self._next(socket)).get("content") != self._last:
                pass

    def _connection(self, url: str) -> connect:
        return connect(
            url,
            subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
            additional_headers=self._person.bearer,
            ping_interval=None,
            open_timeout=PATIENCE,
            max_queue=None,  # a goodbye is read behind all that nobody read
            proxy=None,
        )

    async def _hello(self, socket: ClientConnection, **more: object) -> None:
        await socket.send(json.dumps({"type": "hello", "v": 1, **more}))
        while (frame := await self._next(socket))["type"] != "welcome":
            pass
        self._epoch = frame["epoch"]
        self.nodes.add(frame["node"])
        self.is_welcome.set()

    async def _next(self, socket: ClientConnection) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await socket.recv())
        assert frame["type"] not in {"error", "gap"}, frame
        if frame["type"] == "message":
            self.seqs.append(frame["seq"])
        return frame
