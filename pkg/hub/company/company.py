"""What is said in passing: who is here, who types, how far somebody has read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from pkg.errors import Unavailable
from pkg.hub.client import Client
from pkg.hub.company.presence import Presence
from pkg.hub.company.receipts import CursorStore, Receipts
from pkg.hub.company.typists import Typists
from pkg.hub.company.watchers import Watchers
from pkg.hub.hub import Hub
from pkg.hub.store import Ack, Draft

TICK_SECONDS = 0.2


class Company:
    """Presence, typing and receipts over the hub's clients; `run` is a task of its own."""

    def __init__(
        self,
        hub: Hub,
        cursors: CursorStore,
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        say = partial(hub.relay.say, "presence")
        self.presence = Presence(hub.node, say, hub.clock, told=self._moved)
        hub.relay.on("presence", self.presence.hear)
        self.watchers = Watchers(self.presence.is_online)
        self.typists = Typists(hub.whisper, hub.seating.crowd, hub.clock)
        self.receipts = Receipts(cursors, hub.whisper, hub.tell, crowd=hub.seating.crowd)
        self._here: dict[Client, int] = {}
        self._hub = hub
        self._pause = pause
        hub.seating.greeted, hub.gone, hub.stored = self._came, self._went, self._stored

    async def run(self) -> None:
        """Does what is due until it is cancelled; then writes what was gathered."""
        self.presence.start()
        ticking = asyncio.create_task(self._ticking())
        try:
            while True:
                await self._pause(TICK_SECONDS)
                await self._write()
        finally:
            ticking.cancel()
            await self._write()

    def tick(self) -> None:
        """Does what is due; runs five times a second by itself."""
        self.presence.tick()
        self.watchers.flush()
        self.typists.tick()

    async def _ticking(self) -> None:
        # Apart from the writing: a store that hangs must not make this node look dead.
        while True:
            await self._pause(TICK_SECONDS)
            try:
                self.tick()
            except Exception as exc:  # noqa: BLE001  the edge: the next tick may work
                _report(exc)

    async def _write(self) -> None:
        try:
            await self.receipts.flush()
        except Unavailable:
            return  # what was gathered waits for the next time
        except Exception as exc:  # noqa: BLE001  the edge: the next batch may work
            _report(exc)

    def _came(self, client: Client) -> None:
        if client.is_closed or client.identity is None or client in self._here:
            return  # it went while it was being greeted
        self._here[client] = client.identity.user
        self.presence.came(client.identity.user)

    def _went(self, client: Client) -> None:
        self.typists.forget(client)
        self.watchers.forget(client)
        user = self._here.pop(client, None)
        if user is not None:
            self.presence.went(user)

    def _stored(self, batch: Sequence[tuple[Draft, Ack]]) -> None:
        if len(self.typists):
            for draft, _ in batch:
                for client in self._hub.manager.of_user(draft.sender):
                    self.typists.end(client, draft.conversation)

    def _moved(self, states: Mapping[int, bool]) -> None:
        self.watchers.note(states)


def _report(exc: Exception) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "presence, typing or receipts failed", "exception": exc}
    )
