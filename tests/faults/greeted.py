"""A real socket that has said hello, and how a test waits for what comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.faults.people import Person

PATIENCE = 30.0  # seconds


class Greeted:
    """One client on one node, in the lobby."""

    def __init__(self, socket: ClientConnection, node: str) -> None:
        self.socket = socket
        self.node = node
        self.heard: list[str] = []  # ids of messages, in the order they came

    async def say(self, id: str, content: str = "hello") -> None:
        """Says something in the lobby and returns once it is acked."""
        word = {"type": "message", "id": id, "recipient": "", "content": content}
        await self.socket.send(json.dumps(word))
        await self.until("ack")

    async def until(self, type: str, **fields: object) -> dict[str, Any]:
        """Answers the next frame of *type* with *fields*, past any others."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if frame["type"] == "message":
                    self.heard.append(frame["id"])
                if frame["type"] == type and fields.items() <= frame.items():
                    return frame

    async def hears(self, *ids: str) -> None:
        """Returns once exactly the messages *ids* have come, in this order."""
        while len(self.heard) < len(ids):
            await self.until("message")
        assert self.heard == [*ids]


@asynccontextmanager
async def greeted(url: str, person: Person) -> AsyncIterator[Greeted]:
    """Opens a socket for *person* at the server *url*, and says hello."""
    async with connect(
        f"{url.replace('http', 'ws')}/ws",
        subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
        additional_headers=person.bearer,
        max_queue=None,  # a goodbye is read behind all that nobody read
        proxy=None,
    ) as socket:
        client = Greeted(socket, "")
        await socket.send('{"type":"hello","v":1}')
        client.node = (await client.until("welcome"))["node"]
        yield client
