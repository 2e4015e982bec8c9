"""One open socket, from the hub's side."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pkg.hub.message import Bundle, encode
from pkg.hub.socket.transport import Transport

Dialect = Literal["chat.v1", "plain"]

UNSETTLED = 2**63  # a cursor above every seq: in the room, and told nothing yet
NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a client belongs to, and until when."""

    user: int
    session: int
    expires_at: datetime


class Run:
    """Messages of one conversation, without holes: *first* and those after it."""

    __slots__ = ("bundle", "conversation", "first", "last")

    def __init__(self, conversation: int, first: int, texts: Sequence[bytes] | Bundle) -> None:
        self.conversation = conversation
        self.first = first
        self.bundle = texts if isinstance(texts, Bundle) else Bundle(texts)
        self.last = first + len(self.bundle.texts) - 1

    def after(self, cursor: int) -> Run:
        """Answers the part of it that comes after *cursor*."""
        if cursor < self.first:
            return self
        return Run(self.conversation, cursor + 1, self.bundle.texts[cursor + 1 - self.first :])


class Client:
    """A socket with its cursors: the last seq it was sent of each conversation.

    What it is sent of a conversation is contiguous. A client that reads too slowly *lags*: it gets
    no pushes, keeps its cursors, and is brought level from ring or log as it reads on.
    """

    __slots__ = (
        "_id",
        "address",
        "asked_at",
        "cursors",
        "declined",
        "device",
        "due_at",
        "heal",
        "heard_at",
        "identity",
        "ip",
        "is_closed",
        "is_greeted",
        "is_paused",
        "is_plain",
        "is_warned",
        "lagging",
        "opened_at",
        "transport",
    )

    def __init__(
        self,
        transport: Transport,
        *,
        dialect: Dialect = "chat.v1",
        ip: str = "",
        address: str = "",
        opened_at: float = 0.0,
        heal: Callable[[Client], None] = lambda _: None,
    ) -> None:
        self._id: str | None = None
        self.transport = transport
        self.is_plain = dialect == "plain"
        self.ip = ip
        self.address = address or ip  # what caps count by: one IPv6 network is one address
        self.identity: Identity | None = None
        self.device = ""
        self.opened_at = self.heard_at = opened_at  # monotonic
        self.asked_at = -1.0  # when it was last asked for a sign of life
        self.due_at = 0  # the second of the wheel at which it is looked at
        self.is_greeted = False  # it said hello and was welcomed
        self.is_closed = False
        self.is_paused = False  # nothing of it is read: that it is silent says nothing
        self.is_warned = False  # it was told that its token ends
        self.lagging = False
        self.cursors: dict[int, int] = {}
        self.declined = NONE  # unsubscribed: nobody puts it back in but itself
        self.heal = heal
        transport.on_full(self._full)

    @property
    def id(self) -> str:
        """A uuid; made when somebody asks, which for most sockets nobody does."""
        if self._id is None:
            self._id = uuid.uuid4().hex
        return self._id

    @property
    def dialect(self) -> Dialect:
        return "plain" if self.is_plain else "chat.v1"

    def send(self, frame: object) -> None:
        """Sends *frame*, whatever else it lags behind with: the answer to something it asked."""
        self.tell(Bundle((encode(frame),)))

    def tell(self, bundle: Bundle) -> None:
        """Sends what is encoded already, together with what else comes this turn."""
        self.transport.queue(bundle.plain if self.is_plain else bundle)

    def push(self, run: Run, *, alone: bool = True) -> None:
        """Takes what a room has just flushed, unless it lags or must be healed first.

        *alone*: nothing else comes this turn, so it may go out at once.
        """
        cursor = self.cursors.get(run.conversation)
        if cursor is None or cursor >= run.last or self.lagging:
            return
        if cursor < run.first - 1:
            self.heal(self)
            return
        self.feed(run if cursor < run.first else run.after(cursor), alone=alone)

    def feed(self, run: Run, *, alone: bool = True) -> None:
        """Takes *run*, which joins its cursor, and moves the cursor."""
        self.cursors[run.conversation] = run.last  # first: to write may find out that it lags
        bundle = run.bundle.plain if self.is_plain else run.bundle
        if alone:
            self.transport.write(bundle)
        else:
            self.transport.queue(bundle)

    def pause(self) -> None:
        """Takes in nothing more of it until `resume`."""
        self.is_paused = True
        self.transport.pause_reading()

    def resume(self) -> None:
        """Takes in again; what it was asked before is asked anew, since its answer may be late."""
        self.is_paused, self.asked_at = False, -1.0
        self.transport.resume_reading()

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        """Closes the socket; what still waits for it is dropped unless it may *linger*."""
        self.is_closed = True
        self.transport.close(code, reason, linger=linger)

    def _full(self) -> None:
        self.heal(self)
