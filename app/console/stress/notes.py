"""What was done and seen in a run, written down as it happens."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pkg.hub.checker import Reread, Sitting

Frame = dict[str, Any]
BETWEEN = -1


@dataclass(slots=True)
class Said:
    """A message as its sender sent it first; *peer* where it is for one user's direct talk."""

    view: str
    sender: str
    content: str
    conversation: str | None
    peer: str | None
    at: float = 0.0  # when it first went out, and to which node
    node: int | None = None
    tries: int = 0  # above one its way says nothing of the hub's pace: somebody waited to try again


@dataclass(frozen=True, slots=True)
class Ack:
    """One answer to a message; there may be several to one."""

    id: str
    conversation: str
    seq: int
    at: float
    dup: bool


@dataclass(frozen=True, slots=True)
class Delay:
    """When a message reached a view that was there when it was said, from whom, and over what."""

    view: str
    sender: str  # its view
    said_at: float
    at: float
    nodes: frozenset[int]

    @property
    def seconds(self) -> float:
        return self.at - self.said_at


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time in which a node, or with None all of them, could not do as it should.

    The node `BETWEEN` stands for the words between nodes.
    """

    what: str
    node: int | None
    since: float
    until: float


@dataclass(slots=True)
class View:
    """What one device was sent, a conversation each, over all its sockets."""

    name: str
    user: str
    starts: dict[str, int] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    frames: defaultdict[str, list[Frame]] = field(default_factory=lambda: defaultdict(list))
    rereads: dict[str, list[Reread]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class Notes:
    """The history of a run. Moments are the loop's clock."""

    said: dict[str, Said] = field(default_factory=dict)
    acks: list[Ack] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    sittings: list[Sitting] = field(default_factory=list)
    ended: dict[str, float] = field(default_factory=dict)  # session: when the server said so
    troubles: list[Trouble] = field(default_factory=list)
    slow: list[tuple[str, float, float]] = field(default_factory=list)  # view: did not read
    delays: list[Delay] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)  # whispers by sender
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)  # whispers by view, sender
    closes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)  # what may never be, seen on the way
    lag: float = 0.0  # the longest this process itself was late: a machine with too much to do

    @contextmanager
    def trouble(self, what: str, node: int | None, *, after: float = 0.0) -> Iterator[None]:
        """Notes that *node* is not to be judged in this block, and *after* seconds more."""
        since = now()
        try:
            yield
        finally:
            self.troubles.append(Trouble(what, node, since, now() + after))

    def is_clear(self, delay: Delay) -> bool:
        """Tells whether nothing was wrong with what *delay* went over."""
        hit = {None, *delay.nodes, *([BETWEEN] if len(delay.nodes) > 1 else ())}
        return not any(
            one.node in hit and one.since < delay.at and delay.said_at < one.until
            for one in self.troubles
        )


def now() -> float:
    return asyncio.get_running_loop().time()
