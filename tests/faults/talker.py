"""A client that talks without pause over a real socket, and remembers what it was promised."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.people import Person

IN_FLIGHT = 16


class Talker:
    """Sends numbered messages to the lobby, some always on their way.

    *sent* is (id, content) in the order of sending, *acked* what the server promised to keep.
    """

    def __init__(self, url: str, person: Person, *, on_ack: Callable[[], None]) -> None:
        self.sent: list[tuple[str, str]] = []
        self.acked: dict[str, int] = {}
        self.dups: set[str] = set()
        self.frames: set[str] = set()  # every type of frame that came
        self.close_code: int | None = None
        self._url = f"{url.replace('http', 'ws')}/ws"
        self._person = person
        self._on_ack = on_ack

    async def talk(self) -> None:
        """Talks until the connection goes."""
        async with self._connection() as socket:
            for _ in range(IN_FLIGHT):
                await self._say_more(socket)
            try:
                async for frame in self._frames(socket):
                    if frame["type"] == "ack":
                        await self._say_more(socket)
            except ConnectionClosed:
                pass
            self.close_code = socket.close_code

    async def repeat(self, url: str = "") -> None:
        """Sends again, under the same ids, what was not promised, and one that was.

        With *url* to another node.
        """
        self._url = f"{url.replace('http', 'ws')}/ws" if url else self._url
        known = next(iter(self.acked))
        wanted = {id for id, _ in self.sent if id not in self.acked} | {known}
        async with self._connection() as socket:
            for id, content in self.sent:
                if id in wanted:
                    await self._send(socket, id, content)
            async for frame in self._frames(socket):
                if frame["type"] == "ack":
                    wanted.discard(frame["id"])
                if not wanted:
                    return

    def _connection(self) -> connect:
        return connect(
            self._url,
            subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
            additional_headers=self._person.bearer,
            ping_interval=None,
            max_queue=None,  # a goodbye is read behind all that nobody read
            proxy=None,
        )

    async def _frames(self, socket: ClientConnection) -> Any:
        async for text in socket:
            frame = json.loads(text)
            self.frames.add(frame["type"])
            assert frame["type"] != "error", frame
            if frame["type"] == "ack":
                self._learn(frame)
            yield frame

    def _learn(self, frame: dict[str, Any]) -> None:
        before = self.acked.setdefault(frame["id"], frame["seq"])
        assert before == frame["seq"]  # a promise does not move
        if frame.get("dup"):
            self.dups.add(frame["id"])
        self._on_ack()

    async def _say_more(self, socket: ClientConnection) -> None:
        id, content = str(uuid.uuid4()), f"{self._person.id}: {len(self.sent)}"
        self.sent.append((id, content))
        await self._send(socket, id, content)

    async def _send(self, socket: ClientConnection, id: str, content: str) -> None:
        frame = {"type": "message", "id": id, "recipient": "", "content": content}
        await socket.send(json.dumps(frame))


class Count:
    """Sets an event at the *wanted*-th call: the moment a test waits for."""

    def __init__(self, wanted: int) -> None:
        self.reached = asyncio.Event()
        self._left = wanted

    def __call__(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.reached.set()


def check(log: list[dict[str, Any]], talkers: list[Talker]) -> None:
    """Holds that *log* keeps every promise: all that was acked, once, in one order."""
    assert [message["seq"] for message in log] == list(range(1, len(log) + 1))
    stands = {message["id"]: message for message in log}
    assert len(stands) == len(log)
    for talker in talkers:
        for id, content in talker.sent:
            if id in talker.acked:
                assert stands[id]["seq"] == talker.acked[id]
                assert stands[id]["content"] == content
        order = [stands[id]["seq"] for id, _ in talker.sent if id in stands]
        assert order == sorted(order)
