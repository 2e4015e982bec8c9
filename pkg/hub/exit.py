"""How everybody leaves: a node that ends, and doors that close for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

from pkg.hub.client import Client
from pkg.hub.errors import CloseCode
from pkg.hub.manager import ClientManager
from pkg.hub.message import Reconnect

CLOSE_SLICE: Final = 200  # sockets closed in one turn of the loop
SPREAD: Final = 2.0  # seconds over which a crowd is sent away, a slice at a time


class Exit:
    """Sends the clients of *manager* away. *settle* returns once what they posted is answered."""

    def __init__(self, manager: ClientManager, settle: Callable[[], Awaitable[None]]) -> None:
        self.is_closed = False  # to those who come
        self.emptied = asyncio.Event()  # to be set whenever the last client is gone
        self._manager = manager
        self._settle = settle

    async def drain(self, grace: float) -> None:
        """Sends clients elsewhere, spread over *grace* seconds, and closes who stays (1012).

        What they post meanwhile is still committed and acked.
        """
        self.is_closed = True
        clients = tuple(self._manager.clients)
        for number, client in enumerate(clients):
            _ask_back(client, grace * 0.8 * number / len(clients))
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._until_empty()
        await self._settle()
        for number, client in enumerate(tuple(self._manager.clients), start=1):
            client.close(CloseCode.RESTART, "restart", linger=True)
            if number % CLOSE_SLICE == 0:
                await asyncio.sleep(0)

    def send_away(self, after: float) -> None:
        """Closes everybody (1012) over SPREAD seconds, a crowd a slice at a time.

        They are told to come back in *after* seconds to twice that. Who comes meanwhile stays:
        whoever calls this keeps the door.
        """
        clients = tuple(self._manager.clients)
        waits = [after * (1 + number / len(clients)) for number in range(len(clients))]
        away = tuple(zip(clients, waits, strict=True))
        loop = asyncio.get_running_loop()
        for start in range(0, len(away), CLOSE_SLICE):
            part = away[start : start + CLOSE_SLICE]
            loop.call_later(SPREAD * start / len(away), _send_away, part)

    async def _until_empty(self) -> None:
        while self._manager.clients:
            self.emptied.clear()
            await self.emptied.wait()


def _send_away(part: Iterable[tuple[Client, float]]) -> None:
    for client, wait in part:
        if not client.is_closed:
            _ask_back(client, wait)
            client.close(CloseCode.RESTART, "maintenance", linger=True)


def _ask_back(client: Client, seconds: float) -> None:
    """Tells *client* when to come back, where it would understand."""
    if client.dialect == "chat.v1" and client.is_greeted:
        client.send(Reconnect(round(seconds * 1000)))
