"""What the garbage collector costs a node with 10,000 clients: as it is, frozen, called less often.

    python -m tests.benchmarks.tries.collecting "<way>"

measures one way and prints JSON. Each turn is a process of its own: what is frozen stays so.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pkg.hub import Client, Message, encode
from pkg.hub.drivers.fake import FakeTransport
from tests.benchmarks.tries.turns import table

CLIENTS = 10_000
MESSAGES = 100_000
UNDER_WAY = 512  # what a message makes lives until as many more have come: queue, batch, ring
ROOT = Path(__file__).resolve().parents[3]


def rarely() -> None:
    gc.set_threshold(10_000, 20, 50)


def frozen() -> None:
    gc.collect()
    gc.freeze()


def both() -> None:
    frozen()
    rarely()


WAYS: dict[str, Callable[[], object]] = {
    "as Python does it": lambda: None,
    "gc.freeze after the start": frozen,
    "thresholds 10,000, 20, 50": rarely,
    "both": both,
    "off": gc.disable,
}


class Pauses:
    """Times each collection as it happens."""

    def __init__(self) -> None:
        self.longest = self.all = self._began = 0.0
        gc.callbacks.append(self)

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
            return
        took = time.perf_counter() - self._began
        self.longest, self.all = max(self.longest, took), self.all + took


def measure(way: str) -> dict[str, float]:
    """Answers microseconds of CPU for a client and for a message, and of the longest pauses."""
    import app.kernel  # noqa: F401  what a node has loaded

    WAYS[way]()
    pauses = Pauses()
    began = time.process_time()
    clients = [Client(FakeTransport(), address="127.0.0.1") for _ in range(CLIENTS)]
    came = time.process_time() - began
    coming, pauses.longest = pauses.longest, 0.0
    held: list[object] = [None] * UNDER_WAY
    began = time.process_time()
    for number in range(MESSAGES):
        held[number % UNDER_WAY] = _message(number)
    took = time.process_time() - began
    return {
        "a client that comes": 1e6 * came / len(clients),
        "a message": 1e6 * took / MESSAGES,
        "longest pause while clients come, ms": 1e3 * coming,
        "longest pause while messages flow, ms": 1e3 * pauses.longest,
    }


def _message(number: int) -> object:
    message = Message(
        sender="u:1",
        recipient="",
        content="x" * 128,
        conversation="c:1",
        seq=number,
        id=f"{number:036d}",
        at="2026-11-23T07:00:00.123Z",
    )
    return [message, {"seq": number, "frames": [encode(message)]}, (message,)]


def run(rounds: int) -> Iterable[str]:
    turns = [{way: _apart(way) for way in WAYS} for _ in range(rounds)]
    for what in turns[0]["off"]:
        yield from table(what, [{way: got[what] for way, got in each.items()} for each in turns])
        yield ""


def _apart(way: str) -> dict[str, float]:
    command = [sys.executable, "-m", __spec__.name, way]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))  # noqa: T201  what the driver reads
