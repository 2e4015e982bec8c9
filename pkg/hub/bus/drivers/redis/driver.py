"""A bus over Redis's pub/sub: one server, a cluster, or a master that sentinels name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import SystemRandom
from typing import Any

from pkg.errors import Error
from pkg.hub.bus.contract import CHANNELS, Bus, BusRefused, BusUnavailable
from pkg.hub.bus.drivers.redis.address import Address, read_address
from pkg.hub.bus.drivers.redis.link import Link
from pkg.hub.bus.drivers.redis.topology import Cluster, Plan, Sentinel, Single, Topology
from pkg.metrics import Histogram

FIRST_PAUSE, LAST_PAUSE = 0.1, 2.0  # seconds between two tries, before jitter
FOLLOW_SECONDS = 5.0  # between two looks at who carries what
JITTER = SystemRandom()

Pause = Callable[[float], Awaitable[object]]


class RedisBus(Bus):
    """One link a server that carries channels; all are up, or the bus is down and comes anew.

    While it is down the log is polled, so half a bus is not worth the states it would bring.
    Channels are named `{prefix}:{db}:hub:{channel}`: Redis's own know no database.
    """

    def __init__(
        self,
        url: str,
        *,
        prefix: str,
        timeout: float = 2.0,
        pause: Pause = asyncio.sleep,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """*told* hears in one line when the bus goes down and comes back.

        Raises:
            BadBusUrl: *url* cannot be understood.
        """
        address = read_address(url)
        self._topology = _topology(address, timeout=timeout)
        self._names = {each: f"{prefix}:{address.db}:hub:{each}" for each in CHANNELS}
        self.delays: Histogram = Histogram()
        self._timeout = timeout
        self._pause = pause
        self._told = told
        self._plan: Plan = {}
        self._links: tuple[Link, ...] = ()
        self._routes: dict[str, tuple[Link, str]] = {}  # empty while the bus is down
        self._deliver: Callable[[bytes], None] = lambda _: None
        self._changed: Callable[[bool], None] = lambda _: None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        return bool(self._routes)

    async def start(
        self, deliver: Callable[[bytes], None], changed: Callable[[bool], None]
    ) -> None:
        self._deliver, self._changed = deliver, changed
        try:
            await self._open()
        except BusUnavailable as exc:
            self._told(f"the bus is down: {exc}")
        self._task = asyncio.create_task(self._run())

    def publish(self, channel: str, envelope: bytes) -> None:
        route = self._routes.get(channel)
        if route is None or not route[0].publish(route[1], envelope):
            self.dropped += 1

    async def stop(self) -> None:
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await self._close(gently=True)

    async def _run(self) -> None:
        while True:
            if self._links:
                reason = await self._until_broken()
                self._routes = {}
                self._changed(False)
                self._told(f"the bus is down: {reason}")
                await self._close()
            await self._reopen()
            self._told("the bus is up")

    async def _reopen(self) -> None:
        longest = FIRST_PAUSE
        while not self._links:
            # jitter: the nodes of a whole fleet lost it at the same moment
            await self._pause(longest * JITTER.uniform(0.5, 1))
            longest = min(2 * longest, LAST_PAUSE)
            try:
                await self._open()
            except (BusUnavailable, BusRefused):
                continue  # it was told when the bus went down
            except Exception as exc:  # noqa: BLE001  else nobody would ever try again
                self._told(f"the bus cannot be opened: {exc}")

    async def _open(self) -> None:
        plan = await self._topology.locate(tuple(self._names.values()))
        sharded = self._topology.is_sharded
        links = {
            Link(server, names, sharded=sharded, back=self.delays.observe): names
            for server, names in plan.items()
        }
        self._links = tuple(links)
        opening = [link.open(self._deliver, self._pause, timeout=self._timeout) for link in links]
        outcomes = await asyncio.gather(*opening, return_exceptions=True)
        if failures := [each for each in outcomes if isinstance(each, BaseException)]:
            await self._close()
            raise failures[0]
        by_name = {name: link for link, names in links.items() for name in names}
        self._plan = plan
        self._routes = {each: (by_name[name], name) for each, name in self._names.items()}
        self._changed(True)

    async def _until_broken(self) -> str:
        """Returns when a link is broken or somebody else carries its channels, with the reason."""
        following = asyncio.create_task(self._until_moved())
        broken = [link.broken for link in self._links]
        waited: list[asyncio.Future[Any]] = [*broken, following]
        try:
            await asyncio.wait(waited, return_when="FIRST_COMPLETED")
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        return next((each.result() for each in broken if each.done()), "its servers have changed")

    async def _until_moved(self) -> None:
        if self._topology.is_fixed:
            await asyncio.Event().wait()
        while True:
            await self._pause(FOLLOW_SECONDS)
            with suppress(Error):  # what works is kept while nobody can say
                if await self._topology.locate(tuple(self._names.values())) != self._plan:
                    return

    async def _close(self, *, gently: bool = False) -> None:
        links, self._links, self._routes = self._links, (), {}
        await asyncio.gather(*(link.close(gently=gently) for link in links))


def _topology(address: Address, *, timeout: float) -> Topology:
    if address.mode == "cluster":
        return Cluster(address, timeout=timeout)
    if address.mode == "sentinel":
        return Sentinel(address, timeout=timeout)
    return Single(address)
