"""How many people `seed users` writes in a second, beside the same ones through `bulk_create`.

    .venv/bin/python -m tests.benchmarks.bench_seed [--rounds 3] [--rows 20000]

Each round has a new SQLite file. Counted is the CPU of the process, threads
included; seconds on the clock are printed too, since that is what one waits for.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from app.models import User
from database.factories import chance, user
from database.seeders import users
from database.seeders.ground import Ground
from pkg.hash import Hasher
from pkg.hash.drivers.fake import FakeHash
from tests.databases import opened, ready

Write = Callable[[Ground, int], Awaitable[object]]


async def seeder(ground: Ground, rows: int) -> None:
    await users.run(ground, chance(1), count=rows)


async def objects(ground: Ground, rows: int) -> None:
    """Does what `bulk_create` alone would: it looks for nobody who is there already."""
    made = user.many(chance(1), rows)
    for _ in range(0, rows, users.BATCH):
        batch = [one for _, one in zip(range(users.BATCH), made, strict=False)]
        async with ground.database.transaction():
            await User.bulk_create(batch)


def measured(write: Write, rows: int, url: str) -> tuple[float, float]:
    """Answers seconds on the clock, and of CPU."""

    async def run() -> tuple[float, float]:
        hasher = Hasher(FakeHash())
        async with opened(url, models=("app.models",)) as database:
            cpu, clock = time.process_time(), time.perf_counter()
            await write(Ground(database, hasher), rows)
            return time.perf_counter() - clock, time.process_time() - cpu

    return asyncio.run(run())


@click.command()
@click.option("--rounds", default=3, show_default=True, help="Runs of each, in turn.")
@click.option("--rows", default=20_000, show_default=True, help="People to a run.")
def main(rounds: int, rows: int) -> None:
    found: dict[str, list[tuple[float, float]]] = {"seed users": [], "bulk_create": []}
    with tempfile.TemporaryDirectory() as name:
        databases = ready("sqlite", Path(name))
        for number in range(rounds):
            for label, write in (("seed users", seeder), ("bulk_create", objects)):
                folder = Path(name) / f"{label}-{number}"
                folder.mkdir()
                found[label].append(measured(write, rows, databases.fresh(folder)))
        databases.close()
    for label, times in found.items():
        clock, cpu = (rows / statistics.median(column) for column in zip(*times, strict=True))
        click.echo(f"{label:12} {clock:8,.0f} rows a second, {cpu:8,.0f} a second of CPU")
    click.echo(f"peak memory  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
