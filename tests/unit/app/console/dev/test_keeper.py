"""Programs that are kept running; each is a real process that says when it is up."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.console.dev.keeper import TOO_SOON, Keeper, Program
from pkg.clock import FakeClock

PATIENCE = 30  # seconds; a shared machine
STAYS = "import signal; print('up', flush=True); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, lambda *_: print('no', flush=True))\n"
    "print('up', flush=True)\nwhile True: signal.pause()"
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are handed on")


class Hasty(FakeClock):
    """A clock by which whatever is looked at has taken its time."""

    def monotonic(self) -> float:
        self.advance(TOO_SOON)
        return super().monotonic()


class Kept:
    """A keeper at work, and what it has said."""

    def __init__(self, source: str, clock: FakeClock) -> None:
        self._told = asyncio.Queue[str]()
        program = Program("test", (sys.executable, "-c", source))
        self.keeper = Keeper(program, self._told.put_nowait, clock=clock)

    async def next(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return await self._told.get()


@asynccontextmanager
async def kept(source: str, clock: FakeClock) -> AsyncIterator[Kept]:
    made = Kept(source, clock)
    running = asyncio.create_task(made.keeper.run())
    try:
        yield made
    finally:
        made.keeper.end(hurry=True)
        async with asyncio.timeout(PATIENCE):
            await running


async def test_what_it_prints_is_said_line_by_line_and_errors_too(clock: FakeClock) -> None:
    source = "import sys; print('one'); sys.stdout.flush(); print('two\\xff', file=sys.stderr)"
    async with kept(source, clock) as it:
        assert [await it.next(), await it.next()] == ["one", "twoÿ"]


async def test_a_program_that_could_not_start_waits_for_a_change(clock: FakeClock) -> None:
    async with kept("raise SystemExit(3)", clock) as it:
        assert await it.next() == "ended with 3: it starts again when a file changes"

        it.keeper.renew()

        assert await it.next() == "ended with 3: it starts again when a file changes"


async def test_a_program_that_crashes_later_starts_again_by_itself() -> None:
    async with kept("print('up'); raise SystemExit(3)", Hasty()) as it:
        for _ in range(2):
            assert await it.next() == "up"
            assert await it.next() == "ended with 3: it starts again"


async def test_a_change_starts_it_anew(clock: FakeClock) -> None:
    async with kept(STAYS, clock) as it:
        assert await it.next() == "up"

        it.keeper.renew()

        assert await it.next() == "up"


async def test_it_ends_when_it_is_asked_to(clock: FakeClock) -> None:
    made = Kept(STAYS, clock)
    running = asyncio.create_task(made.keeper.run())
    assert await made.next() == "up"

    made.keeper.end()

    async with asyncio.timeout(PATIENCE):
        await running


async def test_what_will_not_end_is_ended(clock: FakeClock) -> None:
    made = Kept(STUBBORN, clock)
    running = asyncio.create_task(made.keeper.run())
    assert await made.next() == "up"
    made.keeper.end()
    assert await made.next() == "no"

    made.keeper.end(hurry=True)

    async with asyncio.timeout(PATIENCE):
        await running


async def test_who_waits_for_a_change_can_be_ended(clock: FakeClock) -> None:
    made = Kept("raise SystemExit(3)", clock)
    running = asyncio.create_task(made.keeper.run())
    await made.next()

    made.keeper.end()

    async with asyncio.timeout(PATIENCE):
        await running


async def test_a_line_without_an_end_comes_in_parts(clock: FakeClock) -> None:
    source = f"print('x' * {3 << 20})"
    async with kept(source, clock) as it:
        said = ""
        while len(said) < 3 << 20:
            said += await it.next()

    assert set(said) == {"x"}
