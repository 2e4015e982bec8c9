"""How far users have read, and what has reached them: gathered, written together, told once."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import msgspec

from pkg.errors import Unavailable
from pkg.hub.company.typists import CROWD, Whisper
from pkg.hub.message import conversation_address, user_address

BATCH = 256  # cursors in one statement
MOST = 10_000  # that wait: a store that is away must not fill the memory


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far *user* is in *conversation*: what reached a device of theirs, and what they read."""

    conversation: int
    user: int
    delivered: int = 0
    read: int = 0


class CursorStore(ABC):
    """Where cursors are kept. They only go forward."""

    @abstractmethod
    async def forward(self, cursors: Sequence[Cursor]) -> Sequence[Cursor]:
        """Moves stored cursors up to *cursors*, one a member, and answers those that moved, as
        they are now.

        None goes back, and none beyond the end of the log: there it stops. What is read was
        delivered. Who is no member has no cursor, and is passed over.

        Raises:
            Unavailable: the store is away; the same call may work later.
        """


class Tell(Protocol):
    """Tells every client of *users*, on every node, something that is not stored."""

    def __call__(self, users: Iterable[int], frame: object) -> None: ...


class Receipt(msgspec.Struct, frozen=True, tag="receipt", tag_field="type"):
    """How far somebody is. Cumulative: a lower one than is known is old."""

    conversation: str
    user: str
    delivered: int
    read: int


class Receipts:
    """Gathers what clients tell, and writes and tells it a few times a second.

    A crash loses what was gathered since the last time; the client's next word makes up for it,
    since each says all. *crowd* answers how many clients a room has.
    """

    def __init__(
        self, store: CursorStore, whisper: Whisper, tell: Tell, *, crowd: Callable[[int], int]
    ) -> None:
        self._store = store
        self._whisper = whisper
        self._tell = tell
        self._crowd = crowd
        self._waiting: dict[tuple[int, int], Cursor] = {}
        self._writing = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def note(self, cursor: Cursor) -> None:
        """Takes what a member told. Where too many wait already, it is as if it were lost."""
        key = cursor.conversation, cursor.user
        known = self._waiting.get(key)
        if known is not None:
            delivered = max(cursor.delivered, known.delivered)
            cursor = Cursor(*key, delivered, max(cursor.read, known.read))
        elif len(self._waiting) >= MOST:
            return
        self._waiting[key] = cursor

    async def flush(self) -> None:
        """Writes what was gathered until now, and tells what moved.

        Raises:
            Unavailable: the store is away; what was gathered waits for the next time.
        """
        async with self._writing:
            for _ in range(0, len(self._waiting), BATCH):
                await self._write([*islice(self._waiting.values(), BATCH)])

    async def _write(self, batch: Sequence[Cursor]) -> None:
        for cursor in batch:
            del self._waiting[cursor.conversation, cursor.user]
        try:
            moved = await self._store.forward(batch)
        except Unavailable:
            for cursor in batch:
                self.note(cursor)
            raise
        for cursor in moved:
            self._say(cursor)

    def _say(self, cursor: Cursor) -> None:
        frame = Receipt(
            conversation_address(cursor.conversation),
            user_address(cursor.user),
            cursor.delivered,
            cursor.read,
        )
        if self._crowd(cursor.conversation) > CROWD:  # each would tell each of the others
            self._tell([cursor.user], frame)
        else:
            self._whisper(cursor.conversation, frame)
