"""Group commit: what arrives while a transaction runs is the next one. No timer, no added delay."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pkg.clock import Clock
from pkg.errors import Error, Unavailable
from pkg.hub.errors import HubStopped, MessageRefused, StoreBusy
from pkg.hub.store import Ack, Draft, MessageStore

log = logging.getLogger(__name__)

BUSY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft in the queue, and who waits for it."""

    draft: Draft
    acked: asyncio.Future[Ack]
    since: float


class GroupCommit:
    """The one writer of the log on this node.

    *stored* is told of every fresh message, in the order of the log and before anyone who waits
    for its ack goes on: both happen after the commit, in one step.
    """

    def __init__(
        self,
        store: MessageStore,
        stored: Callable[[Draft, Ack], None],
        clock: Clock,
        *,
        batch: int = 512,
        queue: int = 4096,
        queue_age: float = 0.25,
    ) -> None:
        self._store = store
        self._stored = stored
        self._clock = clock
        self._batch = batch
        self._limit = queue
        self._age = queue_age
        self._queue: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._submitted = self._done = 0
        self._progress = asyncio.Event()  # set and replaced after every commit
        self._is_stopped = False

    @property
    def is_pressed(self) -> bool:
        """The oldest in the queue waits longer than it should: take in less."""
        return bool(self._queue) and self._clock.monotonic() - self._queue[0].since > self._age

    def submit(self, draft: Draft) -> asyncio.Future[Ack]:
        """Queues *draft* and answers its ack to come; calls in turn are stored in turn.

        The future raises Unavailable (try again under the same ref), IdReused, ConversationGone
        or MessageRefused. Whoever stops waiting for it does not take the draft back.

        Raises:
            StoreBusy: the queue is full.
            HubStopped: this node takes no more.
        """
        if self._is_stopped:
            raise HubStopped("the hub is stopped", retry_after=BUSY_SECONDS)
        if len(self._queue) >= self._limit:
            raise StoreBusy("too many messages wait for the store", retry_after=BUSY_SECONDS)
        acked: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(draft, acked, self._clock.monotonic()))
        self._submitted += 1
        self._arrived.set()
        return acked

    async def run(self) -> None:
        """Commits for as long as the node lives. A task of its own, outside any transaction."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._queue:
                    size = min(len(self._queue), self._batch)
                    await self._commit([self._queue.popleft() for _ in range(size)])
                    self._done += size
                    self._progress.set()
                    self._progress = asyncio.Event()
        finally:
            self._is_stopped = True
            gone = HubStopped("the hub was stopped", retry_after=BUSY_SECONDS)
            _refuse(self._queue, gone)
            self._progress.set()

    async def settle(self) -> None:
        """Returns once all that was submitted until now is committed, whatever comes meanwhile."""
        until = self._submitted
        while self._done < until and not self._is_stopped:
            await self._progress.wait()

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._store.append([each.draft for each in batch])
        except Unavailable as exc:
            _refuse(batch, exc)
        except asyncio.CancelledError:
            _refuse(batch, HubStopped("the hub was stopped", retry_after=BUSY_SECONDS))
            raise
        except Exception as exc:  # noqa: BLE001  one draft spoils the batch: find out which
            await self._bisect(batch, exc)
        else:
            self._tell(batch, outcomes)

    async def _bisect(self, batch: Sequence[Waiting], exc: Exception) -> None:
        if len(batch) == 1:
            log.error("the store refuses a message of user %s", batch[0].draft.sender, exc_info=exc)
            _refuse(batch, MessageRefused("the store refuses this message"))
            return
        half = len(batch) // 2
        await self._commit(batch[:half])
        await self._commit(batch[half:])

    def _tell(self, batch: Sequence[Waiting], outcomes: Sequence[Ack | Error]) -> None:
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Error):
                _refuse((waiting,), outcome)
                continue
            if not outcome.dup:
                self._stored(waiting.draft, outcome)
            if not waiting.acked.done():  # cancelled: nobody waits any more
                waiting.acked.set_result(outcome)


def _refuse(batch: Sequence[Waiting] | deque[Waiting], exc: Error) -> None:
    for waiting in batch:
        if not waiting.acked.done():
            waiting.acked.set_exception(exc)
            waiting.acked.exception()  # read, or asyncio logs it when nobody waits
