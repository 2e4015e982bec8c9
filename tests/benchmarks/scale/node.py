"""One node of many under load, in simulated time: what it spends, and how late messages are.

A turn of the loop takes what has come, which is more the longer the last turn was: so messages
share writes and commits more under load, as in the hub.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.scale.costs import Costs
from tests.benchmarks.scale.workload import Crowd

MICRO = 1e-6
PING_SECONDS = 25.0
BATCH = 512  # HUB_BATCH
MOST_MESSAGES = 20_000  # that a run looks at
MOST_SECONDS = 60.0

Room = tuple[int, int]  # members, number


@dataclass(slots=True)
class Message:
    """One that is under way: when it was sent, where to, and whether its sender is here."""

    at: float
    room: Room
    is_ours: bool


@dataclass(slots=True)
class Load:
    """What a node did in a run; rates are for a second of it."""

    seconds: float = 0.0
    busy: float = 0.0  # seconds of CPU
    delivered: int = 0
    writes: int = 0
    commits: int = 0
    rows: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The share of a core that it needs; above 1 it falls behind."""
        return self.busy / self.seconds

    @property
    def joined(self) -> float:
        """Messages for one write."""
        return self.delivered / max(self.writes, 1)

    @property
    def batch(self) -> float:
        """Messages for one commit."""
        return self.rows / max(self.commits, 1)

    def delay(self, part: float = 0.99) -> float:
        """Answers the seconds within which that part of messages was written to the last member."""
        ordered = sorted(self.delays)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0


class Node:
    """One of *nodes* that share *crowd* evenly; *tick* is HUB_TICK_MS in seconds."""

    def __init__(
        self, crowd: Crowd, nodes: int, costs: Costs, *, tick: float = 0.0, seed: int = 1
    ) -> None:
        self._crowd = crowd
        self._nodes = nodes
        self._costs = costs
        self._tick = tick
        self._chance = random.Random(seed)
        self._load = Load()
        self._now = 0.0
        self._next = 0.0  # when the next message is sent, somewhere
        self._inbox: list[Message] = []
        self._queue: list[Message] = []
        self._batch: Sequence[Message] = ()
        self._done_at = float("inf")
        self._dirty: dict[Room, list[Message]] = {}
        self._flush_at = 0.0

    def run(self) -> Load:
        """Answers what it does until it is clear how busy it is."""
        most = min(MOST_SECONDS, MOST_MESSAGES / self._crowd.rate)
        while self._now < most:
            spent = MICRO * self._turn()
            self._load.busy += spent
            self._now += spent
            if not spent:
                self._now = self._wakes_at()
        self._load.seconds = self._now
        self._load.busy += self._now * MICRO * self._pings() * self._costs.ping
        return self._load

    def _wakes_at(self) -> float:
        flush = self._flush_at if self._dirty else float("inf")
        return max(min(self._next, self._done_at, flush), self._now)

    def _pings(self) -> float:
        """Quiet clients that are asked in a second; nearly all are quiet."""
        return self._crowd.users / self._nodes / PING_SECONDS

    def _turn(self) -> float:
        """Does what is due, and answers the microseconds it took."""
        self._arrive()
        spent = self._take()
        if self._now >= self._done_at:
            spent += self._finish()
        if self._queue and self._done_at == float("inf"):
            self._begin()
        if self._dirty and self._now >= self._flush_at:
            spent += self._flush(spent)
        return spent

    def _arrive(self) -> None:
        while self._next <= self._now:
            ours = self._chance.random() < 1 / self._nodes
            self._inbox.append(Message(self._next, self._crowd.room(self._chance), ours))
            self._next += self._chance.expovariate(self._crowd.rate)

    def _take(self) -> float:
        """Ours are received and queued; others' come by the bus, as many in an envelope as ours."""
        costs, spent = self._costs, 0.0
        for message in self._inbox:
            if message.is_ours:
                spent += costs.receive
                self._queue.append(message)
                continue
            spent += costs.hear_row + costs.hear / max(self._load.batch, 1)
            self._dirty.setdefault(message.room, []).append(message)
        self._inbox.clear()
        return spent

    def _begin(self) -> None:
        self._batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
        took = self._costs.commit_ms + self._costs.commit_row_ms * len(self._batch)
        self._done_at = self._now + took / 1000

    def _finish(self) -> float:
        rows = len(self._batch)
        self._load.commits += 1
        self._load.rows += rows
        for message in self._batch:
            self._dirty.setdefault(message.room, []).append(message)
        self._done_at = float("inf")
        published = self._costs.publish if self._nodes > 1 else 0.0
        return self._costs.commit + self._costs.commit_row * rows + published

    def _flush(self, before: float) -> float:
        """One write for each member here, with all that its room has for it."""
        spent, costs = 0.0, self._costs
        for (members, _), messages in self._dirty.items():
            here = self._here(members, any(message.is_ours for message in messages))
            if not here:
                continue
            kib = len(messages) * self._crowd.message_bytes / 1024
            spent += len(messages) * costs.frame + here * (costs.send + costs.send_kib * kib)
            self._load.writes += here
            self._load.delivered += here * len(messages)
            at = self._now + MICRO * (before + spent)
            self._load.delays += [at - message.at for message in messages]
        self._dirty.clear()
        self._flush_at = self._now + self._tick
        return spent

    def _here(self, members: int, has_sender: bool) -> int:
        """How many of a room's members are on this node."""
        if self._nodes == 1:
            return members
        others = members - has_sender
        mean = others / self._nodes
        if mean > 50:  # as good as the whole distribution
            spread = (mean * (1 - 1 / self._nodes)) ** 0.5
            return max(round(self._chance.gauss(mean, spread)), 0) + has_sender
        chance = self._chance.random
        return sum(chance() < 1 / self._nodes for _ in range(others)) + has_sender
