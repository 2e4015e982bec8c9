"""Ways to write one blob to 1,000 sockets, under two versions of uvloop.

Each version is measured in a process of its own, with its own python: `write_worker`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.tries.turns import Took, table
from tests.benchmarks.venvs import venv

SOCKETS = 1_000
SIZES = (128, 16_384)
VERSIONS = ("0.22.1", "0.23.0")
TURNS = 2  # of a process: the first is still warming up
WORKER = Path(__file__).with_name("write_worker.py")


def run(rounds: int) -> Iterable[str]:
    pythons = {version: venv(f"uvloop-{version}", [f"uvloop=={version}"]) for version in VERSIONS}
    for size in SIZES:
        turns = [_turn(pythons, size) for _ in range(rounds)]
        yield from table(f"one write of {size:,} bytes to each of {SOCKETS:,} sockets", turns)
        yield ""


def _turn(pythons: dict[str, Path], size: int) -> Took:
    took = {}
    for version, python in pythons.items():
        command = [str(python), str(WORKER), str(SOCKETS), str(size), str(TURNS)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        for way, cost in json.loads(ran.stdout.splitlines()[-1]).items():
            took[f"uvloop {version}: {way}"] = cost
    return took
