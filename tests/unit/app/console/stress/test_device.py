"""A device that keeps on: it comes back with its cursor, and its messages keep their ids."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from app.console.stress.device import Device, Person
from app.console.stress.notes import Notes, View

Frame = dict[str, Any]
ROOM = {"id": "c:1", "seq": 0}


class Script:
    """A server whose sockets are handed to the test, one by one."""

    def __init__(self) -> None:
        self.port = 0
        self.notes = Notes()
        self._sockets: asyncio.Queue[ServerConnection] = asyncio.Queue()

    async def accept(self, socket: ServerConnection) -> None:
        await self._sockets.put(socket)
        await socket.wait_closed()

    async def socket(self) -> Peer:
        return Peer(await self._sockets.get())

    def device(self, *, quiet: bool = True) -> Device:
        person = Person("u:1", ["first", "second"], ["11", "12"], [])
        view = View("u:1/0", "u:1")
        self.notes.views[view.name] = view
        device = Device(view, person, [self.port], self.notes, rng=random.Random(1))
        device.is_quiet, device.rate = quiet, 1000.0
        return device


class Peer:
    """The server's end of a socket."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket

    async def heard(self, kind: str) -> Frame:
        """Answers the next frame of *kind*; pings and others are passed over."""
        while True:
            frame: Frame = json.loads(await self.socket.recv())
            if frame["type"] == kind:
                return frame

    async def say(self, **frame: object) -> None:
        await self.socket.send(json.dumps(frame))

    async def welcome(self) -> Frame:
        """Answers the device's hello, and lets it in."""
        hello = await self.heard("hello")
        await self.say(type="welcome", epoch="e", conversations=[ROOM])
        return hello

    async def message(self, seq: int, id: str = "other") -> None:
        await self.say(type="message", sender="u:2", conversation="c:1", seq=seq, id=id)

    async def ack(self, id: str, seq: int) -> None:
        await self.say(type="ack", id=id, conversation="c:1", seq=seq)


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    made = Script()
    async with serve(made.accept, "127.0.0.1", 0, subprotocols=["chat.v1"]) as server:  # type: ignore[list-item]  # a NewType of str
        made.port = next(iter(server.sockets)).getsockname()[1]
        yield made


@pytest.fixture
async def live() -> AsyncIterator[Callable[[Device], None]]:
    tasks: list[asyncio.Task[None]] = []
    yield lambda device: tasks.append(asyncio.create_task(device.live()))
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


Live = Callable[[Device], None]


async def test_it_comes_back_with_its_cursor_and_its_unacked_messages(
    script: Script, live: Live
) -> None:
    device = script.device()
    live(device)
    first = await script.socket()
    assert (await first.welcome())["resume"] == {"c:1": 0}
    await first.message(1)
    device.say("", "hello")
    sent = await first.heard("message")
    first.socket.transport.abort()

    second = await script.socket()

    assert (await second.welcome())["resume"] == {"c:1": 1}
    assert await second.heard("message") == sent
    await second.ack(sent["id"], 2)
    await second.message(2, sent["id"])
    await second.socket.close()
    await (await script.socket()).welcome()
    assert not device.unacked
    assert [ack.seq for ack in script.notes.acks] == [2]
    assert [frame["seq"] for frame in device.view.frames["c:1"]] == [1, 2]


async def test_a_message_that_was_refused_for_now_is_sent_again_under_its_id(
    script: Script, live: Live
) -> None:
    device = script.device()
    live(device)
    peer = await script.socket()
    await peer.welcome()
    device.say("", "hello")
    sent = await peer.heard("message")

    await peer.say(type="error", code="store.unavailable", ref=sent["id"], retry_after=0.01)

    assert await peer.heard("message") == sent
    assert script.notes.wrong == []


async def test_an_error_that_nobody_should_get_is_noted(script: Script, live: Live) -> None:
    device = script.device()
    live(device)
    peer = await script.socket()
    await peer.welcome()

    await peer.say(type="error", code="message.refused")
    await peer.message(1)
    peer.socket.transport.abort()
    await script.socket()

    assert script.notes.wrong == ["u:1/0 was refused something with message.refused"]


async def test_what_a_gap_leaves_out_is_asked_for(script: Script, live: Live) -> None:
    device = script.device()
    live(device)
    peer = await script.socket()
    await peer.welcome()

    await peer.say(type="gap", conversation="c:1", have=0, first=4, top=4)
    asked = await peer.heard("sync")
    for seq in (1, 2, 3):
        await peer.message(seq)
    await peer.say(type="synced", conversation="c:1", after=0, to=3, more=False)
    await peer.message(4)
    await peer.socket.close()
    await script.socket()

    assert (asked["after"], asked["limit"]) == (0, 3)
    (again,) = device.view.rereads["c:1"]
    assert [frame["seq"] for frame in again.frames] == [1, 2, 3]
    assert [frame["type"] for frame in device.view.frames["c:1"]] == ["gap", "message"]


async def test_after_a_revocation_it_tries_the_old_token_once_and_signs_in_anew(
    script: Script, live: Live
) -> None:
    device = script.device()
    script.notes.ended["11"] = 0.0
    live(device)
    tokens = []
    for _ in range(2):
        peer = await script.socket()
        tokens.append((await peer.heard("hello"))["token"])
        await peer.socket.close(4403, "session ended")

    tokens.append((await (await script.socket()).welcome())["token"])

    assert tokens == ["first", "first", "second"]
    assert script.notes.wrong == []


async def test_a_close_for_a_session_that_nobody_ended_is_noted(script: Script, live: Live) -> None:
    live(script.device())
    peer = await script.socket()
    await peer.welcome()

    await peer.socket.close(4403, "session ended")
    await script.socket()

    assert script.notes.wrong == ["u:1/0 was closed with 4403, and is signed in"]


@pytest.mark.parametrize(
    ("code", "reason"), [(1002, "protocol"), (1011, "internal"), (4429, "socket.flood")]
)
async def test_a_close_that_nothing_here_explains_is_noted(
    script: Script, live: Live, code: int, reason: str
) -> None:
    live(script.device())
    peer = await script.socket()
    await peer.welcome()

    await peer.socket.close(code, reason)
    await script.socket()

    assert script.notes.wrong == [f"u:1/0 was closed with {code} {reason}"]


async def test_who_does_not_read_gets_it_later_and_is_not_taken_for_dead(
    script: Script, live: Live
) -> None:
    device = script.device()
    live(device)
    peer = await script.socket()
    await peer.welcome()
    await peer.message(1)
    await peer.heard("ping")
    device.reads.clear()

    await peer.message(2)
    await peer.message(3)
    await peer.heard("ping")
    device.reads.set()
    await peer.socket.close()
    await script.socket()

    assert [frame["seq"] for frame in device.view.frames["c:1"]] == [1, 2, 3]


async def test_it_talks_by_itself_until_it_is_told_to_be_quiet(script: Script, live: Live) -> None:
    device = script.device(quiet=False)
    live(device)
    peer = await script.socket()
    await peer.welcome()

    ids = {(await peer.heard("message"))["id"] for _ in range(5)}

    assert ids <= script.notes.said.keys()
