"""N callers behind one barrier: how a test shows that exactly one of them wins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def race(callers: int, call: Callable[[int], Awaitable[T]]) -> list[T | BaseException]:
    """Starts *callers* calls at one moment and answers what each gave or raised, in caller order.

    *call* is handed its caller's number, from 0.
    """
    barrier = asyncio.Barrier(callers)

    async def one(number: int) -> T:
        await barrier.wait()
        return await call(number)

    return await asyncio.gather(*(one(n) for n in range(callers)), return_exceptions=True)
