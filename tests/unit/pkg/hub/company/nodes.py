"""Nodes that tell each other of their users, over a bus that loses what the test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pkg.clock import FakeClock
from pkg.hub.company.presence import Presence


def deliver_all(_: bytes) -> bool:
    return True


@dataclass
class Node:
    """One node, and what it told its watchers."""

    presence: Presence
    told: list[dict[int, bool]] = field(default_factory=list)
    is_stopped: bool = False  # SIGSTOP: it neither hears nor ticks, and hears it all on waking
    missed: list[bytes] = field(default_factory=list)

    def hear(self, word: bytes) -> None:
        self.missed.append(word)
        if not self.is_stopped:
            self.wake()

    def wake(self) -> None:
        self.is_stopped, words, self.missed = False, self.missed, []
        for word in words:
            self.presence.hear(word)


class Nodes:
    """All nodes of a test. What is said is queued and delivered by `settle`, to the sayer too."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.nodes: dict[str, Node] = {}
        self.said: list[bytes] = []  # not delivered yet
        self.count = 0
        self.passes: Callable[[bytes], bool] = deliver_all

    def start(self, name: str) -> Node:
        told: list[dict[int, bool]] = []

        def note(states: Mapping[int, bool]) -> None:
            told.append(dict(states))

        node = Node(Presence(name, self.say, self.clock, told=note), told)
        self.nodes[name] = node
        node.presence.start()
        return node

    def kill(self, name: str) -> None:
        del self.nodes[name]

    def say(self, word: bytes) -> None:
        self.said.append(word)
        self.count += 1

    def deliver(self) -> None:
        words, self.said = self.said, []
        for word in words:
            for node in self.nodes.values():
                if self.passes(word):
                    node.hear(word)

    def tick(self, seconds: float = 0.0) -> None:
        self.clock.advance(seconds)
        for node in self.nodes.values():
            if not node.is_stopped:
                node.presence.tick()
        self.deliver()

    def settle(self, seconds: float = 3.0) -> None:
        """Lets *seconds* pass, a second at a time."""
        for _ in range(round(seconds)):
            self.tick(1.0)
        self.tick()
