from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from pkg.clock import FakeClock
from pkg.errors import Unavailable
from pkg.hub import Company, Cursor, CursorStore
from pkg.hub.company.presence import LINGER_SECONDS
from tests.unit.pkg.hub.conftest import ROOM, Bench, turns
from tests.unit.pkg.hub.relayed import Nodes

ANN, BEN = 1, 2


class FakeCursors(CursorStore):
    """Moves whatever it is given; raises what stands in `failures` first."""

    def __init__(self) -> None:
        self.moved: list[Cursor] = []
        self.failures: list[Exception] = []

    async def forward(self, cursors: Sequence[Cursor]) -> Sequence[Cursor]:
        if self.failures:
            raise self.failures.pop()
        self.moved += cursors
        return cursors


class Faulty(Company):
    """Its first ticks fail with what stands in `faults`."""

    faults: tuple[Exception, ...] = ()

    def tick(self) -> None:
        if self.faults:
            fault, *rest = self.faults
            self.faults = (*rest,)
            raise fault
        super().tick()


@pytest.fixture
def cursors() -> FakeCursors:
    return FakeCursors()


@pytest.fixture
def gate() -> asyncio.Event:
    """Time passes while it is open."""
    made = asyncio.Event()
    made.set()
    return made


@pytest.fixture
def company(bench: Bench, cursors: FakeCursors, gate: asyncio.Event) -> Faulty:
    async def pause(_: float) -> None:
        await asyncio.sleep(0)
        await gate.wait()

    return Faulty(bench.hub, cursors, pause=pause)


@asynccontextmanager
async def running(company: Company) -> AsyncIterator[None]:
    task = asyncio.create_task(company.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_user_is_here_from_the_welcome_to_the_end_of_the_last_socket(
    bench: Bench, company: Company
) -> None:
    one = bench.peer(ANN)
    assert not company.presence.is_online(ANN)
    await bench.join(one)
    two = await bench.joined(ANN)
    assert company.presence.is_online(ANN)

    for peer in (one, two):
        bench.hub.forget(peer.client)
        bench.hub.forget(peer.client)
        bench.clock.advance(LINGER_SECONDS)
        company.tick()
        assert company.presence.is_online(ANN) is (peer is one)


@pytest.mark.rule(75)
async def test_whoever_goes_while_being_welcomed_leaves_no_ghost(
    bench: Bench, company: Company
) -> None:
    peer = bench.peer(ANN)
    tops = await bench.hub.seating.enter(peer.client, [ROOM])
    bench.hub.forget(peer.client)

    bench.hub.seating.settle(peer.client, {ROOM: None}, tops)

    assert not company.presence.is_online(ANN)


async def test_a_socket_that_greets_twice_counts_once(bench: Bench, company: Company) -> None:
    peer = await bench.joined(ANN)
    await bench.join(peer)  # it subscribes to something

    bench.hub.forget(peer.client)
    bench.clock.advance(LINGER_SECONDS)
    company.tick()

    assert not company.presence.is_online(ANN)


async def test_watchers_are_told_and_typing_ends_with_a_post(
    bench: Bench, company: Company
) -> None:
    one, other = await bench.joined(ANN), await bench.joined(BEN)
    company.tick()
    company.watchers.watch(one.client, {BEN})
    company.typists.begin(other.client, ROOM)

    await bench.say("done", sender=BEN)
    bench.hub.forget(other.client)
    bench.clock.advance(LINGER_SECONDS)
    company.tick()

    assert one.types() == ["typing", "typing", "message", "presence"]
    assert one.wire.frames[-1]["users"] == {"u:2": "offline"}


async def test_its_task_ticks_and_writes_and_writes_once_more_at_its_end(
    bench: Bench, company: Company, cursors: FakeCursors, gate: asyncio.Event
) -> None:
    peer = await bench.joined(ANN)
    company.watchers.watch(peer.client, {ANN})
    async with running(company):
        company.receipts.note(Cursor(ROOM, BEN, read=1))
        await turns()
        assert sorted(map(str, peer.types())) == ["presence", "receipt"]

        gate.clear()
        await turns()
        company.receipts.note(Cursor(ROOM, BEN, read=2))

    assert cursors.moved == [Cursor(ROOM, BEN, read=1), Cursor(ROOM, BEN, read=2)]


async def test_a_failure_is_reported_and_the_next_time_works(
    bench: Bench, company: Faulty, cursors: FakeCursors
) -> None:
    reports: list[Mapping[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, found: reports.append(found))
    peer = await bench.joined(ANN)
    company.watchers.watch(peer.client, {ANN})
    company.faults = (ValueError("another"),)
    cursors.failures = [ValueError("a bug"), Unavailable("away")]
    async with running(company):
        company.receipts.note(Cursor(ROOM, BEN, read=1))
        await turns()
        company.receipts.note(Cursor(ROOM, BEN, read=2))
        await turns()

    assert {str(report["exception"]) for report in reports} == {"a bug", "another"}
    assert cursors.moved == [Cursor(ROOM, BEN, read=2)]
    assert sorted(map(str, peer.types())) == ["presence", "receipt"]


async def test_over_two_nodes_all_three_reach_everybody(
    clock: FakeClock, cursors: FakeCursors
) -> None:
    nodes = Nodes(clock)
    here, there = await nodes.start(), await nodes.start()
    one, other = (Company(node.hub, cursors) for node in (here, there))
    for company in (one, other):
        company.presence.start()
    ann, ben, phone = await here.join(ANN), await there.join(BEN), await here.join(BEN)
    await nodes.settle()
    one.watchers.watch(ann.client, {BEN})

    for company in (one, other, one, other):
        company.tick()
        await nodes.settle()
    assert one.presence.is_online(BEN)
    assert other.presence.is_online(ANN)

    here.hub.forget(phone.client)
    one.typists.begin(ann.client, ROOM)
    other.receipts.note(Cursor(ROOM, BEN, read=1))
    await other.receipts.flush()
    await nodes.settle()
    assert [frame["on"] for frame in ben.of("typing")] == [True]
    assert [frame["user"] for frame in ann.of("receipt")] == ["u:2"]
    assert ann.of("typing") == []

    there.hub.forget(ben.client)
    clock.advance(LINGER_SECONDS)
    for company in (other, one):
        company.tick()
        await nodes.settle()
    assert [frame["users"] for frame in ann.of("presence")][-1] == {"u:2": "offline"}
    await nodes.stop()
