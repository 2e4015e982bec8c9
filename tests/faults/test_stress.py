"""`hub:stress` finds nothing in the hub as it is, and the bug in one that has it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest

from app.console.stress.plan import drawn
from app.console.stress.run import Outcome, Stage, play
from main import KERNEL
from pkg.testing import require
from tests.databases import kind_wanted
from tests.faults.own_redis import free_port
from tests.server import ROOT

SEEDS = 3
LIMIT = 240  # seconds: the talk, then up to 45 until all is level, on a busy machine


def server() -> str | None:
    """Answers where the run's database is to be made; None: a file."""
    kind = kind_wanted()
    return None if kind == "sqlite" else require(kind)


def stress(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does."""
    command = [sys.executable, "main.py", "hub:stress", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.timeout(LIMIT)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_everything_goes_wrong_and_every_promise_is_kept(seed: int) -> None:
    free_port()  # skips where no redis-server is installed
    database = ("--database", url) if (url := server()) else ()

    ran = stress("--seed", str(seed), "--nodes", "3", "--seconds", "20", *database)

    assert ran.returncode == 0, ran.stderr
    assert re.search(rf"seed {seed}: [1-9]\d+ messages", ran.stdout)


def planted(bug: str, folder: Path, faults: Sequence[str]) -> Outcome:
    """Plays a run over nodes with the *bug*."""
    free_port()  # skips where no redis-server is installed
    stage = Stage(KERNEL, folder, server(), entry=("tests/faults/planted.py", bug))
    return asyncio.run(play(stage, drawn(3, nodes=2, seconds=8, faults=faults)))


@pytest.mark.slow
@pytest.mark.timeout(LIMIT)
@pytest.mark.parametrize(
    ("bug", "faults", "seen"),
    [
        ("ack-before-commit", ["kill"], r"G1: \S+ was acked as \d+ and is stored as None"),
        ("skipped-heal", ["cut"], r"G3: \d+ came after \d+"),
        ("lost-cursor", ["cut"], r"G3: \d+ came after \d+"),
        ("said-twice", [], r"G5: \S+ heard u:\d+ \d+ times"),
        ("deaf-to-signals", ["revoke"], r"G7: \S+ was closed \S+ s too late"),
    ],
)
def test_a_planted_bug_is_found(bug: str, faults: list[str], seen: str, tmp_path: Path) -> None:
    outcome = planted(bug, tmp_path, faults)

    assert any(re.search(seen, line) for line in outcome.broken)


@pytest.mark.slow
@pytest.mark.timeout(LIMIT)
def test_the_same_without_a_bug_finds_nothing(tmp_path: Path) -> None:
    free_port()  # skips where no redis-server is installed
    stage = Stage(KERNEL, tmp_path, server())
    plan = drawn(3, nodes=2, seconds=8, faults=["kill", "cut"])

    assert asyncio.run(play(stage, plan)).broken == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_it_early_is_left_with_nothing(number: signal.Signals, tmp_path: Path) -> None:
    free_port()  # skips where no redis-server is installed
    command = [sys.executable, "main.py", "-v", "hub:stress", "--nodes", "2", "--faults", "cut"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As from a terminal: where the suite runs in the background, its shell ignores SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  one thread
    ) as running:
        assert running.stdout is not None
        lines = (re.match(r"node \d: process (\d+)", line) for line in running.stdout)
        pids = [int(found[1]) for found in islice(filter(None, lines), 2)]
        running.send_signal(number)
        running.communicate()

    assert running.returncode == 1
    assert not list(tmp_path.iterdir())
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
