"""An acknowledged message survives the death of the server: killed under load, again and again."""

from __future__ import annotations

import asyncio
import random
import sqlite3

import httpx2
import pytest

from tests.faults.conftest import NewServer
from tests.faults.people import read_log, sign_up
from tests.faults.talker import Count, Talker, check
from tests.server import Server

QUICK, ROUNDS, NIGHT = 3, 20, 200
SPEAKERS = 4


@pytest.mark.rule(115)
@pytest.mark.parametrize(
    "number",
    [
        *range(QUICK),
        *(pytest.param(n, marks=pytest.mark.slow) for n in range(QUICK, ROUNDS)),
        *(pytest.param(n, marks=pytest.mark.night) for n in range(ROUNDS, NIGHT)),
    ],
)
async def test_what_was_acked_is_there_after_a_kill(
    number: int, new_server: NewServer, stores: dict[str, str]
) -> None:
    server = new_server(LIMITER_ENABLED="false")
    moment = Count(random.Random(number).randrange(20, 600))  # another phase each round
    async with httpx2.AsyncClient(base_url=server.url) as client:
        people = [await sign_up(client, speaker) for speaker in range(SPEAKERS)]
    talkers = [Talker(server.url, person, on_ack=moment) for person in people]

    async with asyncio.TaskGroup() as talking:
        for talker in talkers:
            talking.create_task(talker.talk())
        await moment.reached.wait()
        await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)

    async with httpx2.AsyncClient(base_url=server.url) as client:
        check(await read_log(client, people[0]), talkers)
        for talker in talkers:
            await talker.repeat()
        log = await read_log(client, people[0])
        check(log, talkers)
    assert len(log) == sum(len(talker.sent) for talker in talkers)  # all of it now, and once
    assert all(talker.dups for talker in talkers)
    await end(server, stores)


async def end(server: Server, stores: dict[str, str]) -> None:
    """Stops the server and, where there is a file, has SQLite look through it."""
    assert await asyncio.to_thread(server.stop) == 0
    url = stores["DATABASE_URL"]
    if url.startswith("sqlite"):
        file = sqlite3.connect(url.removeprefix("sqlite://"))
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        file.close()
