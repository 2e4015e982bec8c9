from __future__ import annotations

import asyncio

import pytest

from pkg.database import settled


async def test_it_answers_what_the_work_answers() -> None:
    async def work() -> int:
        return 7

    assert await settled(work()) == 7


async def test_it_raises_what_the_work_raises() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await settled(work())


@pytest.mark.parametrize("cancels", [1, 3])
@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancelled_caller_waits_for_the_end_of_the_work(
    cancels: int, *, fails: bool
) -> None:
    began, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        await may_end.wait()
        ended.set()
        if fails:
            raise ZeroDivisionError

    caller = asyncio.ensure_future(settled(work()))
    await began.wait()
    for _ in range(cancels):
        caller.cancel()
        await asyncio.wait([caller], timeout=0)
        assert not caller.done()
    may_end.set()

    with pytest.raises(asyncio.CancelledError):
        await caller
    assert ended.is_set()


async def test_work_that_is_itself_cancelled_ends_the_wait() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await settled(work())
