"""Two OS processes that race for one thing, released at one moment."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def winners(*args: str, processes: int = 2) -> int:
    """Runs `tests.contract.racer` *processes* times with *args*; answers how many calls won."""
    running = [await _start(args) for _ in range(processes)]
    for process in running:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in running))
    return sum(int(out) for out, _ in ended)


async def _start(args: tuple[str, ...]) -> Process:
    command = (sys.executable, "-m", "tests.contract.racer", *args)
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
