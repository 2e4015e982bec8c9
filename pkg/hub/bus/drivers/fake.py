"""For tests: a network between nodes that loses, doubles and reorders what it is told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pkg.hub.bus.contract import Bus


@dataclass(frozen=True, slots=True)
class Parcel:
    """An envelope on its way."""

    to: FakeBus
    channel: str
    envelope: bytes


@dataclass(slots=True)
class FakeNetwork:
    """Keeps what is on its way until the test lets it arrive."""

    nodes: list[FakeBus] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)

    def arrive(self, number: int = 0, *, keep: bool = False) -> None:
        """Lets one parcel arrive, out of turn if *number* says so; *keep*: it will come again."""
        parcel = self.parcels[number] if keep else self.parcels.pop(number)
        parcel.to.take(parcel.envelope)

    def settle(self) -> None:
        """Lets everything arrive that is on its way, and what follows from it."""
        while self.parcels:
            self.arrive()


class FakeBus(Bus):
    """A node on a `FakeNetwork`. `sent` holds what it was asked to publish, lost or not."""

    def __init__(self, network: FakeNetwork | None = None) -> None:
        self.network = network or FakeNetwork()
        self.sent: list[tuple[str, bytes]] = []
        self._is_up = False
        self._deliver: Callable[[bytes], None] | None = None
        self._changed: Callable[[bool], None] = lambda _: None

    @property
    def is_up(self) -> bool:
        return self._is_up

    async def start(
        self, deliver: Callable[[bytes], None], changed: Callable[[bool], None]
    ) -> None:
        self._deliver, self._changed = deliver, changed
        self.network.nodes.append(self)
        self.turn(up=True)

    def publish(self, channel: str, envelope: bytes) -> None:
        self.sent.append((channel, envelope))
        if not self._is_up:
            self.dropped += 1
            return
        hearing = [node for node in self.network.nodes if node.is_up]
        self.network.parcels += [Parcel(node, channel, envelope) for node in hearing]

    def turn(self, *, up: bool) -> None:
        """Cuts this node off from the others, or brings it back."""
        if up != self._is_up:
            self._is_up = up
            self._changed(up)

    def take(self, envelope: bytes) -> None:
        """Delivers *envelope* unless this node is cut off."""
        if self._is_up and self._deliver is not None:
            self._deliver(envelope)

    async def stop(self) -> None:
        self._is_up = False
        if self in self.network.nodes:
            self.network.nodes.remove(self)
