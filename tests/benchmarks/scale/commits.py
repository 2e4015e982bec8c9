"""What a commit costs, on a database that waits for its disk."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from app.providers.messages import DatabaseMessages
from pkg.clock import SystemClock
from pkg.hub import Draft
from tests.benchmarks.scale.line import FEW, MANY, Line
from tests.databases import opened

ROUNDS = 5
COMMITS = 60  # of each size in a round
ROOMS = range(1000, 1500)  # conversations; as many are asked for by one question
CONTENT = "x" * 300


@dataclass(frozen=True, slots=True)
class Commits:
    """Microseconds of CPU, and milliseconds of time."""

    cpu_us: Line
    wall_ms: Line
    look_ms: float  # a question how far all of ROOMS go


async def commits(url: str) -> Commits:
    """Measures on the migrated database at *url*."""
    async with opened(url, synchronous="FULL") as database:
        for id in ROOMS:
            await database.execute("INSERT INTO conversations (id, kind) VALUES (?, 'group')", [id])
        store = DatabaseMessages(database, SystemClock())
        took: dict[int, list[tuple[float, float]]] = {FEW: [], MANY: []}
        looks = []
        for turn in range(ROUNDS):
            for size, found in took.items():
                found.append(await _commit(store, size, f"{turn}-{size}"))
            began = time.perf_counter()
            await store.tops(ROOMS)
            looks.append(time.perf_counter() - began)
    (few_cpu, few_wall), (many_cpu, many_wall) = (_middle(found) for found in took.values())
    return Commits(
        Line.through(1e6 * few_cpu, 1e6 * many_cpu),
        Line.through(1e3 * few_wall, 1e3 * many_wall),
        1e3 * statistics.median(looks),
    )


async def _commit(store: DatabaseMessages, size: int, name: str) -> tuple[float, float]:
    """Answers the seconds of CPU and of time that one commit of *size* messages takes."""
    used, began = time.process_time(), time.perf_counter()
    for number in range(COMMITS):
        await store.append(
            [
                Draft(ROOMS[(number + each) % len(ROOMS)], 1, f"{name}-{number}-{each}", CONTENT)
                for each in range(size)
            ]
        )
    spent, wall = time.process_time() - used, time.perf_counter() - began
    return spent / COMMITS, wall / COMMITS


def _middle(found: list[tuple[float, float]]) -> tuple[float, float]:
    spent, wall = zip(*found, strict=True)
    return statistics.median(spent), statistics.median(wall)
