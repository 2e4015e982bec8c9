from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from app.actions.admin.check_ready import NotReady, check_ready


class Pinged:
    """Something that answers, raises, or hangs; a stubborn one hangs on when it is cancelled."""

    def __init__(
        self, failure: BaseException | None = None, *, hangs: bool = False, stubborn: bool = False
    ) -> None:
        self.failure, self.hangs, self.stubborn = failure, hangs, stubborn
        self.end = asyncio.Event()

    async def ping(self) -> None:
        if self.hangs:
            try:
                await self.end.wait()
            finally:
                if self.stubborn:
                    await self.end.wait()
        if self.failure is not None:
            raise self.failure


def services(database: Pinged, redis: Pinged | None = None) -> Any:
    return SimpleNamespace(database=database, redis=redis)


async def test_a_node_is_ready_when_all_it_needs_answers() -> None:
    assert await check_ready(services(Pinged())) == {"database": "ok"}
    assert await check_ready(services(Pinged(), Pinged())) == {"database": "ok", "redis": "ok"}


async def test_whatever_gives_no_answer_is_named() -> None:
    with pytest.raises(NotReady) as raised:
        await check_ready(services(Pinged(RuntimeError("secret")), Pinged(OSError())))

    assert raised.value.params == {"down": "database, redis"}
    assert "secret" not in str(raised.value)


async def test_what_hangs_is_not_waited_for() -> None:
    with pytest.raises(NotReady, match="redis"):
        await check_ready(services(Pinged(), Pinged(hangs=True)), patience=0)


async def test_what_does_not_give_up_when_told_to_is_not_waited_for_either() -> None:
    stubborn = Pinged(OSError(), hangs=True, stubborn=True)

    with pytest.raises(NotReady, match="database"):
        await check_ready(services(stubborn), patience=0)

    others = asyncio.all_tasks() - {asyncio.current_task()}
    stubborn.end.set()
    await asyncio.wait(others)
