"""A question to every node at once, and what they answer: rows there, rows back.

It needs no more than the database they share. Nothing is written while nobody asks.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import orjson

from app.models import NodeAnswer
from app.providers.signals import Signals
from pkg.clock import Clock

LEFT_BEHIND = timedelta(minutes=10)  # whoever asked is gone; clocks may be this far apart

Answer = tuple[str, Mapping[str, Any]]  # a node, and what it says


class Question:
    """One question, put as often as one likes."""

    def __init__(self, signals: Signals, kind: str) -> None:
        self._signals = signals
        self._kind = kind
        self._id = uuid.uuid4().hex

    async def put(self, words: str = "") -> None:
        """Asks every node that reads signals."""
        await self._signals.tell(self._kind, f"{self._id} {words}")

    async def take(self) -> list[Answer]:
        """Answers what has come since the last call, each once and in the order it came."""
        rows = await NodeAnswer.filter(question=self._id).order_by("id")
        if rows:  # those and no others: a smaller id may be committed later
            await NodeAnswer.filter(id__in=[row.id for row in rows]).delete()
        return [(row.node, orjson.loads(row.body)) for row in rows]


@asynccontextmanager
async def asking(signals: Signals, clock: Clock, kind: str) -> AsyncIterator[Question]:
    """A question of *kind*; what nobody took of its answers goes with it."""
    await NodeAnswer.filter(at__lt=clock.now() - LEFT_BEHIND).delete()
    question = Question(signals, kind)
    try:
        yield question
    finally:
        await question.take()
