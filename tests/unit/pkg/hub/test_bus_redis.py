"""A bus over Redis without a Redis: what its own task makes of faults."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pkg.hub.bus.contract import BusUnavailable
from pkg.hub.bus.drivers.redis import RedisBus
from pkg.hub.bus.drivers.redis.topology import Plan, Topology
from tests.unit.pkg.hub.conftest import turns


class Odd(Topology):
    """Servers that answer what nobody has thought of."""

    def __init__(self) -> None:
        self.asked = 0

    async def locate(self, names: Sequence[str]) -> Plan:
        self.asked += 1
        raise BusUnavailable("away") if self.asked == 1 else ValueError("no port")


async def test_an_answer_nobody_has_thought_of_is_told_and_the_server_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = list[str]()
    bus = RedisBus(
        "redis://localhost", prefix="t", pause=lambda _: asyncio.sleep(0), told=told.append
    )
    odd = Odd()
    monkeypatch.setattr(bus, "_topology", odd)
    await bus.start(lambda _: None, lambda _: None)

    await turns()
    await bus.stop()

    assert odd.asked > 2
    assert told[:2] == ["the bus is down: away", "the bus cannot be opened: no port"]
