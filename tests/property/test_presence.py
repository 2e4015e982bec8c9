"""Random lives of nodes on a bus that loses, doubles and mixes: in the end all know the truth."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pkg.clock import FakeClock
from pkg.hub.company.presence import DEAD_SECONDS, LINGER_SECONDS
from tests.unit.pkg.hub.company.nodes import Nodes

NAMES = ("one", "two", "three", "four")
USERS = range(1, 6)
LOSSES = (0.0, 0.1, 0.5, 1.0)

WEIGHTS = {
    "came": 8, "went": 6, "pause": 8, "lose": 2, "mix": 3, "kill": 1, "start": 1, "stop": 1,
    "wake": 1,
}  # fmt: skip


class World:
    """Nodes, the sockets that are really open on each, and everything that may befall them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.nodes = Nodes(FakeClock())
        self.sockets: dict[str, Counter[int]] = {}
        self.started = 0
        self.loss = 0.0
        self.nodes.passes = lambda _: self.random.random() >= self.loss
        for _ in NAMES:
            self.start()

    def run(self, length: int) -> None:
        for step in self.random.choices([*WEIGHTS], [*WEIGHTS.values()], k=length):
            getattr(self, step)()

    def came(self) -> None:
        name, user = self.pick(), self.random.choice(USERS)
        self.sockets[name][user] += 1
        self.nodes.nodes[name].presence.came(user)

    def went(self) -> None:
        name = self.pick()
        if open_here := [*self.sockets[name].elements()]:
            user = self.random.choice(open_here)
            self.sockets[name][user] -= 1
            self.nodes.nodes[name].presence.went(user)

    def pause(self) -> None:
        self.nodes.tick(self.random.choice((0.2, 1.0, 4.0, 11.0)))

    def lose(self) -> None:
        self.loss = self.random.choice(LOSSES)

    def mix(self) -> None:
        """What is under way comes in another order, and some of it twice."""
        said = self.nodes.said
        said += self.random.sample(said, len(said) // 2)
        self.random.shuffle(said)
        self.nodes.deliver()

    def kill(self) -> None:
        if len(self.sockets) > 1:
            name = self.pick()
            self.nodes.kill(name)
            del self.sockets[name]

    def start(self) -> None:
        if len(self.sockets) < len(NAMES):
            self.started += 1
            name = f"{NAMES[self.started % len(NAMES)]}-{self.started}"
            self.sockets[name] = Counter()
            self.nodes.start(name)

    def stop(self) -> None:
        self.nodes.nodes[self.pick()].is_stopped = True

    def wake(self) -> None:
        self.nodes.nodes[self.pick()].wake()

    def pick(self) -> str:
        return self.random.choice([*self.sockets])

    def rest(self) -> None:
        """All works again for as long as the slowest rule takes."""
        self.loss = 0.0
        for node in self.nodes.nodes.values():
            node.wake()
        self.nodes.settle(DEAD_SECONDS + LINGER_SECONDS + 5)

    @property
    def here(self) -> set[int]:
        return {user for counts in self.sockets.values() for user in counts.elements()}


@given(st.integers(0, 2**32))
@settings(max_examples=150)
def test_in_the_end_every_node_knows_who_is_here_and_has_told_it(seed: int) -> None:
    world = World(Random(seed))

    world.run(80)
    world.rest()

    for node in world.nodes.nodes.values():
        assert {user for user in USERS if node.presence.is_online(user)} == world.here
        assert len(node.presence) == len(world.here)
        assert last_told(node.told) == dict.fromkeys(world.here, True)


@given(st.integers(0, 2**32))
@settings(max_examples=50)
def test_nobody_is_told_twice_what_they_know(seed: int) -> None:
    world = World(Random(seed))

    world.run(80)

    for node in world.nodes.nodes.values():
        known = dict.fromkeys(USERS, False)
        for states in node.told:
            assert all(known[user] != here for user, here in states.items())
            known |= states


def last_told(told: list[dict[int, bool]]) -> dict[int, bool]:
    known: dict[int, bool] = {}
    for states in told:
        known |= states
    return {user: here for user, here in known.items() if here}
