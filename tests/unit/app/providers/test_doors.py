"""Doors that every node opens and closes alike."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.models import Signal
from app.providers.doors import Closed, Doors, hashed
from app.providers.signals import Signals
from pkg.clock import FakeClock
from pkg.database import Database
from tests.databases import opened

CLOSED = Closed(60, hashed("sesame"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


class Node:
    """A node that has looked once, and what it was told to shut."""

    def __init__(self, database: Database, clock: FakeClock, *, by_setting: bool = False) -> None:
        self.signals = Signals(database, clock)
        self.doors = Doors(self.signals, by_setting=by_setting)
        self.shut: list[Closed] = []
        self.doors.shut = self.shut.append


@pytest.fixture
async def nodes(database: Database, clock: FakeClock) -> tuple[Node, Node]:
    pair = Node(database, clock), Node(database, clock)
    for node in pair:
        await node.signals.look()
    return pair


async def look(*nodes: Node) -> None:
    for node in nodes:
        await node.signals.look()


async def test_what_is_decided_on_one_node_holds_on_all(nodes: tuple[Node, Node]) -> None:
    one, other = nodes
    await one.doors.close(CLOSED)
    await look(one, other)
    assert one.doors.closed == other.doors.closed == CLOSED
    assert one.shut == other.shut == [CLOSED]

    assert await other.doors.open()
    await look(one, other)

    assert one.doors.closed is other.doors.closed is None


async def test_of_decisions_that_come_at_once_the_last_one_holds(nodes: tuple[Node, Node]) -> None:
    one, other = nodes
    await one.doors.close(CLOSED)
    await one.doors.open()
    await other.doors.close(Closed(5))

    await look(one, other)

    assert one.doors.closed == other.doors.closed == Closed(5)


async def test_doors_that_were_never_closed_are_not_opened(nodes: tuple[Node, Node]) -> None:
    assert not await nodes[0].doors.open()
    assert await Signal.all().count() == 0


async def test_a_decision_outlives_the_process_that_made_it(
    nodes: tuple[Node, Node], database: Database, clock: FakeClock
) -> None:
    await nodes[0].doors.close(CLOSED)
    late = Node(database, clock)
    await late.signals.look()
    assert late.doors.closed is None

    await late.doors.read()

    assert late.doors.closed == CLOSED


async def test_who_was_away_sends_sockets_away_once(nodes: tuple[Node, Node]) -> None:
    one, other = nodes
    await one.doors.close(CLOSED)
    for _ in range(2):
        await other.doors.read()

    assert other.shut == [CLOSED]


async def test_a_setting_closes_whatever_is_decided(database: Database, clock: FakeClock) -> None:
    node = Node(database, clock, by_setting=True)
    await node.signals.look()
    assert node.doors.closed == Closed(30)

    await node.doors.close(CLOSED)
    await node.signals.look()
    assert node.doors.closed == CLOSED
    await node.doors.open()
    await node.signals.look()

    assert node.doors.closed == Closed(30)


@pytest.mark.parametrize("closed", [CLOSED, Closed(5)])
def test_what_is_written_is_read(closed: Closed) -> None:
    assert Closed.read(closed.text) == closed


@pytest.mark.parametrize("shown", ["", "Sesame", "sesame ", hashed("sesame"), "\ud800"])
def test_only_the_secret_itself_opens(shown: str) -> None:
    assert CLOSED.is_opened_by("sesame")
    assert not CLOSED.is_opened_by(shown)
    assert not Closed(60).is_opened_by(shown)
