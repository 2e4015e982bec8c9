"""The runner: up, down, status; batches, a lock over all nodes, three dialects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from pkg.clock import Clock, SystemClock
from pkg.migrate.config import MigrateConfig
from pkg.migrate.contract import Target
from pkg.migrate.drop import drop_everything
from pkg.migrate.dump import started
from pkg.migrate.errors import UnknownMigration
from pkg.migrate.files import File, Files, order
from pkg.migrate.journal import Journal, half_done
from pkg.migrate.ledger import Applied, Ledger
from pkg.migrate.lock import Lock
from pkg.migrate.pretend import Pretend
from pkg.migrate.progress import Began, Direction, Progress, Ran
from pkg.migrate.step import Record, Step
from pkg.migrate.watch import Watch


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one migration stands. *batch* 0 is pending; *missing*: applied, its file gone.

    *done* is how many of its statements a run did that failed half-way, up or down.
    """

    name: str
    batch: int = 0
    at: datetime | None = None
    missing: bool = False
    done: int = 0

    @property
    def pending(self) -> bool:
        return self.at is None


class Migrator:
    """Applies and takes back the files of *package* on *target*.

    Whatever changes tables holds the lock, looks again at what is pending once it has it, and
    runs each migration in a transaction where the database can undo one. *progress* is told what
    is waited for, what begins, what takes long and what is done.
    """

    def __init__(
        self,
        target: Target,
        package: str = "database.migrations",
        *,
        config: MigrateConfig | None = None,
        clock: Clock | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._target = target
        self._files = Files(package)
        self._config = config or MigrateConfig()
        self._ledger = Ledger(target, app=self._config.app)
        self._clock = clock or SystemClock()
        self._progress = progress or (lambda _: None)
        self.lock = Lock(target, self._clock, lease=self._config.lease)

    async def status(self) -> list[Standing]:
        """Answers every migration, applied, pending or missing, in order."""
        await self._ledger.ensure()
        applied = {one.name: one for one in await self._ledger.read()}
        files, half = set(self._files.names()), await half_done(self._target)
        return [
            Standing(name, one.batch, one.at, name not in files, half.get(name, 0))
            if (one := applied.get(name))
            else Standing(name, done=half.get(name, 0))
            for name in sorted(files | set(applied), key=order)
        ]

    async def pending(self) -> list[str]:
        """Answers the names that `up` would apply."""
        return [one.name for one in await self.status() if one.pending]

    async def up(
        self,
        *,
        step: int | None = None,
        to: str | None = None,
        wait: float | None = None,
        restart: bool = False,
    ) -> list[Ran]:
        """Applies what is pending as one batch: at most *step* files, or up to the file *to*.

        A file that failed half-way, where no transaction takes it back, goes on behind what is
        done; *restart* has it begin anew, after somebody undid that by hand.

        Raises:
            MigrationLocked: another node migrates, and still does after *wait* seconds.
            MigrationFailed: a statement was refused; earlier files stay applied.
            UnknownMigration: *to* is no pending file.
        """
        async with self._locked(wait):
            files = await self._to_apply(step, to)
            batch = max((one.batch for one in await self._ledger.read()), default=0) + 1
            if restart:
                for file in files:
                    await Journal(self._target, file.name, "up").clear()
            return await self._run_all([(file, batch) for file in files], "up")

    async def down(
        self, *, step: int | None = None, batch: int | None = None, wait: float | None = None
    ) -> list[Ran]:
        """Takes back the last batch, the batch *batch*, or the last *step* files; newest first.

        Raises:
            MigrationLocked: another node migrates.
            MigrationFailed: a statement was refused.
            UnknownMigration: a file to take back is gone.
        """
        async with self._locked(wait):
            chosen = _last(await self._ledger.read(), step, batch)
            files = [(self._files.load(one.name), one.batch) for one in chosen]
            return await self._run_all(files, "down")

    async def reset(self, *, wait: float | None = None) -> list[Ran]:
        """Takes everything back, newest first; the tracking tables stay."""
        return await self.down(step=len(await self.status()), wait=wait)

    async def fresh(self, *, wait: float | None = None) -> list[Ran]:
        """Drops every table, whoever made it, and applies everything."""
        async with self._locked(wait):
            await drop_everything(self._target)
        return await self.up(wait=wait)

    async def pretend(
        self,
        direction: Direction = "up",
        *,
        step: int | None = None,
        to: str | None = None,
        batch: int | None = None,
    ) -> list[Ran]:
        """Answers exactly what `up` or `down` would run, and leaves nothing done.

        On SQLite it is done and taken back; a server is asked, and told nothing.

        Raises:
            MigrationFailed: a statement would be refused, as far as can be seen.
        """
        await self._ledger.ensure()
        if direction == "up":
            files = await self._to_apply(step, to)
        else:
            applied = _last(await self._ledger.read(), step, batch)
            files = [self._files.load(one.name) for one in applied]
        return await Pretend(self._target, direction).files(files)

    async def _to_apply(self, step: int | None, to: str | None) -> list[File]:
        files = [self._files.load(one) for one in _chosen(await self.pending(), step, to)]
        # who counts files wants those, and no dump in their place
        return files if step or to else await started(self._target, self._files, files)

    async def _run_all(self, files: Sequence[tuple[File, int]], direction: Direction) -> list[Ran]:
        ran = []
        for number, (file, batch) in enumerate(files, 1):
            step = Step(
                *(self._target, file, direction), check=self.lock.check, watch=self._watch()
            )
            began = Began(file.name, direction, number, len(files), await step.done())
            self._progress(began)
            statements = await step.run(self._record(file, batch, direction))
            ran.append(Ran(file.name, direction, batch, tuple(statements)))
            self._progress(ran[-1])
        return ran

    def _record(self, file: File, batch: int, direction: Direction) -> Record:
        async def record() -> None:
            if direction == "up":
                for one in file.stands_for or (file,):
                    await self._ledger.add(one, batch=batch, at=self._clock.now())
            else:
                await self._ledger.remove(file.name)

        return record

    def _watch(self) -> Watch:
        return Watch(self._target, self._clock, self._progress, every=self._config.tell)

    @asynccontextmanager
    async def _locked(self, wait: float | None) -> AsyncIterator[None]:
        await self._ledger.ensure()
        patience = self._config.wait if wait is None else wait
        async with self.lock.held(wait=patience, progress=self._progress):
            yield


def _chosen(pending: list[str], step: int | None, to: str | None) -> list[str]:
    if to is not None:
        wanted = to.removesuffix(".py")
        if wanted not in pending:
            raise UnknownMigration(f"{wanted} is not pending")
        pending = pending[: pending.index(wanted) + 1]
    return pending[:step]


def _last(applied: list[Applied], step: int | None, batch: int | None) -> list[Applied]:
    newest_first = sorted(applied, key=lambda one: (one.batch, order(one.name)), reverse=True)
    if step is not None:
        return newest_first[:step]
    last = batch if batch is not None else max((one.batch for one in applied), default=0)
    return [one for one in newest_first if one.batch == last]
