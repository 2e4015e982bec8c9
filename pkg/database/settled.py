"""Work that runs to its end, whatever becomes of the caller."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def settled(work: Coroutine[Any, Any, T]) -> T:
    """Runs *work* to its end; a cancellation of the caller takes effect only then.

    A BEGIN, COMMIT or checkout cut in half leaves a lock held or a connection lost, and with
    it the whole node. There is no time-out here: what is settled must bring its own.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # a second cancellation waits too
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # read, or asyncio logs it as never retrieved
        raise
