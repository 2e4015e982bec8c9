"""The one way in for messages that are committed, whoever committed them and whoever tells."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from pkg.errors import Unavailable
from pkg.hub.message import encode
from pkg.hub.room import RING, Room, Rooms
from pkg.hub.store import MessageStore

log = logging.getLogger(__name__)

GRACE_SECONDS = 0.05  # two nodes that commit at once tell out of turn: what lacks is on its way
RETRY_SECONDS = 0.5
LONGEST_PAUSE = 30.0  # between two reads of a log that breaks; doubled from one to the next
EMPTY_READS = 3  # that the log is shorter than was heard: it has lost what was told
MAX_EARLY = RING


class _Core(msgspec.Struct):
    """What makes a message one, whatever else a release may write beside it."""

    sender: str
    id: str


@dataclass(slots=True)
class Hole:
    """What a room lacks, up to *wanted*; *early* holds what came before its turn."""

    wanted: int
    faults: int = 0  # in a row, of the log
    early: dict[int, bytes] = field(default_factory=dict)


class Intake:
    """Hands messages to their rooms in order; what lacks is waited for a moment, then read.

    A conversation without a room here is nobody's concern. While it is *held* nothing reaches a
    room: this node was stopped, and does not know yet what its rooms are worth.
    """

    def __init__(
        self,
        store: MessageStore,
        rooms: Rooms,
        *,
        pause: Callable[[float], Awaitable[object]],
        is_told: Callable[[], bool],
        contradicted: Callable[[], None],
    ) -> None:
        """*is_told* says whether others tell this node what they commit.

        *contradicted* is called when a seq says something else than it did: another log.
        """
        self.healed = 0  # messages that were read from the log
        self._store = store
        self._rooms = rooms
        self._pause = pause
        self._is_told = is_told
        self._contradicted = contradicted
        self._holes: dict[int, Hole] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_held = False
        self._open = asyncio.Event()  # says the same to those who wait for it
        self._open.set()
        # Not the caller's context: a publisher may be inside a transaction of its own.
        self._context = contextvars.copy_context()

    def take(self, conversation: int, first: int, texts: tuple[bytes, ...]) -> None:
        """Takes messages without holes from *first* on; those the room has are dropped."""
        room = self._rooms.get(conversation)
        if room is None:
            return
        last = first + len(texts) - 1
        if (first > room.top + 1 and room.is_known) or self.is_held:
            self.want(conversation, last, dict(zip(range(first, last + 1), texts, strict=True)))
            return
        for seq, text in enumerate(texts, first):
            if seq > room.top or not room.is_known:
                room.publish(seq, text)
            else:
                self._check(room, seq, text)
        if hole := self._holes.get(conversation):
            _fill(room, hole)

    def want(self, conversation: int, seq: int, early: Mapping[int, bytes] | None = None) -> None:
        """Notes that the log goes up to *seq* at least, and sees to it that the room does."""
        room = self._rooms.get(conversation)
        if room is None or (room.is_known and seq <= room.top):
            return
        hole = self._holes.get(conversation)
        if hole is None:
            hole = self._holes[conversation] = Hole(seq)
            task = asyncio.create_task(self._heal(conversation, hole), context=self._context.copy())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        hole.wanted = max(hole.wanted, seq)
        if early and len(hole.early) + len(early) <= MAX_EARLY:  # what is dropped will be read
            hole.early.update(early)

    def hold(self) -> None:
        """Lets nothing through until `release`."""
        self.is_held = True
        self._open.clear()

    def release(self) -> None:
        self.is_held = False
        self._open.set()

    def forget(self) -> None:
        """Forgets what rooms lack: the log is another one."""
        for hole in self._holes.values():
            hole.wanted = 0
            hole.early.clear()

    async def close(self) -> None:
        """Ends what is under way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _heal(self, conversation: int, hole: Hole) -> None:
        try:
            if self._is_told():
                await self._pause(GRACE_SECONDS)
            empty = 0
            while empty < EMPTY_READS:
                await self._open.wait()
                room = self._rooms.get(conversation)
                if room is None or (room.is_known and room.top >= hole.wanted):
                    return
                if not room.is_known:  # somebody reads its top right now
                    await self._pause(GRACE_SECONDS)
                elif not await self._try(room, hole):
                    empty += 1
                    await self._pause(RETRY_SECONDS)
        finally:
            del self._holes[conversation]

    async def _try(self, room: Room, hole: Hole) -> bool:
        """Does as `_read`, or waits: a log that is away or breaks says nothing of what is in it."""
        try:
            has_read = await self._read(room, hole)
        except Unavailable as exc:
            await self._pause(exc.retry_after or RETRY_SECONDS)
            return True
        except Exception:
            log.exception("messages of conversation %d could not be read", room.id)
            pause = min(RETRY_SECONDS * 2**hole.faults, LONGEST_PAUSE)
            hole.faults = min(hole.faults + 1, 16)
            await self._pause(pause)
            return True
        hole.faults = 0
        return has_read

    async def _read(self, room: Room, hole: Hole) -> bool:
        """Reads a slice; False: there was none."""
        top = room.top
        found = await self._store.range(room.id, top, RING)
        if self._rooms.get(room.id) is not room or self.is_held:
            return True
        for message in found:
            if message.seq > room.top:
                room.publish(message.seq, encode(message))
                self.healed += 1
        _fill(room, hole)
        return room.top > top

    def _check(self, room: Room, seq: int, text: bytes) -> None:
        held = room.after(seq - 1, 1)
        if held is not None and not _is_same(held.bundle.texts[0], text):
            self._contradicted()


def _fill(room: Room, hole: Hole) -> None:
    """Hands on what came early and is due now."""
    while (text := hole.early.pop(room.top + 1, None)) is not None:
        room.publish(room.top + 1, text)


def _is_same(one: bytes, other: bytes) -> bool:
    return one == other or _CORE.decode(one) == _CORE.decode(other)


_CORE = msgspec.json.Decoder(_Core)
