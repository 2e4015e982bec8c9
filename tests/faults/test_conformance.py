"""RFC 6455 over a real connection to the real server: what `tests/unit/pkg/hub/test_wire.py` says
of bytes, said again of sockets. What is said to the lobby in the plain dialect comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.faults.people import Person, sign_up
from tests.faults.raw import Raw
from tests.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    closing,
    frame,
    head,
    parts,
)
from tests.server import Server

LIMIT = 65_536

pytestmark = pytest.mark.rule(65)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all: what one client does must leave it as it was for the next."""
    folder = tmp_path_factory.mktemp("conformance")
    with Server(folder, AUTH_TEST_HOOKS="true", LIMITER_ENABLED="false") as running:
        yield running


@pytest.fixture(scope="module")
def bearer(server: Server) -> Mapping[str, str]:
    async def come() -> Person:
        async with httpx2.AsyncClient(base_url=server.url) as client:
            return await sign_up(client, 1)

    return ThreadPoolExecutor(1).submit(lambda: asyncio.run(come())).result().bearer


@pytest.fixture
async def raw(server: Server, bearer: Mapping[str, str]) -> AsyncIterator[Raw]:
    async with await Raw.open(server.url, bearer) as client:
        await client.send(frame(TEXT, b"here"))
        assert await client.echo() == "here"
        yield client


async def says(raw: Raw, *chunks: bytes) -> str:
    """Sends *chunks*, answers the echo, and holds that the socket can be closed in good order."""
    await raw.send(*chunks)
    echo = await raw.echo()
    await raw.send(closing(1000, b"bye"))
    assert await raw.end() == 1000
    return echo


def padded(content: str, size: int) -> bytes:
    """Answers a message of *size* bytes, most of them blanks."""
    return json.dumps({"content": content}).encode().ljust(size)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("size", [1, 125, 126, 127, 128, 2000])
async def test_a_message_of_any_size_comes_back(raw: Raw, opcode: int, size: int) -> None:
    assert await says(raw, frame(opcode, b"*" * size)) == "*" * size


@pytest.mark.parametrize("size", [65_535, 65_536])
@pytest.mark.parametrize("step", [997, LIMIT * 2])
async def test_the_largest_message_comes_in_in_one_piece_or_in_many(
    raw: Raw, size: int, step: int
) -> None:
    stream = frame(TEXT, padded("large", size))

    chunks = (stream[at : at + step] for at in range(0, len(stream), step))
    assert await says(raw, *chunks) == "large"


async def test_a_frame_may_come_byte_by_byte(raw: Raw) -> None:
    stream = b"".join(parts(TEXT, "κόσ".encode()[:-1], "σ".encode()[-1:], "με".encode()))

    for at in range(len(stream)):
        await raw.send(stream[at : at + 1])
        await asyncio.sleep(0)
    assert await raw.echo() == "κόσμε"


@pytest.mark.parametrize("payload", [b"", b"hello", bytes(range(0xF0, 0x100)), b"\xfe" * 125])
async def test_a_ping_is_answered_with_what_it_brought(raw: Raw, payload: bytes) -> None:
    await raw.send(frame(PING, payload))
    assert await raw.pong() == payload

    stream = frame(PING, payload)
    await raw.send(*(stream[at : at + 1] for at in range(len(stream))))
    assert await raw.pong() == payload


async def test_ten_pings_are_answered_in_their_order(raw: Raw) -> None:
    pings = [b"%d" % number for number in range(10)]

    await raw.send(b"".join(frame(PING, ping) for ping in pings))

    assert [await raw.pong() for _ in pings] == pings


async def test_a_pong_nobody_asked_for_changes_nothing(raw: Raw) -> None:
    assert await says(raw, frame(PONG, b"?") + frame(TEXT, b"after")) == "after"


async def test_control_frames_come_between_fragments(raw: Raw) -> None:
    first, second, third = parts(TEXT, b"frag", b"ment", b"s")

    await raw.send(first + frame(PING, b"one") + second + frame(PONG) + frame(PING, b"two"))
    assert [await raw.pong(), await raw.pong()] == [b"one", b"two"]

    assert await says(raw, third) == "fragments"


