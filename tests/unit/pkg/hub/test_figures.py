"""What the hub counts of itself, seen from what really happened."""

from __future__ import annotations

import asyncio

import pytest

from pkg.hub import CloseCode, Draft
from tests.unit.pkg.hub.conftest import ROOM, Bench, turns


async def test_a_repeat_is_in_a_commit_and_is_no_message(bench: Bench) -> None:
    figures = bench.hub.figures

    await bench.say("one", "two")
    await bench.say("one")

    assert figures.committed == 2
    assert (figures.commit_sizes.count, figures.commit_sizes.sum) == (3, 3)


async def test_what_waited_together_is_one_commit(bench: Bench) -> None:
    figures = bench.hub.figures
    bench.store.gate.clear()
    waiting = [bench.hub.commit.acked(Draft(ROOM, 1, "first", "text"))]
    await turns()
    waiting += [bench.hub.commit.acked(Draft(ROOM, 1, str(number), "text")) for number in range(8)]
    assert bench.hub.commit.queued == 8

    bench.store.gate.set()
    await asyncio.gather(*waiting)

    assert (figures.commit_sizes.count, figures.commit_sizes.sum) == (2, 9)
    assert bench.hub.commit.queued == 0


async def test_what_a_commit_took_is_its_own_time_and_not_the_queues(bench: Bench) -> None:
    figures = bench.hub.figures
    bench.store.gate.clear()
    waiting = bench.hub.commit.acked(Draft(ROOM, 1, "a", "text"))
    await turns()
    bench.clock.advance(0.2)
    bench.store.gate.set()
    await waiting

    await bench.say("later")

    assert figures.commit_seconds.count == 2
    assert figures.commit_seconds.sum == pytest.approx(0.2)


async def test_a_commit_that_failed_is_none(bench: Bench) -> None:
    bench.store.poison = "poison"

    refused = bench.hub.commit.acked(Draft(ROOM, 1, "a", "poison"))
    await asyncio.gather(refused, return_exceptions=True)

    figures = bench.hub.figures
    assert (figures.committed, figures.commit_sizes.count) == (0, 0)


async def test_every_socket_that_is_taken_in_counts(bench: Bench) -> None:
    peers = [await bench.joined(user) for user in (1, 2)]
    bench.hub.forget(peers[0].client)
    await bench.joined(3)

    assert (bench.hub.figures.opened, bench.hub.clients) == (3, 2)


async def test_a_message_is_delivered_to_each_member_and_written_once_each(bench: Bench) -> None:
    for user in (1, 2, 3):
        await bench.joined(user)
    figures = bench.hub.figures

    await bench.say("one")
    await turns()

    assert (figures.deliveries, figures.writes) == (3, 3)


async def test_what_is_committed_together_goes_out_in_one_write_each(bench: Bench) -> None:
    for user in (1, 2):
        await bench.joined(user)
    figures = bench.hub.figures

    waiting = [bench.hub.commit.acked(Draft(ROOM, 1, str(number), "text")) for number in range(10)]
    await asyncio.gather(*waiting)
    await turns()

    assert (figures.deliveries, figures.writes) == (20, 2)


async def test_a_socket_that_ended_is_counted_once_by_its_code(bench: Bench) -> None:
    kicked, gone, late = [await bench.joined(user) for user in (1, 2, 3)]

    bench.hub.close_user(1, CloseCode.SESSION_ENDED, "kicked")
    bench.hub.forget(kicked.client)
    late.client.close(CloseCode.TOO_SLOW, "too slow")
    bench.hub.forget(late.client)
    bench.hub.forget(gone.client)

    assert dict(bench.hub.figures.closed) == {4403: 1, 4408: 1, 1006: 1}


async def test_who_falls_behind_and_who_is_told_of_a_hole_are_counted(bench: Bench) -> None:
    await bench.say("one", "two", "three")
    bench.store.logs[ROOM] = bench.store.logs[ROOM][1:]  # the first is older than is kept

    behind = await bench.joined(1, after=0)
    await turns()

    assert behind.types()[0] == "gap"
    assert (bench.hub.figures.catch_ups, bench.hub.figures.gaps) == (1, 1)
