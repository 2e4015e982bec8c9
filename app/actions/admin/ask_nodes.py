"""One question to every node, and the answers of those that are there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from app.container import Services
from app.providers.asking import Answer, asking

PATIENCE: Final = 1.5  # seconds without an answer: nobody knows how many nodes there are
MOST: Final = 10.0  # seconds in all
LOOK_EVERY: Final = 0.1


async def ask_nodes(
    services: Services,
    kind: str,
    words: str = "",
    *,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> list[Answer]:
    """Puts the question *kind* to every node and waits as long as they go on answering."""
    answers: list[Answer] = []
    async with asking(services.signals, services.clock, kind) as question:
        await question.put(words)
        looks = last = 0
        while looks < min(last + round(PATIENCE / LOOK_EVERY), round(MOST / LOOK_EVERY)):
            await pause(LOOK_EVERY)
            looks += 1
            if found := await question.take():
                answers, last = [*answers, *found], looks
    return answers
