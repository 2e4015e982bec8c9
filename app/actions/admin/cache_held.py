"""How much the cache holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from typing_extensions import TypedDict

from app.actions.admin.answer_operators import CACHED
from app.actions.admin.ask_nodes import ask_nodes
from app.container import Services


class CacheHeld(TypedDict):
    """One cache; in memory each node has its own."""

    node: str  # "all" where they share it
    store: str
    entries: int
    bytes: int


async def cache_held(
    services: Services, *, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> list[CacheHeld]:
    """Answers the shared cache, or that of each node that answers.

    Raises:
        CacheUnavailable: the shared one is away.
    """
    store = services.settings.cache.store
    if store != "memory":
        held = await services.cache.measure()
        return [{"node": "all", "store": store, "entries": held.entries, "bytes": held.bytes}]
    answers = await ask_nodes(services, CACHED, pause=pause)
    return [
        {"node": node, "store": store, "entries": answer["entries"], "bytes": answer["bytes"]}
        for node, answer in sorted(answers, key=lambda each: each[0])
    ]
