"""What does it cost to make a message durable, from `submit` to the word that it is committed?

    .venv/bin/python -m tests.benchmarks.bench_commit [--rounds 5] [--messages 2000]

Batches of 1 to 512 messages, each message in a conversation of its own, as a hundred pairs that
talk make them: on each database that answers, on a log that keeps nothing, and beside the least
that sqlite3 has to do, a loop of bare inserts. All take turns; microseconds of this process's CPU.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import click

from app.providers.messages import DatabaseMessages
from pkg.clock import SystemClock
from pkg.database.drivers.sqlite import CHECKPOINT_PAGES, JOURNAL_BYTES
from pkg.errors import Error
from pkg.hub import Ack, Draft, Message, MessageStore
from pkg.hub.commit import GroupCommit
from pkg.migrate import Migrator
from pkg.testing import SERVICES, reachable
from tests.benchmarks import marks
from tests.databases import blank, opened

SIZES = (1, 16, 64, 100, 512)
TEXT = "x" * 128
FIRST = 1000  # the first conversation's id
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"journal_size_limit={JOURNAL_BYTES}",
    f"wal_autocheckpoint={CHECKPOINT_PAGES}",
)
INSERT = (
    "INSERT INTO messages (conversation_id, seq, ref, sender_id, content, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)

Way = Callable[[Sequence[Draft]], Awaitable[object]]


class Nothing(MessageStore):
    """A log that keeps nothing but its counters."""

    def __init__(self) -> None:
        self._tops: defaultdict[int, int] = defaultdict(int)

    async def append(self, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
        return [Ack(self._said(draft)) for draft in batch]

    async def range(self, conversation: int, after: int, limit: int) -> Sequence[Message]:
        return ()

    async def tops(self, conversations: Collection[int]) -> Mapping[int, int]:
        return {id: self._tops[id] for id in conversations}

    async def epoch(self) -> str:
        return "nothing"

    async def renew(self, epoch: str) -> str:
        return epoch

    def _said(self, draft: Draft) -> Message:
        seq = self._tops[draft.conversation] = self._tops[draft.conversation] + 1
        by, to = f"u:{draft.sender}", f"c:{draft.conversation}"
        return Message(by, to, draft.content, to, seq, draft.ref, "2026-01-01T00:00:00.000Z")


class Bare:
    """The least that SQLite has to do for a batch, called without a thread or a loop between."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self._database.execute(f"PRAGMA {pragma}")
        self._tops: defaultdict[int, int] = defaultdict(int)

    async def __call__(self, batch: Sequence[Draft]) -> None:
        for draft in batch:
            self._tops[draft.conversation] += 1
        tops = [(self._tops[draft.conversation], draft.conversation) for draft in batch]
        at = "2026-01-01 00:00:00.000+00:00"
        lines = [
            (draft.conversation, top, draft.ref, draft.sender, draft.content, at)
            for draft, (top, _) in zip(batch, tops, strict=True)
        ]
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("UPDATE conversations SET last_seq = ? WHERE id = ?", tops)
        self._database.executemany(INSERT, lines)
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()


@asynccontextmanager
async def committing(store: MessageStore) -> AsyncIterator[Way]:
    """The way through `GroupCommit`."""
    commit = GroupCommit(store, lambda _: None, SystemClock())
    running = asyncio.create_task(commit.run())

    async def way(batch: Sequence[Draft]) -> None:
        for draft in batch:
            commit.submit(draft, _hear)
        await commit.settle()

    yield way
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def ways(folder: Path) -> AsyncIterator[Mapping[str, Way]]:
    """Everything that is measured, by name."""
    async with AsyncExitStack() as stack:
        found: dict[str, Way] = {}
        bare = f"sqlite://{folder / 'bare.sqlite3'}"
        await prepare(bare)
        found["bare sqlite3"] = floor = Bare(folder / "bare.sqlite3")
        stack.callback(floor.close)
        found["a log that keeps nothing"] = await stack.enter_async_context(committing(Nothing()))
        urls = {"sqlite": f"sqlite://{folder / 'app.sqlite3'}"}
        for kind in ("postgres", "mysql"):
            if reachable(SERVICES[kind]):
                urls[kind] = await stack.enter_async_context(blank(kind, folder))
        for kind, url in urls.items():
            await prepare(url)
            database = await stack.enter_async_context(opened(url, synchronous="FULL"))
            store = DatabaseMessages(database, SystemClock())
            found[kind] = await stack.enter_async_context(committing(store))
        yield found


async def prepare(url: str) -> None:
    """Makes the tables and a conversation for each message of a batch."""
    async with opened(url) as database:
        await Migrator(database).up()
        async with database.transaction():
            for id in range(FIRST, FIRST + max(SIZES)):
                await database.execute(
                    "INSERT INTO conversations (id, kind) VALUES (?, 'direct')", [id]
                )


async def cost(way: Way, size: int, messages: int) -> float:
    """Answers the microseconds of CPU for one message in batches of *size*."""
    count = max(1, messages // size)
    batches = [
        [Draft(FIRST + n, 1 + n, str(uuid.uuid4()), TEXT) for n in range(size)]
        for _ in range(count)
    ]
    began = time.process_time()
    for batch in batches:
        await way(batch)
    return 1e6 * (time.process_time() - began) / (count * size)


def _hear(outcome: Ack | Error) -> None:
    if isinstance(outcome, Error):
        raise outcome


async def measure(folder: Path, rounds: int, messages: int) -> str:
    """Answers Markdown: a median, and the lowest, for each way and size."""
    took: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    async with ways(folder) as found:
        for size in SIZES:
            for _ in range(rounds):
                for name, way in found.items():
                    took[name, size].append(await cost(way, size, messages))
    lines = [f"| us of CPU a message, batches of | {' | '.join(map(str, SIZES))} |"]
    lines.append(f"|---|{'---:|' * len(SIZES)}")
    for name in found:
        cells = (f"{statistics.median(each):.1f} ({min(each):.1f})"
                 for each in (took[name, size] for size in SIZES))  # fmt: skip
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Turns of each.")
@click.option("--messages", default=2000, show_default=True, help="Messages a turn, about.")
@click.option("--write-docs", is_flag=True, help="Puts the table into docs/performance.md.")
def main(*, rounds: int, messages: int, write_docs: bool) -> None:
    """Prints a median (and the lowest) for each size of batch."""
    with tempfile.TemporaryDirectory() as folder:
        said = asyncio.run(measure(Path(folder), rounds, messages))
    click.echo(said)
    if write_docs:
        marks.write(marks.DOCS / "performance.md", "commit", said)


if __name__ == "__main__":
    main()
