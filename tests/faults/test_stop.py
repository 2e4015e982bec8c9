"""An operator stops the server while people talk: nobody loses anything, and it ends with 0."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import httpx2
import pytest

from tests.faults.conftest import NewServer
from tests.faults.greeted import greeted
from tests.faults.mover import Mover
from tests.faults.own_redis import free_port, running
from tests.faults.people import read_log, sign_up
from tests.faults.talker import Count, Talker, check

SPEAKERS = 4
LISTENERS = 8
GRACE = 2  # seconds
LOADED = {"LIMITER_ENABLED": "false", "SERVE_GRACE": str(GRACE), "HUB_PER_USER": "100"}
GOING_AWAY = {1001, 1012}


@pytest.mark.rule(119)
async def test_a_stop_under_load_keeps_what_was_acked_and_ends_with_0(
    new_server: NewServer,
) -> None:
    server, moment = new_server(**LOADED), Count(300)
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


@pytest.mark.rule(119)
@pytest.mark.rule(77)
@pytest.mark.slow
async def test_who_listens_to_a_node_that_stops_has_everything_from_the_other(
    new_server: NewServer, tmp_path: Path
) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    env = {"REDIS_URL": url, "HUB_BUS_NAME": secrets.token_hex(4), **LOADED}
    async with running(port, tmp_path):
        ends, stays, moment = new_server(**env), new_server(**env), Count(300)
        async with httpx2.AsyncClient(base_url=stays.url) as client:
            people = [await sign_up(client, speaker) for speaker in range(SPEAKERS)]
            talkers = [Talker(ends.url, person, on_ack=moment) for person in people]
            movers = [
                Mover(ends.url, stays.url, people[number % SPEAKERS], last="the end")
                for number in range(LISTENERS)
            ]

            async with asyncio.TaskGroup() as listening:
                for mover in movers:
                    listening.create_task(mover.run())
                await asyncio.gather(*(mover.is_welcome.wait() for mover in movers))
                async with asyncio.TaskGroup() as talking:
                    for talker in talkers:
                        talking.create_task(talker.talk())
                    await moment.reached.wait()
                    code = await asyncio.to_thread(ends.stop)
                for talker in talkers:
                    await talker.repeat(stays.url)
                async with greeted(stays.url, people[0]) as one:
                    await one.say("last", "the end")
            log = await read_log(client, people[0])

    assert code == 0
    assert {talker.close_code for talker in talkers} <= GOING_AWAY
    assert all(talker.acked.keys() == {id for id, _ in talker.sent} for talker in talkers)
    check(log, talkers)
    everything = list(range(1, len(log) + 1))
    assert all(mover.seqs == everything for mover in movers)
    assert all(len(mover.nodes) == 2 for mover in movers)
    told = sorted(mover.after_ms for mover in movers)
    assert len(set(told)) == LISTENERS  # nobody comes together with another
    assert told[-1] - told[0] > GRACE * 1000 / 5  # the drain is half of it


async def test_a_stop_with_nothing_to_do_ends_with_0(new_server: NewServer) -> None:
    server = new_server()

    assert await asyncio.to_thread(server.stop) == 0
