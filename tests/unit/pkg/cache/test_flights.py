from __future__ import annotations

import asyncio

from pkg.cache.flights import Flights


async def test_an_error_nobody_waits_for_any_more_is_read() -> None:
    flights, go_on = Flights(), asyncio.Event()

    async def work() -> None:
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            raise ValueError("late") from None

    alone = asyncio.create_task(flights.join("k", work))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    alone.cancel()
    await asyncio.gather(alone, return_exceptions=True)
    await asyncio.sleep(0)

    assert len(flights) == 0


async def test_work_outside_a_flight_is_not_current() -> None:
    assert not Flights().is_current("k")
