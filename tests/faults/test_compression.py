"""permessage-deflate between the real server and clients that pack, beside some that do not."""

from __future__ import annotations

import asyncio
import json
import zlib

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory as Deflate,
)

from tests.faults.conftest import NewServer
from tests.faults.people import Person, sign_up
from tests.faults.raw import Raw
from tests.frames import RSV1, TEXT, frame
from tests.server import Server

OFFER = "Sec-WebSocket-Extensions"
CHROME = "permessage-deflate; client_max_window_bits"
LONG = "a long and winding sentence about nothing at all " * 20


async def somebody(server: Server) -> Person:
    async with httpx2.AsyncClient(base_url=server.url) as client:
        return await sign_up(client, 1)


def packed(text: str) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return (packer.compress(text.encode()) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.rule(71)
async def test_nothing_is_packed_unless_it_is_switched_on(new_server: NewServer) -> None:
    server = new_server()
    person = await somebody(server)

    async with await Raw.open(server.url, person.bearer | {OFFER: CHROME}) as raw:
        assert OFFER.lower() not in raw.answer
        await raw.send(frame(TEXT, LONG.encode()))
        assert await raw.echo() == LONG
        assert raw.packed == 0
        await raw.send(frame(TEXT, packed(LONG), rsv=RSV1))
        assert await raw.end() == 1002


@pytest.mark.rule(65)
async def test_who_packs_and_who_does_not_hear_the_same(new_server: NewServer) -> None:
    server = new_server(HUB_COMPRESSION="true")
    person = await somebody(server)

    async with (
        await Raw.open(server.url, person.bearer | {OFFER: CHROME}) as packs,
        await Raw.open(server.url, person.bearer | {OFFER: "permessage-deflate; what=1"}) as odd,
        await Raw.open(server.url, person.bearer) as plain,
    ):
        assert "no_context_takeover" in packs.answer[OFFER.lower()]
        assert OFFER.lower() not in odd.answer
        everybody = packs, odd, plain
        for raw in everybody:
            await raw.is_here()
        await packs.send(frame(TEXT, packed(LONG), rsv=RSV1))
        await packs.send(frame(TEXT, b"short and not packed"))
        for raw in everybody:
            assert [await raw.echo(), await raw.echo()] == [LONG, "short and not packed"]
        assert [raw.packed > 0 for raw in everybody] == [True, False, False]


@pytest.mark.rule(65)
@pytest.mark.parametrize(
    "offer",
    [
        Deflate(),
        Deflate(server_max_window_bits=12, client_max_window_bits=12),
        Deflate(server_max_window_bits=9),
        Deflate(server_no_context_takeover=True, client_no_context_takeover=True),
    ],
    ids=["windows as they come", "small ones", "too small a one", "none"],
)
async def test_a_client_that_packs_is_understood_whatever_it_asks(
    new_server: NewServer, offer: Deflate
) -> None:
    server = new_server(HUB_COMPRESSION="true")
    person = await somebody(server)

    async with (
        asyncio.timeout(30),
        connect(
            f"{server.url.replace('http', 'ws')}/ws",
            extensions=[offer],
            compression=None,
            additional_headers=person.bearer,
            proxy=None,
        ) as client,
    ):
        for text in (LONG, "κόσμε" * 300, "x", LONG.upper(), LONG):
            await client.send(text)
            assert json.loads(await client.recv())["content"] == text
