"""One open socket, from the hub's side."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pkg.hub.message import encode, plain
from pkg.hub.transport import Transport

Dialect = Literal["chat.v1", "plain"]

UNSETTLED = 2**63  # a cursor above every seq: in the room, and told nothing yet


@dataclass(frozen=True, slots=True)
class Run:
    """Framed messages of one conversation, without holes: *first* and those after it."""

    conversation: int
    first: int
    frames: tuple[bytes, ...]

    @property
    def last(self) -> int:
        return self.first + len(self.frames) - 1


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a client belongs to, and until when."""

    user: int
    session: int
    expires_at: datetime


class Client:
    """A socket with its cursors: the last seq it was sent of each conversation.

    What it is sent of a conversation is contiguous. A client that reads too slowly *lags*: it gets
    no pushes, keeps its cursors, and is brought level from ring or log as it reads on.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        dialect: Dialect = "chat.v1",
        ip: str = "",
        address: str = "",
        high: int = 262_144,
        opened_at: float = 0.0,
        heal: Callable[[Client], None] = lambda _: None,
    ) -> None:
        self.id = uuid.uuid4().hex
        self.transport = transport
        self.dialect: Dialect = dialect
        self.ip = ip
        self.address = address or ip  # what caps count by: one IPv6 network is one address
        self.identity: Identity | None = None
        self.device = ""
        self.opened_at = opened_at  # monotonic
        self.is_greeted = False  # it said hello and was welcomed
        self.is_closed = False
        self.is_warned = False  # it was told that its token ends
        self.lagging = False
        self.lagging_since = 0.0
        self.cursors: dict[int, int] = {}
        self.declined: set[int] = set()  # unsubscribed: nobody puts it back in but itself
        self._high = high
        self._heal = heal

    @property
    def is_full(self) -> bool:
        """More waits for it than it may have waiting: do not read from it either."""
        return self.transport.buffered > self._high

    def send(self, frame: object) -> None:
        """Sends *frame*, whatever else it lags behind with: the answer to something it asked."""
        self.transport.write((self.wire(encode(frame)),))

    def write(self, frames: Sequence[bytes]) -> None:
        """Sends what is encoded already."""
        self.transport.write([self.wire(frame) for frame in frames])

    def wire(self, frame: bytes) -> bytes:
        return frame if self.dialect == "chat.v1" else plain(frame)

    def push(self, run: Run) -> None:
        """Takes what a room has just flushed, unless it must be healed first."""
        cursor = self.cursors.get(run.conversation)
        if cursor is None or cursor >= run.last:
            return
        if self.lagging or cursor < run.first - 1 or not self.feed(run):
            self._heal(self)

    def feed(self, run: Run) -> bool:
        """Takes what its cursor lacks of *run*, up to the high mark; tells whether it has it all.

        A run that does not join its cursor is left alone, and counts as not had.
        """
        cursor = self.cursors.get(run.conversation)
        if cursor is None or cursor >= run.last:
            return True
        if cursor < run.first - 1:
            return False
        taken = self._fitting(run.frames[cursor - run.first + 1 :])
        self.write(taken)
        self.cursors[run.conversation] = cursor + len(taken)
        return cursor + len(taken) == run.last

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        """Closes the socket; what still waits for it is dropped unless it may *linger*."""
        self.is_closed = True
        self.transport.close(code, reason, linger=linger)

    def _fitting(self, frames: Sequence[bytes]) -> Sequence[bytes]:
        """Answers the beginning of *frames* that brings the outbox to its high mark, or just over.

        Stopping short of the mark would leave a transport that only tells when it falls below.
        """
        space = self._high - self.transport.buffered
        for number, frame in enumerate(frames):
            if space < 0:
                return frames[:number]
            space -= len(frame)
        return frames
