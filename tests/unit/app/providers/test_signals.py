from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from app.models import Signal
from app.providers.signals import KEEP, WINDOW, Signals
from pkg.clock import FakeClock
from pkg.database import Database
from tests.databases import opened


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


class Heard:
    """What a node was told."""

    def __init__(self, signals: Signals, *kinds: str) -> None:
        self.subjects: list[str] = []
        self.missed = 0
        for kind in kinds:
            signals.on(kind, self._hear)
        signals.missed = self._miss

    async def _hear(self, subject: str) -> None:
        self.subjects.append(subject)

    async def _miss(self) -> None:
        self.missed += 1


async def node(database: Database, clock: FakeClock) -> tuple[Signals, Heard]:
    """A node that has looked once, as each does before it serves anybody."""
    signals = Signals(database, clock)
    heard = Heard(signals, "test")
    await signals.look()
    return signals, heard


async def test_a_signal_reaches_every_node_once(database: Database, clock: FakeClock) -> None:
    one, heard = await node(database, clock)
    other, heard_too = await node(database, clock)

    await one.tell("test", "7")
    for signals in (one, other, one, other):
        await signals.look()

    assert heard.subjects == heard_too.subjects == ["7"]


async def test_signals_come_in_the_order_they_were_given(
    database: Database, clock: FakeClock
) -> None:
    signals, heard = await node(database, clock)

    for number in range(5):
        await signals.tell("test", str(number))
    await signals.look()

    assert heard.subjects == ["0", "1", "2", "3", "4"]


async def test_what_was_rolled_back_was_never_said(database: Database, clock: FakeClock) -> None:
    signals, heard = await node(database, clock)

    with suppress(ZeroDivisionError):
        async with database.transaction():
            await signals.tell("test", "7")
            raise ZeroDivisionError
    await signals.look()

    assert heard.subjects == []


async def test_a_signal_that_commits_late_under_a_lower_id_is_heard_too(
    database: Database, clock: FakeClock
) -> None:
    signals, heard = await node(database, clock)
    await Signal(id=20, kind="test", subject="first", at=clock.now()).save(force_create=True)
    await signals.look()

    await Signal(id=10, kind="test", subject="late", at=clock.now()).save(force_create=True)
    await signals.look()

    assert heard.subjects == ["first", "late"]


async def test_what_came_before_a_node_has_nothing_to_say_to_it(
    database: Database, clock: FakeClock
) -> None:
    await Signal(kind="test", subject="old", at=clock.now()).save()

    signals, heard = await node(database, clock)
    await signals.look()

    assert heard.subjects == []


async def test_a_node_that_was_away_too_long_knows_that_it_missed_something(
    database: Database, clock: FakeClock
) -> None:
    signals, heard = await node(database, clock)

    clock.advance(WINDOW + 1)
    await signals.look()

    assert heard.missed == 1


async def test_what_was_told_while_a_node_was_away_is_done_when_it_is_back(
    database: Database, clock: FakeClock
) -> None:
    signals, heard = await node(database, clock)
    other, _ = await node(database, clock)
    await other.tell("test", "7")

    clock.advance(10 * WINDOW)
    for _ in range(2):
        await signals.look()

    assert heard.subjects == ["7"]


async def test_a_node_that_looks_regularly_missed_nothing(
    database: Database, clock: FakeClock
) -> None:
    signals, heard = await node(database, clock)

    for _ in range(100):
        clock.advance(1)
        await signals.look()

    assert heard.missed == 0


async def test_each_look_that_worked_is_told(database: Database, clock: FakeClock) -> None:
    signals = Signals(database, clock)
    looks: list[bool] = []
    signals.heard = lambda: looks.append(True)

    await signals.look()
    await signals.look()

    assert len(looks) == 2


async def test_one_handler_s_fault_does_not_silence_the_others(
    database: Database, clock: FakeClock
) -> None:
    signals = Signals(database, clock)

    async def broken(_: str) -> None:
        raise ZeroDivisionError

    signals.on("test", broken)
    heard = Heard(signals, "test")
    await signals.look()

    await signals.tell("test", "7")
    await signals.look()

    assert heard.subjects == ["7"]


async def test_a_look_that_fails_in_an_unknown_way_is_not_the_last(
    database: Database, clock: FakeClock
) -> None:
    signals = Signals(database, clock, every=0.0)
    looked = asyncio.Event()
    faults = [ZeroDivisionError()]

    def heard() -> None:
        if faults:
            raise faults.pop()
        looked.set()

    signals.heard = heard
    task = asyncio.create_task(signals.run())

    async with asyncio.timeout(5):
        await looked.wait()

    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_old_signals_are_thrown_away(database: Database, clock: FakeClock) -> None:
    signals, _ = await node(database, clock)
    old = clock.now() - timedelta(seconds=KEEP + 1)
    await Signal(kind="test", subject="old", at=old).save()
    await Signal(kind="test", subject="new", at=clock.now()).save()

    clock.advance(601)
    await signals.look()

    assert [row.subject for row in await Signal.all()] == ["new"]


async def test_a_node_hears_by_itself_what_it_is_told(database: Database, clock: FakeClock) -> None:
    signals = Signals(database, clock)
    arrived = asyncio.Event()

    async def hear(_: str) -> None:
        arrived.set()

    signals.on("test", hear)
    looked = asyncio.Event()
    signals.heard = looked.set
    task = asyncio.create_task(signals.run())
    async with asyncio.timeout(5):
        await looked.wait()

    await signals.tell("test", "7")

    async with asyncio.timeout(5):
        await arrived.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_others_are_woken_once_what_was_told_has_committed(
    database: Database, clock: FakeClock
) -> None:
    signals, _ = await node(database, clock)
    spread: list[str] = []
    signals.spread = lambda: spread.append("woken")

    async with database.transaction():
        await signals.tell("test", "7")
        assert spread == []
    await signals.look()
    await signals.look()

    assert spread == ["woken"]


async def test_nobody_is_woken_for_what_was_taken_back_or_told_by_another(
    database: Database, clock: FakeClock
) -> None:
    signals, _ = await node(database, clock)
    other, _ = await node(database, clock)
    spread: list[str] = []
    signals.spread = lambda: spread.append("woken")

    await other.tell("test", "7")
    with suppress(ZeroDivisionError):
        async with database.transaction():
            await signals.tell("test", "8")
            raise ZeroDivisionError
    await signals.look()

    assert spread == []


async def test_a_node_that_is_woken_looks_at_once(database: Database, clock: FakeClock) -> None:
    one, _ = await node(database, clock)
    two = Signals(database, clock, every=3600)
    looked, heard = asyncio.Event(), asyncio.Event()
    two.heard = looked.set

    async def hear(_: str) -> None:
        heard.set()

    two.on("test", hear)
    running = asyncio.create_task(two.run())
    async with asyncio.timeout(20):
        await looked.wait()
        await one.tell("test", "7")
        two.wake()
        await heard.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
