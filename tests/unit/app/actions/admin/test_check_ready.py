from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from app.actions.admin.check_ready import NotReady, check_ready


class Pinged:
    """Something that answers, raises, or hangs."""

    def __init__(self, failure: BaseException | None = None, *, hangs: bool = False) -> None:
        self.failure, self.hangs = failure, hangs

    async def ping(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
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
