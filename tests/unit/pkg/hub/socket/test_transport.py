"""The fallback over plain ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from pkg.hub import AsgiTransport, Bundle, Crowd, Outlet, Terms
from pkg.hub.socket.wire import BINARY, TEXT
from tests.unit.pkg.hub.conftest import turns

TERMS = Terms(Outlet(print), Crowd(print, float), max_size=64, high=20, low=10)


class Wire:
    """A server's two callables: `send` blocks while told to, `say` is what the peer does."""

    def __init__(self) -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.failure: Exception | None = None
        self._incoming: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()

    def say(self, **event: object) -> None:
        self._incoming.put_nowait({"type": "websocket.receive", **event})

    def leave(self) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def receive(self) -> MutableMapping[str, Any]:
        return await self._incoming.get()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)

    @property
    def texts(self) -> list[str]:
        return [each["text"] for each in self.sent if each["type"] == "websocket.send"]


class Sink:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.got: list[tuple[int, bytes]] = []
        self.losses = 0

    def receive(self, opcode: int, payload: bytes) -> None:
        self.got.append((opcode, payload))

    def heard(self) -> None:
        pass

    def lost(self) -> None:
        self.losses += 1


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
async def transport(wire: Wire) -> AsgiTransport:
    return AsgiTransport(wire.receive, wire.send, TERMS)


def bundle(*texts: str) -> Bundle:
    return Bundle(tuple(text.encode() for text in texts))


async def test_frames_go_out_in_order_one_a_message(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    running = asyncio.create_task(transport.serve(sink))

    transport.write(bundle("one", "two"))
    transport.queue(bundle("drei €"))
    await turns()
    transport.close(1001, "bye", linger=True)
    await running

    assert wire.texts == ["one", "two", "drei €"]
    assert wire.sent[-1] == {"type": "websocket.close", "code": 1001, "reason": "bye"}
    assert sink.losses == 1


async def test_what_comes_in_goes_to_the_sink_and_the_peers_end_is_told(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    wire.say(text="words")
    wire.say(bytes=b"\x00\xff")
    wire.leave()

    await transport.serve(sink)

    assert sink.got == [(TEXT, b"words"), (BINARY, b"\x00\xff")]
    assert sink.losses == 1
    transport.write(bundle("late"))
    await transport.drained()
    assert not wire.sent


@pytest.mark.rule(71)
async def test_a_frame_over_the_bound_closes(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    wire.say(text="x" * 64)
    wire.say(text="x" * 65)
    wire.say(text="after")

    await transport.serve(sink)

    assert sink.got == [(TEXT, b"x" * 64)]
    assert wire.sent == [
        {"type": "websocket.close", "code": 1009, "reason": "over 64 bytes"},
    ]


async def test_nothing_is_read_while_reading_is_paused_or_too_much_waits(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    running = asyncio.create_task(transport.serve(sink))
    transport.pause_reading()
    wire.say(text="1")
    wire.say(text="2")
    await turns()
    assert len(sink.got) == 1

    wire.open.clear()
    transport.write(bundle("x" * 30))
    transport.resume_reading()
    await turns()
    assert len(sink.got) == 1

    wire.open.set()
    await turns()
    assert len(sink.got) == 2
    wire.leave()
    await running


async def test_close_drops_what_waits_and_what_is_being_sent(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    running = asyncio.create_task(transport.serve(sink))
    wire.open.clear()
    transport.write(bundle("secret", "more"))
    await turns()

    transport.close(4403, "session.revoked")
    transport.write(bundle("late"))
    transport.close(1000, "second")
    wire.open.set()
    await running

    assert wire.sent == [{"type": "websocket.close", "code": 4403, "reason": "session.revoked"}]


async def test_lingering_sends_what_waits_first(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    transport.write(bundle("ack"))
    transport.close(1012, "restart", linger=True)

    await transport.serve(sink)

    assert wire.texts == ["ack"]
    assert wire.sent[-1]["code"] == 1012


@pytest.mark.rule(72)
async def test_it_is_full_above_the_high_mark_until_it_falls_to_the_low_one(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    told: list[int] = []
    transport.on_full(lambda: told.append(transport.buffered))
    wire.open.clear()
    running = asyncio.create_task(transport.serve(sink))

    transport.write(bundle("x" * 20))
    assert not transport.is_full
    transport.write(bundle("x" * 8, "x" * 4))
    transport.write(bundle("x"))
    draining = asyncio.create_task(transport.drained())
    await turns()
    assert (transport.is_full, transport.buffered, told) == (True, 33, [32])
    assert not draining.done()

    wire.open.set()
    await draining
    await turns()

    assert (transport.is_full, transport.buffered) == (False, 0)
    transport.close(1000, "")
    await running


async def test_a_peer_that_is_gone_ends_it(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    wire.failure = OSError("gone")
    transport.write(bundle("text"))

    with pytest.raises(OSError, match="gone"):
        await transport.serve(sink)
    assert sink.losses == 1


async def test_a_goodbye_nobody_hears_is_no_error(
    transport: AsgiTransport, wire: Wire, sink: Sink
) -> None:
    wire.failure = OSError("gone")
    transport.close(1001, "")

    await transport.serve(sink)

    assert not wire.sent


async def test_a_cancelled_endpoint_leaves_no_task(transport: AsgiTransport, sink: Sink) -> None:
    running = asyncio.create_task(transport.serve(sink))
    await turns()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert sink.losses == 1
