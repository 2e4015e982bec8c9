"""Group commit: what arrives while a transaction runs is the next one. There is no timer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from pkg.clock import Clock
from pkg.errors import Error, Unavailable
from pkg.hub.breaker import Breaker
from pkg.hub.errors import HubStopped, MessageRefused, StoreBusy
from pkg.hub.figures import Figures
from pkg.hub.store import Ack, Draft, MessageStore

log = logging.getLogger(__name__)

BUSY_SECONDS = 1.0
# Who writes several messages is read in several turns of the loop. A commit that begins with the
# first of them makes two writes of one for every member: three turns of patience, some 20 us,
# double what a room of a thousand can carry.
TURNS = 3
BUSY_AGES = 4  # so many times the age that pauses senders is too old: who comes is refused

Told = Callable[[Ack | Error], None]
Waiting = tuple[Draft, Told, float]  # since when; a bare tuple, made for every message


class GroupCommit:
    """The one writer of the log on this node.

    *stored* is told of the fresh messages of a batch, in the order of the log and before anyone
    who waits for an ack: both happen after the commit, in one step. *repeated* is told of those
    that an earlier try has stored, perhaps without an answer. While the store is away a
    message is refused at once, save one now and then that finds out whether it is back.
    """

    def __init__(
        self,
        store: MessageStore,
        stored: Callable[[Sequence[tuple[Draft, Ack]]], None],
        clock: Clock,
        *,
        batch: int = 512,
        queue: int = 4096,
        queue_age: float = 0.25,
        unacked: int = 128,
        repeated: Callable[[Sequence[tuple[Draft, Ack]]], None] = lambda _: None,
        figures: Figures | None = None,
    ) -> None:
        self._store = store
        self._stored = stored
        self._repeated = repeated
        self._clock = clock
        self._batch = batch
        self._limit = queue
        self._age = queue_age
        self._unacked = unacked
        self._queue: list[Waiting] = []
        self._parts: list[list[Waiting]] = []  # of the batch under way, the next one last
        self._arrived = asyncio.Event()
        self._breaker = Breaker(clock)
        self._figures = figures or Figures()
        self._submitted = self._done = 0
        self._settling: list[tuple[int, asyncio.Future[None]]] = []
        self._is_stopped = False

    @property
    def queued(self) -> int:
        """How many messages wait; those of the transaction under way do not."""
        return len(self._queue)

    def pauses(self, waiting: int) -> bool:
        """Tells whether to read no more from a client with *waiting* messages on their way.

        The noisiest are paused first: the longer the queue, the fewer may one client have in it.
        """
        if waiting >= self._unacked:
            return True
        return waiting > 0 and waiting >= self._unacked * (1 - self._pressure())

    def submit(self, draft: Draft, told: Told) -> None:
        """Queues *draft*; calls in turn are stored in turn. *told* hears of it once, later.

        It is given an Ack, Unavailable (try again under the same ref), IdReused, ConversationGone
        or MessageRefused. What it raises is logged and keeps nothing from the others.

        Raises:
            Unavailable: the store is away; or StoreBusy: too many wait, or wait for too long.
            HubStopped: this node takes no more.
        """
        if self._is_stopped:
            raise HubStopped("the hub is stopped", retry_after=BUSY_SECONDS)
        queue, now = self._queue, self._clock.monotonic()
        if queue and (len(queue) >= self._limit or now - queue[0][2] > self._age * BUSY_AGES):
            raise StoreBusy("too many messages wait for the store", retry_after=BUSY_SECONDS)
        self._breaker.enter()
        queue.append((draft, told, now))
        self._submitted += 1
        if len(queue) == 1:
            self._arrived.set()

    def acked(self, draft: Draft) -> asyncio.Future[Ack]:
        """Does as `submit` and answers the ack to come, which raises what the draft is refused for.

        Whoever stops waiting for it does not take the draft back.
        """
        acked: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.submit(draft, partial(_settle, acked))
        return acked

    async def run(self) -> None:
        """Commits for as long as the node lives. A task of its own, outside any transaction."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._queue:
                    for _ in range(TURNS):
                        await asyncio.sleep(0)
                    self._parts.append(self._queue[: self._batch])
                    del self._queue[: self._batch]
                    await self._commit()
                    self._settle()
        finally:
            self._is_stopped = True
            self._refuse_all(HubStopped("the hub was stopped", retry_after=BUSY_SECONDS))
            self._settle()

    async def settle(self) -> None:
        """Returns once all that was submitted until now is answered, whatever comes meanwhile."""
        if self._done < self._submitted:
            settled = asyncio.get_running_loop().create_future()
            self._settling.append((self._submitted, settled))
            await settled

    async def _commit(self) -> None:
        """Stores what is under way, in halves where the store refuses it as a whole."""
        while self._parts:
            part, began = self._parts[-1], self._clock.monotonic()
            try:
                outcomes = await self._store.append([draft for draft, _, _ in part])
            except Unavailable as exc:
                self._refuse_all(self._breaker.fail(exc))
                return
            except Exception as exc:  # noqa: BLE001  one draft spoils it: find out which
                self._breaker.succeed()
                self._halve(self._parts.pop(), exc)
            else:
                self._breaker.succeed()
                self._figures.commit_seconds.observe(self._clock.monotonic() - began)
                self._figures.commit_sizes.observe(len(part))
                self._parts.pop()
                if len(outcomes) == len(part):
                    self._tell(part, outcomes)
                else:
                    self._doubt(part, len(outcomes))

    def _halve(self, part: list[Waiting], exc: Exception) -> None:
        if len(part) == 1:
            log.error("the store refuses a message of user %s", part[0][0].sender, exc_info=exc)
            self._refuse(part, MessageRefused("the store refuses this message"))
            return
        half = len(part) // 2
        self._parts += (part[half:], part[:half])

    def _tell(self, part: Sequence[Waiting], outcomes: Sequence[Ack | Error]) -> None:
        pairs = list(zip(part, outcomes, strict=True))
        acks = [(each[0], outcome) for each, outcome in pairs if isinstance(outcome, Ack)]
        fresh = [pair for pair in acks if not pair[1].dup]
        self._figures.committed += len(fresh)
        try:
            self._stored(fresh)
            if len(fresh) < len(acks):
                self._repeated([pair for pair in acks if pair[1].dup])
        except Exception:  # the acks are true all the same
            log.exception("what was stored could not be published")
        for (_, told, _), outcome in pairs:
            _tell(told, outcome)
        self._done += len(part)

    def _doubt(self, part: Sequence[Waiting], count: int) -> None:
        """Answers a batch of which nobody can say what the store has answered to whom."""
        log.error("the store gave %d outcomes for %d drafts", count, len(part))
        self._refuse(part, Unavailable("the store's answer fits nobody", retry_after=BUSY_SECONDS))

    def _refuse(self, part: Sequence[Waiting], exc: Error) -> None:
        for _, told, _ in part:
            _tell(told, exc)
        self._done += len(part)

    def _refuse_all(self, exc: Error) -> None:
        """Answers everybody who waits: nothing hangs while the store is away, or after the end."""
        parts, self._parts = [*reversed(self._parts), self._queue], []
        self._queue = []
        for part in parts:
            self._refuse(part, exc)

    def _settle(self) -> None:
        due = [each for each in self._settling if each[0] <= self._done]
        self._settling = self._settling[len(due) :]
        for _, settled in due:
            if not settled.done():  # cancelled: nobody waits any more
                settled.set_result(None)

    def _pressure(self) -> float:
        """Answers 0 while all is well, up to 1 where the next message is refused."""
        if not self._queue:
            return 0.0
        age = (self._clock.monotonic() - self._queue[0][2]) / self._age
        fill = len(self._queue) / self._limit
        return min(1.0, max(fill, age / BUSY_AGES)) if age > 1 or fill > 0.5 else 0.0


def _tell(told: Told, outcome: Ack | Error) -> None:
    try:
        told(outcome)
    except Exception:
        log.exception("who waited for a commit raised")


def _settle(acked: asyncio.Future[Ack], outcome: Ack | Error) -> None:
    if acked.done():  # cancelled: nobody waits any more
        return
    if isinstance(outcome, Error):
        acked.set_exception(outcome)
        acked.exception()  # read, or asyncio logs it when nobody waits
    else:
        acked.set_result(outcome)
