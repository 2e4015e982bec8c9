"""A node's ear on a bus, and how a test waits for what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from pkg.hub.bus import Bus

PATIENCE = 20.0  # seconds, on a busy machine


class Listener:
    """Starts a bus and keeps what it delivers and tells."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.heard: list[bytes] = []
        self.changes: list[bool] = []
        self._news = asyncio.Event()

    async def until(self, is_so: Callable[[Self], bool], *, pump: Callable[[], None]) -> None:
        """Returns once *is_so*; *pump* moves a network that stands still by itself."""
        async with asyncio.timeout(PATIENCE):
            while not is_so(self):
                self._news.clear()
                pump()
                if not is_so(self):
                    await self._news.wait()

    async def start(self) -> None:
        await self.bus.start(self._deliver, self._changed)

    def _deliver(self, envelope: bytes) -> None:
        self.heard.append(envelope)
        self._news.set()

    def _changed(self, is_up: bool) -> None:
        self.changes.append(is_up)
        self._news.set()
