"""What is told of a statement that takes long."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pkg.clock import Clock
from pkg.migrate.change import Change
from pkg.migrate.contract import Target
from pkg.migrate.errors import MigrationFailed
from pkg.migrate.names import Named
from pkg.migrate.progress import Progress, Running
from pkg.migrate.recorder import Way, Work

# the step of a rebuild that moves the rows, as `Rebuild` spells it
MOVES = re.compile(r'INSERT INTO "\w+_rebuilt" \(.*\) SELECT .* FROM ("\w+")', re.DOTALL)


class Watch:
    """Tells *progress* every *every* seconds of the statement that is still at work."""

    def __init__(self, target: Target, clock: Clock, progress: Progress, *, every: float) -> None:
        self._target = target
        self._clock = clock
        self._progress = progress
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def over(self, way: Way) -> Way:
        """Answers *way*, watched."""
        return Watched(way, self)

    async def rows(self, statement: str) -> int | None:
        """Answers how many rows a rebuild is about to move."""
        moves = MOVES.fullmatch(statement)
        if moves is None:
            return None
        sql = f"SELECT COUNT(*) AS rows FROM {moves[1]}"  # noqa: S608  the name `Rebuild` quoted
        return int((await self._target.fetch(sql))[0]["rows"])

    def begin(self, statement: str, number: int, rows: int | None) -> None:
        """Begins to tell of *statement*."""
        self._task = asyncio.create_task(self._tell(statement, number, rows))

    async def close(self) -> None:
        """Ends the telling."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _tell(self, statement: str, number: int, rows: int | None) -> None:
        since = self._clock.monotonic()
        while True:
            await asyncio.sleep(self._every)
            seconds = int(self._clock.monotonic() - since)
            self._progress(Running(statement, number, seconds, rows))


class Watched(Way):
    """Does as another way does, and is watched; moved rows are counted."""

    def __init__(self, way: Way, watch: Watch) -> None:
        self._way = way
        self._watch = watch

    async def do(self, number: int, statement: str, values: object, work: Work) -> Any:
        rows = await self._watch.rows(statement)
        self._watch.begin(statement, number, rows)
        try:
            answer = await self._way.do(number, statement, values, work)
        finally:
            await self._watch.close()
        if rows is not None and answer != rows:
            raise MigrationFailed(f"of {rows} rows {answer} were moved; the table stays as it was")
        return answer

    async def named(self, table: str, changes: Sequence[Change]) -> list[Named]:
        return await self._way.named(table, changes)
