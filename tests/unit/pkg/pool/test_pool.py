from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from pkg.errors import Unavailable
from pkg.pool import Pool


class Full(Unavailable):
    code = "test.full"


class Gate:
    """Work that waits until the test opens it."""

    def __init__(self) -> None:
        self.open, self.lock = threading.Event(), threading.Lock()
        self.running, self.most, self.names = 0, 0, set[str]()

    def __call__(self) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
            self.names.add(threading.current_thread().name)
        assert self.open.wait(10), "the loop cannot open the gate: it is held itself"
        with self.lock:
            self.running -= 1
        return "done"


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open.set()


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool("test", workers=2, max_waiting=3, full=lambda: Full("no place", retry_after=7))
    yield made
    made.close()


async def test_work_is_done_off_the_loop_in_no_more_threads_than_allowed(
    pool: Pool, gate: Gate
) -> None:
    waiting = [asyncio.create_task(pool.run(gate)) for _ in range(3)]
    await asyncio.sleep(0)  # the loop is free to go on while three pieces of work wait
    gate.open.set()

    assert await asyncio.gather(*waiting) == ["done"] * 3
    assert gate.most <= 2
    assert all(name.startswith("test") for name in gate.names)


async def test_whoever_finds_no_place_gets_the_error_of_the_pool(pool: Pool, gate: Gate) -> None:
    waiting = [asyncio.create_task(pool.run(gate)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(Full) as refused:
        await pool.run(gate)
    gate.open.set()
    await asyncio.gather(*waiting)

    assert refused.value.retry_after == 7
    assert await pool.run(gate) == "done"


async def test_a_caller_that_left_keeps_its_place_while_its_work_runs(gate: Gate) -> None:
    pool = Pool("test", workers=1, max_waiting=1, full=Full)
    left = asyncio.create_task(pool.run(gate))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)

    with pytest.raises(Full):
        await pool.run(gate)
    gate.open.set()
    pool.close()


async def test_a_caller_that_left_before_its_work_began_frees_its_place(
    pool: Pool, gate: Gate
) -> None:
    first, second, third = (asyncio.create_task(pool.run(gate)) for _ in range(3))
    await asyncio.sleep(0)
    third.cancel()
    await asyncio.gather(third, return_exceptions=True)
    another = asyncio.create_task(pool.run(gate))
    await asyncio.sleep(0)
    gate.open.set()

    assert [await each for each in (first, second, another)] == ["done"] * 3


async def test_what_the_work_raises_reaches_its_caller_and_frees_the_place() -> None:
    pool = Pool("test", workers=1, max_waiting=1, full=Full)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 // 0)
    pool.close()


async def test_closing_lets_running_work_end_and_drops_what_waits(gate: Gate) -> None:
    pool = Pool("test", workers=1, max_waiting=2, full=Full)
    running = asyncio.create_task(pool.run(gate))
    dropped = asyncio.create_task(pool.run(gate))
    await asyncio.sleep(0)

    closing = asyncio.create_task(asyncio.to_thread(pool.close))
    with pytest.raises(asyncio.CancelledError):
        await dropped
    gate.open.set()
    await closing

    assert await running == "done"