@pytest.mark.parametrize(
    "text", ["Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "\ud7ff\ue000", "\U0010ffff", "a\U0001f600b"]
)
async def test_text_may_be_cut_inside_a_letter(raw: Raw, text: str) -> None:
    whole = text.encode()
    pieces = parts(TEXT, *(whole[at : at + 1] for at in range(len(whole))))

    assert await says(raw, b"".join(pieces)) == text


BREAKS = {
    "RSV1": (frame(TEXT, b"x", rsv=RSV1), 1002),
    "RSV2": (frame(BINARY, b"x", rsv=RSV2), 1002),
    "RSV3 on a ping": (frame(PING, rsv=RSV3), 1002),
    "opcode 3": (frame(3, b"x"), 1002),
    "opcode 15": (frame(15), 1002),
    "not masked": (b"\x81\x02hi", 1002),
    "a size in too many bytes": (b"\x81\xfe\x00\x05" + bytes(9), 1002),
    "a long ping": (frame(PING, b"x" * 126), 1002),
    "half a ping": (frame(PING, final=False), 1002),
    "nothing to continue": (frame(CONTINUATION, b"x"), 1002),
    "a message within another": (frame(TEXT, b"x", final=False) + frame(TEXT, b"y"), 1002),
    "bad UTF-8": (frame(TEXT, b"\xce\xba\xed\xa0\x80edited"), 1007),
    "bad UTF-8 in a fragment": (b"".join(parts(TEXT, b"\xce", b"\xba\xf4", b"\x90")[:3]), 1007),
    "an unfinished letter": (b"".join(parts(TEXT, b"a", b"\xe1\xbd")), 1007),
    "64 KiB and a byte": (frame(TEXT, b"x" * (LIMIT + 1)), 1009),
    "64 KiB and a byte, announced": (head(TEXT, LIMIT + 1), 1009),
    "2^62 bytes, announced": (head(BINARY, 1 << 62), 1009),
    "64 KiB and a byte in two": (b"".join(parts(TEXT, b"x" * LIMIT, b"x")), 1009),
    "two thousand fragments": (b"".join(parts(TEXT, *[b""] * 2000)), 1009),
    "half a close code": (frame(CLOSE, b"\x03"), 1002),
    "a long close reason": (closing(1000, b"x" * 124), 1002),
    "a close reason of noise": (closing(1000, b"\xed\xa0\x80"), 1007),
}  # fmt: skip


@pytest.mark.rule(71)
@pytest.mark.rule(75)
@pytest.mark.parametrize(("sent", "code"), BREAKS.values(), ids=BREAKS)
async def test_what_breaks_the_protocol_is_told_its_code(raw: Raw, sent: bytes, code: int) -> None:
    await raw.send(sent)

    assert await raw.end() == code
    assert not raw.was_cut  # a reset may overtake the close frame


@pytest.mark.rule(75)
@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000])
async def test_a_close_code_that_is_never_sent_is_answered_with_1002(raw: Raw, code: int) -> None:
    await raw.send(closing(code))

    assert await raw.end() == 1002


@pytest.mark.rule(75)
@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999])
async def test_a_close_frame_is_answered_with_its_own_code(raw: Raw, code: int) -> None:
    await raw.send(closing(code, b"bye"))

    assert await raw.end() == code


@pytest.mark.rule(75)
async def test_a_close_frame_without_a_code_is_answered_without_one(raw: Raw) -> None:
    await raw.send(frame(CLOSE))

    assert await raw.end() in {1000, 1005}


async def test_after_a_close_frame_nothing_is_answered(raw: Raw) -> None:
    first, second = parts(TEXT, b"never", b"said")

    await raw.send(first + closing(1000) + second + frame(PING, b"late"))

    assert await raw.next() == (CLOSE, b"\x03\xe8")
    assert await raw.next() is None
