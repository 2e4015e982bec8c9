"""Floods, bombs and noise: each is told why it is closed, costs a bounded amount of memory, and is
noticed by nobody else."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import httpx2
import pytest

from tests.faults.people import Person, sign_up
from tests.faults.raw import PATIENCE, Raw
from tests.frames import BINARY, CONTINUATION, PING, PONG, RSV1, TEXT, closing, frame, head, parts
from tests.server import Server

LIMIT = 65_536
MEGABYTES = 16  # what an attack may cost while it lasts
PACKS = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}

pytestmark = [
    pytest.mark.rule(71),
    pytest.mark.rule(73),
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all: what a hostile client does must leave it as it was."""
    folder = tmp_path_factory.mktemp("hostile")
    with Server(
        folder, AUTH_TEST_HOOKS="true", HUB_COMPRESSION="true", LIMITER_MESSAGE="9999-M/user"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def people(server: Server) -> Sequence[Person]:
    async def come() -> list[Person]:
        async with httpx2.AsyncClient(base_url=server.url) as client:
            return [await sign_up(client, number) for number in (1, 2, 3)]

    return ThreadPoolExecutor(1).submit(lambda: asyncio.run(come())).result()


@asynccontextmanager
async def joined(server: Server, person: Person, headers: Mapping[str, str]) -> AsyncIterator[Raw]:
    async with await Raw.open(server.url, {**person.bearer, **headers}) as raw:
        yield raw


def packed(size: int) -> bytes:
    """Answers *size* zeros, packed to a thousandth."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(size)) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def bomb_in_parts() -> bytes:
    whole = packed(60 << 20)
    pieces = parts(BINARY, *(whole[at : at + 4096] for at in range(0, len(whole), 4096)))
    return bytes((pieces[0][0] | RSV1,)) + b"".join(pieces)[1:]


MILLION = 100_000  # of each slice; ten slices
ATTACKS = {
    "a million empty fragments": (
        [frame(TEXT, final=False)] + [frame(CONTINUATION, final=False) * MILLION] * 10,
        {1009},
    ),
    "a million fragments of a byte": (
        [frame(TEXT, b"x", final=False)] + [frame(CONTINUATION, b"x", final=False) * MILLION] * 10,
        {1009},
    ),
    "a million empty messages": ([frame(TEXT) * MILLION] * 10, {4429}),
    "a million pings": ([frame(PING) * MILLION] * 10, {4429}),
    "long pings": ([frame(PING, b"x" * 125) * (MILLION // 10)] * 10, {4429}),
    "a million pongs": ([frame(PONG) * MILLION] * 10, {4429}),
    "pings between fragments": (
        [frame(TEXT, b"x", final=False)] + [frame(PING) * MILLION] * 10,
        {4429},
    ),
    "64 KiB and a byte": ([frame(TEXT, b"x" * (LIMIT + 1))], {1009}),
    "an endless message": ([head(TEXT, 1 << 40)] + [bytes(1 << 20)] * 10, {1009}),
    "messages of 64 KiB that say nothing": ([frame(TEXT, b" " * LIMIT) * 20] * 10, {4429}),
    "noise": ([Random(1).randbytes(1 << 18)] * 10, {1002, 1007, 1009}),
    "a bomb": ([frame(TEXT, packed(60 << 20), rsv=RSV1)], {1009}),
    "a hundred bombs": ([frame(TEXT, packed(60 << 20), rsv=RSV1) * 10] * 10, {1009}),
    "a bomb in parts": ([bomb_in_parts()], {1009}),
    "a bomb of a byte too many": ([frame(TEXT, packed(LIMIT + 1), rsv=RSV1)], {1009}),
    "no bomb but dust": ([frame(TEXT, b"\xff" * 9000, rsv=RSV1)], {1002}),
}  # fmt: skip


class Bystander:
    """Somebody who talks meanwhile, and hears every word of it."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._said = 0

    async def round(self) -> None:
        self._said += 1
        await self._raw.send(frame(TEXT, b"%d" % self._said))
        assert await self._raw.echo() == str(self._said)


async def attacked(raw: Raw, slices: Sequence[bytes], bystander: Bystander) -> int | None:
    """Sends *slices* for as long as they are taken; answers the code at the end."""
    ending = asyncio.create_task(raw.end())
    try:
        for slice in slices:
            sending = asyncio.create_task(raw.send(slice))
            await bystander.round()
            await sending
    except ConnectionError:
        pass
    return await ending


def memory(server: Server, what: str) -> int:
    """Answers a line of what the kernel says of the server's memory, in bytes."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition(f"{what}:")[2].split()[0]) * 1024


def forget_the_peak(server: Server) -> None:
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


@pytest.mark.rule(75)
@pytest.mark.parametrize(("slices", "codes"), ATTACKS.values(), ids=ATTACKS)
async def test_an_attack_is_closed_with_its_code_and_costs_nobody_anything(
    server: Server, people: Sequence[Person], slices: Sequence[bytes], codes: set[int]
) -> None:
    attacker, friend, _ = people
    async with joined(server, friend, {}) as raw:
        bystander = Bystander(raw)
        await bystander.round()
        forget_the_peak(server)
        before = memory(server, "VmRSS")

        async with joined(server, attacker, PACKS) as hostile:
            await bystander.round()  # the attacker has joined, too
            assert await attacked(hostile, slices, bystander) in codes

        await bystander.round()
        assert memory(server, "VmHWM") - before < MEGABYTES << 20
        await raw.send(closing(1000))
        assert await raw.end() == 1000


@pytest.mark.parametrize("early", [b"noise\r\n\r\n" * 9, frame(PING) * 90], ids=len)
async def test_frames_before_the_handshake_is_answered_break_nothing(
    server: Server, people: Sequence[Person], early: bytes
) -> None:
    attacker, friend, _ = people
    async with joined(server, friend, {}) as raw:
        bystander = Bystander(raw)
        for _ in range(9):
            await Raw.rush(server.url, attacker.bearer, early)
            await bystander.round()


@pytest.mark.rule(75)
@pytest.mark.parametrize("how", [Raw.close, Raw.cut])
async def test_a_socket_that_goes_without_a_word_leaves_no_ghost(
    server: Server, people: Sequence[Person], how: Callable[[Raw], None]
) -> None:
    raw = await Raw.open(server.url, people[2].bearer)
    await raw.is_here()
    assert await sockets_of(server, people[2]) == 1

    how(raw)

    async with asyncio.timeout(PATIENCE):
        while await sockets_of(server, people[2]):
            pass


async def sockets_of(server: Server, person: Person) -> int:
    async with httpx2.AsyncClient(base_url=server.url, headers=person.bearer) as http:
        (session,) = (await http.get("/api/v1/auth/sessions")).json()["data"]
        return int(session["sockets"])
