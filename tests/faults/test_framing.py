"""Frames as a hostile client may put them, over a real connection."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.faults.people import Person, sign_up
from tests.server import Server

LIMIT = 65_536
TEXT, CONTINUED, CLOSE, PING = 1, 0, 8, 9

pytestmark = pytest.mark.rule(71)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all: what a hostile client does must leave it as it was."""
    with Server(tmp_path_factory.mktemp("framing"), AUTH_TEST_HOOKS="true") as running:
        yield running


@pytest.fixture(scope="module")
def bearer(server: Server) -> dict[str, str]:
    async def come() -> Person:
        async with httpx2.AsyncClient(base_url=server.url) as client:
            return await sign_up(client, 1)

    return ThreadPoolExecutor(1).submit(lambda: asyncio.run(come())).result().bearer


@pytest.fixture
async def socket(server: Server, bearer: dict[str, str]) -> AsyncIterator[ClientConnection]:
    """A welcomed client that offers to pack its frames."""
    async with connect(
        server.url.replace("http", "ws") + "/ws",
        subprotocols=["chat.v1"],  # type: ignore[list-item]  # a NewType of str
        additional_headers=bearer,
        compression="deflate",
        proxy=None,
    ) as client:
        await client.send('{"type":"hello"}')
        await client.recv()
        yield client


def frame(op: int, data: bytes = b"", *, final: bool = True) -> bytes:
    """Answers a masked frame; a mask of zeros leaves *data* as it is."""
    short = len(data) if len(data) < 126 else 126 if len(data) < LIMIT else 127
    size = b"" if short < 126 else struct.pack(">H" if short == 126 else ">Q", len(data))
    return bytes([final << 7 | op, 0x80 | short]) + size + bytes(4) + data


async def code_after(client: ClientConnection, *frames: bytes) -> int | None:
    """Sends raw *frames* and answers the code of the close frame that follows."""
    client.transport.write(b"".join(frames))
    await client.wait_closed()
    return client.close_code


async def test_a_message_in_fragments_is_one_message(socket: ClientConnection) -> None:
    parts = (frame(TEXT, b'{"type":"pi', final=False), frame(PING), frame(CONTINUED, b'ng","t":7}'))
    socket.transport.write(b"".join(parts))

    assert await socket.recv() == '{"type":"pong","t":7}'


async def test_fragments_are_bounded_together(socket: ClientConnection) -> None:
    half = b"x" * (LIMIT // 2 + 1)

    assert await code_after(socket, frame(TEXT, half, final=False), frame(CONTINUED, half)) == 1009


async def test_a_size_is_refused_before_what_it_announces_has_come(
    socket: ClientConnection,
) -> None:
    announced = bytes([0x80 | TEXT, 0x80 | 127]) + struct.pack(">Q", 1 << 40) + bytes(4)

    assert await code_after(socket, announced) == 1009


async def test_packed_frames_are_not_agreed_to(socket: ClientConnection) -> None:
    assert socket.protocol.extensions == []
    assert await code_after(socket, bytes([0xC0 | TEXT, 0x80]) + bytes(4)) == 1002


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(TEXT, b"\xff"), 1007),
        (frame(3), 1002),
        (frame(CONTINUED, b"x"), 1002),
        (frame(PING, b"x" * 126), 1002),
        (frame(PING, final=False), 1002),
        (frame(CLOSE, struct.pack(">H", 1005)), 1002),
        (frame(CLOSE, b"\x03"), 1002),
        (frame(CLOSE, struct.pack(">H", 1000)), 1000),
        (b"\x81\x02hi", 1002),
    ],
    ids=[
        "not UTF-8", "unknown op", "nothing to continue", "a long ping", "half a ping",
        "a code that is never sent", "half a code", "a right close", "not masked",
    ],
)  # fmt: skip
async def test_what_breaks_the_protocol_is_closed_with_its_code(
    socket: ClientConnection, sent: bytes, code: int
) -> None:
    assert await code_after(socket, sent) == code
