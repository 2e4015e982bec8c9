"""What this node answers when it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import orjson

from app.models import NodeAnswer
from app.providers.signals import Signals
from pkg.clock import Clock
from pkg.errors import Unavailable
from pkg.logger import log

WAITING = 64  # answers that may wait for the database; a flood of questions is not worth more

Answer = Mapping[str, object]
Work = Callable[[str], Answer | Awaitable[Answer]]


class Answering:
    """Does what it is asked at once, and has the answer written by a task of its own.

    A database that is slow to write must not hold up the signals, which carry revocations.
    """

    def __init__(
        self,
        signals: Signals,
        node: str,
        clock: Clock,
        *,
        save: Callable[[NodeAnswer], Awaitable[None]] = NodeAnswer.save,
    ) -> None:
        self._signals = signals
        self._node = node
        self._clock = clock
        self._save = save
        self._waiting: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(WAITING)

    def on(self, kind: str, work: Work) -> None:
        """Has *work* called with the words of each question of *kind*; what it answers is sent.

        It must not wait for anything outside of this process, for the same reason.
        """

        async def asked(subject: str) -> None:
            question, _, words = subject.partition(" ")
            made = work(words)
            answer = orjson.dumps(made if isinstance(made, Mapping) else await made)
            if not self._waiting.full():
                self._waiting.put_nowait((question, answer))

        self._signals.on(kind, asked)

    async def run(self) -> None:
        """Writes answers until it is cancelled; one that cannot be written is dropped."""
        while True:
            question, body = await self._waiting.get()
            try:
                await self._save(self._row(question, body))
            except Unavailable as exc:
                log.warning("an answer cannot be written: {reason}", reason=str(exc))
            except Exception:  # noqa: BLE001  the edge: the next one may be written
                log.exception("an answer cannot be written")

    def _row(self, question: str, body: bytes) -> NodeAnswer:
        at = self._clock.now()
        return NodeAnswer(question=question, node=self._node, body=body.decode(), at=at)
