"""What is left of the codes the whole site may send."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from typing_extensions import TypedDict

from app.actions.admin.answer_operators import BUDGET
from app.actions.admin.ask_nodes import ask_nodes
from app.container import Services
from pkg.limiter import Hit


class Budget(TypedDict):
    """One rule of LIMITER_CODE_BUDGET, as it stands."""

    node: str  # which counts by itself; "all" where they share the count
    limit: int
    window: int  # seconds
    left: int
    resets_in: int  # seconds; 0 while nothing was taken


async def code_budget(
    services: Services, *, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> list[Budget]:
    """Answers every rule: of the shared count, or of each node that answers where each has its own.

    Raises:
        LimiterUnavailable: the count is away; no code is sent either.
    """
    if services.settings.limiter.store != "memory":
        found = await services.limiter.standing("code_budget", "all")
        return [_budget("all", hit) for hit in found]
    answers = await ask_nodes(services, BUDGET, pause=pause)
    return [
        _budget(node, hit)
        for node, answer in sorted(answers, key=lambda each: each[0])
        for hit in _hits(answer["rules"])
    ]


def _hits(rules: list[dict[str, object]]) -> Iterator[Hit]:
    for rule in rules:
        yield Hit(**rule)  # type: ignore[arg-type]  # as a node of this release has written it


def _budget(node: str, hit: Hit) -> Budget:
    resets_in = hit.retry_after if hit.reset_after else 0
    return {
        "node": node,
        "limit": hit.limit,
        "window": hit.window,
        "left": hit.remaining,
        "resets_in": resets_in,
    }
