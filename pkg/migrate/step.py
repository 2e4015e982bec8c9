"""One migration, run for good: in a transaction, or with a journal where none can be taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from pkg.errors import Error
from pkg.migrate.cause import NEXT, cause_of, is_from_database
from pkg.migrate.contract import Target
from pkg.migrate.errors import MigrationFailed, MigrationLocked
from pkg.migrate.files import File
from pkg.migrate.journal import Journal, Journaled
from pkg.migrate.progress import Direction
from pkg.migrate.recorder import Plain, Recorder, Way
from pkg.migrate.watch import Watch
from pkg.migrate.whole import broken, check_references

Record = Callable[[], Awaitable[None]]


class Step:
    """Runs one script of *file*. *check* looks whether we may go on, *record* writes it down."""

    def __init__(
        self, target: Target, file: File, direction: Direction, *, check: Record, watch: Watch
    ) -> None:
        self._target = target
        self._file = file
        self._script = file.upgrade if direction == "up" else file.downgrade
        self._check = check
        self._watch = watch
        self._journal = Journal(target, file.name, direction)
        self._undoes = file.in_transaction and target.dialect != "mysql"
        self._recorder = self._recording(Plain(lambda: target.connection, target.dialect))
        self._ended = False  # all is said, and only the commit may fail

    async def done(self) -> int:
        """Answers how many statements an earlier run has done and left."""
        return sum(one.done for one in (await self._journal.read())[0])

    async def run(self, record: Record) -> list[str]:
        """Runs the script and *record* with it, and answers the statements.

        Raises:
            MigrationFailed: the message names the cause, what is left, and the next step.
            MigrationLocked: another process has taken over.
        """
        try:
            async with self._around():
                await self._run(record)
                self._ended = True
        except MigrationLocked:
            raise
        except Exception as exc:
            if not (isinstance(exc, Error) or is_from_database(exc)):
                raise
            raise MigrationFailed(await self._told(exc)) from exc
        finally:
            await self._watch.close()
            await self._rest()
        return self._recorder.done

    async def _run(self, record: Record) -> None:
        await self._check()
        if not self._undoes:
            way = Journaled(self._target, self._journal, in_transaction=self._file.in_transaction)
            await way.load()
            self._recorder = self._recording(way)
        before = await self._broken()
        await self._recorder.execute_script(await self._script(self._recorder))
        if self._target.dialect == "sqlite":
            await check_references(self._target.connection)
        for name, why in (await self._broken()).items():
            if name not in before:
                raise MigrationFailed(f"{name} would not work any more: {why}; drop it first")
        async with self._target.transaction():  # joins the open one
            await record()
            if not self._undoes:
                await self._journal.clear()
            await self._check()  # a long one has outlived its lease: from here on it counts anew

    async def _broken(self) -> dict[str, str]:
        return await broken(self._target.connection) if self._target.dialect == "sqlite" else {}

    def _recording(self, way: Way) -> Recorder:
        return Recorder(
            lambda: self._target.connection,
            self._target.cut,
            self._watch.over(way),
            in_transaction=self._file.in_transaction,
        )

    @asynccontextmanager
    async def _around(self) -> AsyncIterator[None]:
        if not self._file.in_transaction:
            yield
            return
        async with self._target.reshaping():
            yield

    async def _rest(self) -> None:
        """Takes back what a rebuild that stopped half-way told SQLite's connection."""
        if self._target.dialect == "sqlite":
            with suppress(Error):
                await self._target.execute("PRAGMA legacy_alter_table = OFF")

    async def _told(self, exc: Exception) -> str:
        done, left = self._recorder.done, self._recorder.left
        lines = [f"{self._file.name} failed: {exc}"]
        if left:
            lines.append(f"statement {len(done) + 1} of {len(done) + len(left)}: {left[0]}")
        if self._ended:
            lines.append("it is not known whether it was committed: `migrate:status` tells")
        elif self._undoes:
            lines.append("nothing of it was kept: the database stands as before")
        else:
            lines += await self._left_behind()
        return "\n".join([*lines, NEXT[cause_of(exc)]])

    async def _left_behind(self) -> list[str]:
        try:
            kept = await self.done()
        except Error:
            return ["the database remembers what was done: the next run goes on behind it"]
        if not kept:
            return ["nothing of it was kept: the database stands as before"]
        every = [*self._recorder.done, *self._recorder.left]
        return [
            f"this database keeps what was done before it; the next run goes on at {kept + 1}:",
            *(f"  done: {statement}" for statement in every[:kept]),
            *(f"  not done: {statement}" for statement in every[kept:]),
        ]
