"""A bus inside one process; a node alone in it pays nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pkg.hub.bus.contract import Bus


class Exchange:
    """Where the nodes of one process meet."""

    def __init__(self) -> None:
        self.nodes: dict[MemoryBus, Callable[[bytes], None]] = {}


class MemoryBus(Bus):
    """One node's place at *exchange*; without one it is alone."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self._exchange = exchange or Exchange()

    @property
    def is_alone(self) -> bool:  # type: ignore[override]  # it depends on who else is there
        return len(self._exchange.nodes) < 2

    @property
    def is_up(self) -> bool:
        return self in self._exchange.nodes

    async def start(
        self, deliver: Callable[[bytes], None], changed: Callable[[bool], None]
    ) -> None:
        self._exchange.nodes[self] = deliver
        changed(True)

    def publish(self, channel: str, envelope: bytes) -> None:
        if not self.is_up:
            self.dropped += 1
            return
        loop = asyncio.get_running_loop()
        for node in self._exchange.nodes:
            loop.call_soon(node.take, envelope)

    def take(self, envelope: bytes) -> None:
        """Delivers what was on its way, unless this node has stopped meanwhile."""
        if deliver := self._exchange.nodes.get(self):
            deliver(envelope)

    async def stop(self) -> None:
        self._exchange.nodes.pop(self, None)
