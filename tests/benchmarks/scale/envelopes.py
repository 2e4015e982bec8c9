"""What an envelope costs the node that sends it, one that hears it, and the Redis between."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pkg.hub.bus.drivers.redis import RedisBus
from pkg.hub.nodes.envelope import Entry, mark, seal, unseal
from tests.benchmarks.scale.line import FEW, MANY, Line
from tests.faults import own_redis

ROUNDS = 5
BURST, BURSTS = 250, 16
TEXT = b"x" * 300
USED = re.compile(rb"^used_cpu_(?:sys|user):([\d.]+)", re.MULTILINE)
OWN = "one"  # the node that publishes


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Microseconds of CPU for one of them."""

    publish: float  # and hear it come back
    hear: Line  # by the messages in it
    redis_publish: float
    redis_deliver: float  # to one node


@dataclass(frozen=True, slots=True)
class Case:
    """Messages in an envelope, and nodes that hear it besides its own."""

    size: int
    others: int


ALONE, HEARD, LARGE, LARGE_HEARD = Case(FEW, 0), Case(FEW, 1), Case(MANY, 0), Case(MANY, 1)


async def envelopes(folder: Path) -> Envelopes:
    """Measures with a Redis of its own, whose files go into *folder*."""
    found: dict[Case, list[tuple[float, float]]] = {
        case: [] for case in (ALONE, HEARD, LARGE, LARGE_HEARD)
    }
    port = own_redis.free_port()
    async with own_redis.running(port, folder):
        for _ in range(ROUNDS):
            for case, costs in found.items():
                costs.append(await _publish(port, case))
    ours = {case: statistics.median(own for own, _ in each) for case, each in found.items()}
    redis = {case: statistics.median(its for _, its in each) for case, each in found.items()}
    deliver = max(redis[HEARD] - redis[ALONE], 0.0)
    return Envelopes(
        publish=ours[ALONE],
        hear=Line.through(ours[HEARD] - ours[ALONE], ours[LARGE_HEARD] - ours[LARGE]),
        redis_publish=max(redis[ALONE] - deliver, 0.0),
        redis_deliver=deliver,
    )


async def _publish(port: int, case: Case) -> tuple[float, float]:
    """Answers what one envelope takes: of this process, and of Redis."""
    url = f"redis://127.0.0.1:{port}/0"
    buses = [RedisBus(url, prefix="scale") for _ in range(1 + case.others)]
    ears = [Ear(OWN), *(Ear("other") for _ in range(case.others))]
    for bus, ear in zip(buses, ears, strict=True):
        await bus.start(ear.hear, lambda _: None)
    texts: Sequence[bytes] = [TEXT] * case.size
    its, used = await _cpu(port), time.process_time()
    for first in range(1, BURSTS + 1):
        for conversation in range(BURST):
            entry = Entry(conversation, first, tuple(texts))
            buses[0].publish("7", seal(OWN, "epoch", [entry]))
        for ear in ears:
            await ear.heard_all()
    used, its = time.process_time() - used, await _cpu(port) - its
    for bus in buses:
        await bus.stop()
    count = BURST * BURSTS
    return 1e6 * used / count, 1e6 * its / count


async def _cpu(port: int) -> float:
    """Answers the seconds of CPU that Redis has used."""
    told = await own_redis.cli(port, "info", "cpu")
    return sum(float(each) for each in USED.findall(told))


class Ear:
    """Hears as *node* does when it has none of the rooms: its own is not read, others' is."""

    def __init__(self, node: str) -> None:
        self._own = mark(node)
        self._left = BURST
        self._all = asyncio.Event()
        self._rooms: dict[int, object] = {}

    def hear(self, data: bytes) -> None:
        if not data.startswith(self._own) and (envelope := unseal(data)) is not None:
            for entry in envelope.entries:
                self._rooms.get(entry.conversation)
        self._left -= 1
        if not self._left:
            self._left = BURST
            self._all.set()

    async def heard_all(self) -> None:
        """Returns once a whole burst has come."""
        await self._all.wait()
        self._all.clear()
