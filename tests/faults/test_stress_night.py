"""Two hundred seeds of `hub:stress`: three nodes, PostgreSQL, Redis, everything going wrong."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass

import pytest

from pkg.testing import require
from tests.faults.own_redis import free_port
from tests.server import ROOT

FIRST, SEEDS, AT_ONCE = 1000, 200, 4
SECONDS = "20"
LIMIT = 3 * 3600  # for all of them; a run takes half a minute on a quiet machine


@dataclass(frozen=True, slots=True)
class Ran:
    """How one run ended, and what it said."""

    seed: int
    code: int
    said: str


async def run(seed: int, database: str, turn: asyncio.Semaphore) -> Ran:
    """Runs *seed* as a user does, when it is its turn."""
    words = ("--seed", str(seed), "--nodes", "3", "--seconds", SECONDS, "--database", database)
    async with turn:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "main.py", "hub:stress", *words), cwd=ROOT, stdout=PIPE, stderr=PIPE
        )
        try:
            out, err = await child.communicate()
        finally:
            if child.returncode is None:
                child.terminate()  # it takes its nodes and its database along
                await child.wait()
    ran = Ran(seed, child.returncode or 0, (out + err).decode().strip())
    print(ran.said, flush=True)  # noqa: T201  hours long: whoever waits sees where it is
    return ran


@pytest.mark.night
@pytest.mark.timeout(LIMIT)
async def test_two_hundred_seeds_keep_every_promise() -> None:
    free_port()  # skips where no redis-server is installed
    database, turn = require("postgres"), asyncio.Semaphore(AT_ONCE)

    seeds = range(FIRST, FIRST + SEEDS)
    ran = await asyncio.gather(*(run(seed, database, turn) for seed in seeds))

    failed = [one for one in ran if one.code != 0]
    print(f"{len(ran) - len(failed)} of {len(ran)} seeds kept every promise")  # noqa: T201
    assert failed == []
