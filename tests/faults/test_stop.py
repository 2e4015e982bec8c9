"""An operator stops the server while people talk: nobody loses anything, and it ends with 0."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from tests.faults.conftest import NewServer
from tests.faults.people import read_log, sign_up
from tests.faults.talker import Count, Talker, check

SPEAKERS = 4
GOING_AWAY = {1001, 1012}


@pytest.mark.rule(119)
async def test_a_stop_under_load_keeps_what_was_acked_and_ends_with_0(
    new_server: NewServer,
) -> None:
    server, moment = new_server(LIMITER_ENABLED="false", SERVE_GRACE="2"), Count(300)
    async with httpx2.AsyncClient(base_url=server.url) as client:
        people = [await sign_up(client, speaker) for speaker in range(SPEAKERS)]
    talkers = [Talker(server.url, person, on_ack=moment) for person in people]

    async with asyncio.TaskGroup() as talking:
        for talker in talkers:
            talking.create_task(talker.talk())
        await moment.reached.wait()
        code = await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)

    assert code == 0
    assert {talker.close_code for talker in talkers} <= GOING_AWAY
    assert all("reconnect" in talker.frames for talker in talkers)
    async with httpx2.AsyncClient(base_url=server.url) as client:
        check(await read_log(client, people[0]), talkers)


async def test_a_stop_with_nothing_to_do_ends_with_0(new_server: NewServer) -> None:
    server = new_server()

    assert await asyncio.to_thread(server.stop) == 0
