"""One measurement: a fresh server, one scenario, and what `wsload` saw."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.hub.proc import memory, on_core, tree
from tests.benchmarks.hub.scenarios import Scenario
from tests.benchmarks.hub.servers import Running, Start

Figures = Mapping[str, float]
MOST_SECONDS = 180


class Broken(Exception):
    """A run gave no figures; the message says why."""


def measure(wsload: Path, start: Start, scenario: Scenario, seconds: float) -> Figures:
    """Answers the figures of *scenario* on a server started for it alone.

    Raises:
        Broken: the server does not start, or nobody could connect.
    """
    try:
        with start(scenario) as running:
            words = [str(wsload), *scenario.words(seconds), *running.arguments]
            words += ["--pid", ",".join(map(str, tree(running.pid)))]
            return _idle(words, running) if scenario.mode == "idle" else loaded(words)
    except (RuntimeError, OSError, subprocess.SubprocessError) as exc:
        raise Broken(str(exc)) from exc


def loaded(words: Sequence[str]) -> Figures:
    """Runs `wsload` with *words* on a core of its own."""
    with on_core(1):
        ran = subprocess.run(
            words, stdout=subprocess.PIPE, text=True, timeout=MOST_SECONDS, check=True
        )
    return _figures(ran.stdout)


def _idle(words: Sequence[str], running: Running) -> Figures:
    """Weighs the server before and while the connections are there."""
    before = memory(running.pid)
    with on_core(1), subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        holding = client.stdout.readline().split()
        if holding[:1] != ["HOLDING"]:
            raise Broken(" ".join(holding) or "no connection")
        time.sleep(1)  # what the last handshakes left is freed
        grown = memory(running.pid) - before
        figures = _figures(client.stdout.read())
    return {**figures, "before_kib": before, "kib": grown / int(holding[1])}


def _figures(said: str) -> Figures:
    try:
        found = json.loads(said.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise Broken(said[-200:] or "wsload said nothing") from None
    if "error" in found:
        raise Broken(found["error"])
    return {name: value for name, value in found.items() if isinstance(value, int | float)}
