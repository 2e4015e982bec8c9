"""What every server does when a console asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from app.container import Services
from app.providers.answering import Answering
from app.providers.report import report
from pkg.hub import CloseCode

REPORT: Final = "hub.report"
KICK: Final = "hub.kick"  # words: `user 5` or `session 9`
BUDGET: Final = "limits.budget"
CACHED: Final = "cache.held"
KICKED: Final = (CloseCode.SESSION_ENDED, "kicked")


@asynccontextmanager
async def answering(services: Services) -> AsyncIterator[None]:
    """Answers consoles for a block. For servers: a console that opened services has no sockets."""
    answers = Answering(services.signals, services.hub.node, services.clock)
    answers.on(REPORT, partial(_report, services))
    answers.on(KICK, partial(_kick, services))
    answers.on(BUDGET, partial(_budget, services))
    answers.on(CACHED, partial(_cached, services))
    task = asyncio.create_task(answers.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _report(services: Services, _: str) -> Mapping[str, Any]:
    return report(services.metrics.families(), services.clock.monotonic())


async def _budget(services: Services, _: str) -> Mapping[str, Any]:
    """Answers what this node counts by itself, where each does: nothing else is waited for."""
    if services.settings.limiter.store != "memory":
        return {"rules": []}
    found = await services.limiter.standing("code_budget", "all")
    return {"rules": [asdict(hit) for hit in found]}


async def _cached(services: Services, _: str) -> Mapping[str, Any]:
    """Answers what this node alone holds; what all share nobody has to be asked for."""
    if services.settings.cache.store != "memory":
        return {"entries": 0, "bytes": 0}
    return (await services.cache.measure())._asdict()


def _kick(services: Services, words: str) -> Mapping[str, Any]:
    kind, id = words.split(" ")
    close = services.hub.close_session if kind == "session" else services.hub.close_user
    return {"closed": close(int(id), *KICKED)}
