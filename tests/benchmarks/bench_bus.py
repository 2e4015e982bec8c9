"""What the bus costs: microseconds of CPU for a message published, and for one heard.

    .venv/bin/python -m tests.benchmarks.bench_bus

One process publishes, and hears its own words come back as every node does; another one hears. Each
counts its own CPU, with the envelopes that the relay makes and reads. Redis is at TEST_REDIS_URL.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import click
import uvloop

from pkg.hub.bus.drivers.redis import RedisBus
from pkg.hub.nodes.envelope import Entry, mark, seal, unseal
from pkg.testing import SERVICES
from tests.benchmarks import marks

TEXTS = [b'{"type":"message",%b}' % (b"x" * 280) for _ in range(16)]  # 128 bytes of talk, framed
ENVELOPES = 20_000
AHEAD = 200  # envelopes on their way at once
NODE = "speaker1"


async def hear(name: str, size: int, ready: Callable[[], None]) -> float:
    """Hears everything as another node does; answers its CPU seconds."""
    everything, count, began = asyncio.Event(), 0, 0.0

    def deliver(data: bytes) -> None:
        nonlocal count, began
        began = began or time.process_time()
        envelope = unseal(data)
        if envelope is None or len(envelope.entries[0].texts) != size:
            raise RuntimeError("this is not what was said")
        count += 1
        if count == ENVELOPES:
            everything.set()

    bus = RedisBus(SERVICES["redis"].url, prefix=name)
    await bus.start(deliver, lambda _: None)
    ready()
    await everything.wait()
    spent = time.process_time() - began
    await bus.stop()
    return spent


async def publish(name: str, size: int) -> float:
    """Publishes, some always on their way; answers the CPU seconds, its own words heard too."""
    back, count, own = asyncio.Event(), 0, mark(NODE)

    def deliver(data: bytes) -> None:
        nonlocal count
        count += data.startswith(own)
        back.set()

    bus = RedisBus(SERVICES["redis"].url, prefix=name)
    await bus.start(deliver, lambda _: None)
    began = time.process_time()
    for number in range(ENVELOPES):
        entry = Entry(7, number * size + 1, tuple(TEXTS[:size]))
        bus.publish("7", seal(NODE, "epoch", [entry]))
        while number - count > AHEAD:
            back.clear()
            await back.wait()
    while count < ENVELOPES:
        back.clear()
        await back.wait()
    spent = time.process_time() - began
    await bus.stop()
    return spent


def hearer(name: str, size: int, told: Connection) -> None:
    """A process of its own."""
    told.send(uvloop.run(hear(name, size, lambda: told.send("ready"))))


def measure(size: int) -> tuple[float, float]:
    """Answers microseconds to publish and to hear one message, *size* of them to an envelope."""
    name = f"bench-{secrets.token_hex(4)}"
    ours, theirs = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(target=hearer, args=(name, size, theirs))
    other.start()
    ours.recv()
    published = uvloop.run(publish(name, size))
    heard = float(ours.recv())
    other.join()
    messages = ENVELOPES * size
    return published / messages * 1e6, heard / messages * 1e6


@click.command()
@click.option("--write-docs", is_flag=True, help="Puts the table into docs/performance.md.")
def main(*, write_docs: bool) -> None:
    lines = ["| Messages to an envelope | us of CPU to publish one | to hear one |"]
    lines.append("|---:|---:|---:|")
    for size in (1, 4, 16):
        published, heard = measure(size)
        lines.append(f"| {size} | {published:.2f} | {heard:.2f} |")
    said = "\n".join(lines)
    click.echo(said)
    if write_docs:
        marks.write(marks.DOCS / "performance.md", "bus", said)


if __name__ == "__main__":
    main()
