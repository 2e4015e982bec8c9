from __future__ import annotations

import asyncio

import pytest

from pkg.clock import FakeClock
from pkg.metrics import LoopLag


class Sleeper:
    """Lets the clock go on by what is asked for and *late* more; ends after the last of them."""

    def __init__(self, clock: FakeClock, *late: float) -> None:
        self._clock = clock
        self._late = list(late)

    async def __call__(self, seconds: float) -> None:
        if not self._late:
            raise asyncio.CancelledError
        self._clock.advance(seconds + self._late.pop(0))


async def test_only_what_a_timer_came_too_late_is_noted(clock: FakeClock) -> None:
    lag = LoopLag(clock, pause=Sleeper(clock, 0.0, 0.2, 3.0))

    with pytest.raises(asyncio.CancelledError):
        await lag.run()

    [family] = lag.families()
    assert [sample.value for sample in family.samples] == [lag.seen]
    assert lag.seen.count == 3
    assert lag.seen.sum == pytest.approx(3.2)


async def test_a_clock_that_is_put_back_is_no_lag(clock: FakeClock) -> None:
    lag = LoopLag(clock, pause=Sleeper(clock, -5.0))

    with pytest.raises(asyncio.CancelledError):
        await lag.run()

    assert (lag.seen.count, lag.seen.sum) == (1, 0.0)
