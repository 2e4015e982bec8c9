"""The fallback over plain ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from pkg.clock import FakeClock
from pkg.hub import AsgiTransport
from tests.unit.pkg.hub.conftest import turns


class Wire:
    """An ASGI `send` that blocks while told to."""

    def __init__(self) -> None:
        self.sent: list[MutableMapping[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.failure: Exception | None = None

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)

    @property
    def texts(self) -> list[str]:
        return [each["text"] for each in self.sent if each["type"] == "websocket.send"]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def transport(wire: Wire, clock: FakeClock) -> AsgiTransport:
    return AsgiTransport(wire.send, clock, low=10)


async def forever() -> None:
    await asyncio.Event().wait()


async def test_frames_go_out_in_order_one_a_message(transport: AsgiTransport, wire: Wire) -> None:
    running = asyncio.create_task(transport.run(forever()))

    transport.write([b"one", b"two"])
    transport.write(["drei €".encode()])
    await turns()
    transport.close(1001, "bye", linger=True)
    await running

    assert wire.texts == ["one", "two", "drei €"]
    assert wire.sent[-1] == {"type": "websocket.close", "code": 1001, "reason": "bye"}


async def test_close_drops_what_waits_and_what_is_being_sent(
    transport: AsgiTransport, wire: Wire
) -> None:
    running = asyncio.create_task(transport.run(forever()))
    wire.open.clear()
    transport.write([b"secret", b"more"])
    await turns()

    transport.close(4403, "session.revoked")
    transport.write([b"late"])
    transport.close(1000, "second")
    wire.open.set()
    await running

    assert wire.sent == [{"type": "websocket.close", "code": 4403, "reason": "session.revoked"}]


async def test_lingering_sends_what_waits_first(transport: AsgiTransport, wire: Wire) -> None:
    transport.write([b"ack"])
    transport.close(1012, "restart", linger=True)

    await transport.run(forever())

    assert wire.texts == ["ack"]
    assert wire.sent[-1]["code"] == 1012


async def test_what_is_buffered_is_counted_until_it_is_sent(
    transport: AsgiTransport, wire: Wire, clock: FakeClock
) -> None:
    wire.open.clear()
    running = asyncio.create_task(transport.run(forever()))
    transport.write([b"12345678", b"12345678"])
    draining = asyncio.create_task(transport.drained())
    await turns()
    assert transport.buffered == 16
    assert not draining.done()

    clock.advance(5)
    wire.open.set()
    await draining
    await turns()

    assert transport.buffered == 0
    assert transport.moved_at == clock.monotonic()
    transport.close(1000, "")
    await running


async def test_the_end_of_the_reader_is_the_end(transport: AsgiTransport, wire: Wire) -> None:
    async def read() -> None:
        await asyncio.sleep(0)

    await transport.run(read())
    transport.write([b"late"])
    await transport.drained()

    assert not wire.sent


@pytest.mark.rule(76)
async def test_what_the_reader_raises_reaches_the_endpoint(transport: AsgiTransport) -> None:
    async def read() -> None:
        raise LookupError("bug")

    with pytest.raises(LookupError):
        await transport.run(read())


async def test_a_peer_that_is_gone_ends_the_reader(transport: AsgiTransport, wire: Wire) -> None:
    wire.failure = OSError("gone")
    transport.write([b"text"])

    with pytest.raises(OSError, match="gone"):
        await transport.run(forever())


async def test_a_goodbye_nobody_hears_is_no_error(transport: AsgiTransport, wire: Wire) -> None:
    wire.failure = OSError("gone")
    transport.close(1001, "")

    await transport.run(forever())

    assert not wire.sent


async def test_a_cancelled_endpoint_leaves_no_task(transport: AsgiTransport) -> None:
    running = asyncio.create_task(transport.run(forever()))
    await turns()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert asyncio.all_tasks() == {asyncio.current_task()}
