"""Which server carries which channels, now."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from binascii import crc_hqx
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pkg.hub.bus.contract import BusUnavailable
from pkg.hub.bus.drivers.redis.address import Address, Server
from pkg.hub.bus.drivers.redis.connection import connect

Plan = Mapping[Server, Sequence[str]]  # the names of channels by who carries them

SLOTS = 16_384


class Topology(ABC):
    """Finds the servers. *is_sharded*: they speak of channels as SPUBLISH does."""

    is_fixed = False  # the plan never changes
    is_sharded = False

    @abstractmethod
    async def locate(self, names: Sequence[str]) -> Plan:
        """Answers who carries the channels *names*.

        Raises:
            BusRefused: a server was reached, and will not say.
            BusUnavailable: nobody can say now.
        """


class Single(Topology):
    """One server, always the same."""

    is_fixed = True

    def __init__(self, address: Address) -> None:
        self._server = address.base

    async def locate(self, names: Sequence[str]) -> Plan:
        return {self._server: names}


class Sentinel(Topology):
    """The master of a service, as its sentinels see it."""

    def __init__(self, address: Address, *, timeout: float) -> None:
        self._address = address
        self._timeout = timeout

    async def locate(self, names: Sequence[str]) -> Plan:
        words = ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._address.service)
        found = await _first(self._address.entries, words, timeout=self._timeout)
        if found is None:
            raise BusUnavailable(f"no sentinel knows a master of {self._address.service}")
        _, (host, port) = found
        return {self._address.base.at(host.decode(), int(port)): names}


class Cluster(Topology):
    """The masters of a cluster, each with the channels of its slots."""

    is_sharded = True

    def __init__(self, address: Address, *, timeout: float) -> None:
        self._base = address.base
        self._entries = address.entries
        self._known: tuple[Server, ...] = ()
        self._timeout = timeout

    async def locate(self, names: Sequence[str]) -> Plan:
        asked = dict.fromkeys((*self._known, *self._entries))  # the entries may be gone by now
        found = await _first(asked, ("CLUSTER", "SLOTS"), timeout=self._timeout)
        if found is None:
            raise BusUnavailable("the cluster has no slots")
        server, ranges = found
        plan: dict[Server, list[str]] = defaultdict(list)
        for name in names:
            plan[self._owner(crc_hqx(name.encode(), 0) % SLOTS, ranges, server)].append(name)
        self._known = tuple(plan)
        return dict(plan)

    def _owner(self, slot: int, ranges: Sequence[Any], asked: Server) -> Server:
        for first, last, (host, port, *_), *_ in ranges:
            if first <= slot <= last:
                return self._base.at(host.decode() if host else asked.host, port)
        raise BusUnavailable("the cluster lacks a part of its slots")


async def _first(
    servers: Iterable[Server],
    words: tuple[str, ...],
    *,
    timeout: float,
) -> tuple[Server, Any] | None:
    """Asks *servers* in turn and answers the first that knows; None: those who answer do not.

    Raises:
        BusRefused: one will not say.
        BusUnavailable: nobody answers.
    """
    failure: BusUnavailable | None = None
    is_answered = False
    for server in servers:
        try:
            reply = await _ask(server, words, timeout=timeout)
        except BusUnavailable as exc:
            failure = exc
            continue
        if reply:
            return server, reply
        is_answered = True
    if failure is not None and not is_answered:
        raise failure
    return None


async def _ask(server: Server, words: tuple[str, ...], *, timeout: float) -> Any:
    connection = await connect(server, timeout=timeout)
    try:
        async with asyncio.timeout(timeout):
            return await connection.ask(*words)
    except TimeoutError as exc:
        raise BusUnavailable("the server does not answer in time") from exc
    finally:
        connection.transport.abort()
