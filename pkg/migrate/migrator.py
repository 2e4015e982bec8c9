"""The runner: up, down, status; batches, a lock over all nodes, three dialects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pkg.clock import Clock, SystemClock
from pkg.migrate.config import MigrateConfig
from pkg.migrate.contract import Target
from pkg.migrate.drop import drop_everything
from pkg.migrate.errors import UnknownMigration
from pkg.migrate.files import File, Files, order
from pkg.migrate.ledger import Applied, Ledger
from pkg.migrate.lock import Lock
from pkg.migrate.step import Step

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Ran:
    """One migration that ran, or would: its statements as the database got them."""

    name: str
    direction: Direction
    batch: int
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one migration stands. *batch* 0 is pending; *missing*: applied, its file gone."""

    name: str
    batch: int = 0
    at: datetime | None = None
    missing: bool = False

    @property
    def pending(self) -> bool:
        return self.at is None


Progress = Callable[[Ran], None]


class _Undo(Exception):
    """Takes a rehearsal back."""


class Migrator:
    """Applies and takes back the files of *package* on *target*.

    Whatever changes tables holds the lock, looks again at what is pending once it has it, and
    runs each migration in a transaction where the database can undo one. *progress* is told of
    each as it is done.
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
        self._ledger = Ledger(target)
        self._config = config or MigrateConfig()
        self._clock = clock or SystemClock()
        self._progress = progress or (lambda _: None)
        self.lock = Lock(target, self._clock, lease=self._config.lease)

    async def status(self) -> list[Standing]:
        """Answers every migration, applied, pending or missing, in order."""
        await self._ledger.ensure()
        applied = {one.name: one for one in await self._ledger.read()}
        files = set(self._files.names())
        return [
            Standing(name, one.batch, one.at, name not in files)
            if (one := applied.get(name))
            else Standing(name)
            for name in sorted(files | set(applied), key=order)
        ]

    async def pending(self) -> list[str]:
        """Answers the names that `up` would apply."""
        return [one.name for one in await self.status() if one.pending]

    async def up(
        self, *, step: int | None = None, to: str | None = None, wait: float | None = None
    ) -> list[Ran]:
        """Applies what is pending as one batch: at most *step* files, or up to the file *to*.

        Raises:
            MigrationLocked: another node migrates, and still does after *wait* seconds.
            MigrationFailed: a statement was refused; earlier files stay applied.
            UnknownMigration: *to* is no pending file.
        """
        async with self._locked(wait):
            names = _chosen(await self.pending(), step, to)
            batch = max((one.batch for one in await self._ledger.read()), default=0) + 1
            return [await self._apply(self._files.load(name), batch) for name in names]

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
            return [await self._take_back(file, of) for file, of in files]

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

        SQLite and PostgreSQL do it and take it back, so later files see what earlier ones make.
        """
        await self._ledger.ensure()
        if direction == "up":
            names = _chosen(await self.pending(), step, to)
        else:
            names = [one.name for one in _last(await self._ledger.read(), step, batch)]
        files = [self._files.load(name) for name in names]
        if self._target.dialect == "mysql":
            return [
                await self._rehearse(file, direction, self._target.connection) for file in files
            ]
        return await self._taken_back(files, direction)

    async def _taken_back(self, files: list[File], direction: Direction) -> list[Ran]:
        told: list[Ran] = []
        with suppress(_Undo):
            async with self._target.reshaping() as connection:
                told += [await self._rehearse(file, direction, connection) for file in files]
                raise _Undo
        return told

    async def _rehearse(self, file: File, direction: Direction, connection: object) -> Ran:
        step = Step(self._target, file)
        script = file.upgrade if direction == "up" else file.downgrade
        really = file.in_transaction and self._target.dialect != "mysql"
        statements = await (step.run if really else step.told)(script, connection)
        return Ran(file.name, direction, 0, tuple(statements))

    async def _apply(self, file: File, batch: int) -> Ran:
        async with self._around(file) as connection:
            statements = await Step(self._target, file).run(file.upgrade, connection)
            await self._ledger.add(file, batch=batch, at=self._clock.now())
        return self._told(Ran(file.name, "up", batch, tuple(statements)))

    async def _take_back(self, file: File, batch: int) -> Ran:
        async with self._around(file) as connection:
            statements = await Step(self._target, file).run(file.downgrade, connection)
            await self._ledger.remove(file.name)
        return self._told(Ran(file.name, "down", batch, tuple(statements)))

    def _told(self, ran: Ran) -> Ran:
        self._progress(ran)
        return ran

    @asynccontextmanager
    async def _around(self, file: File) -> AsyncIterator[object]:
        if not file.in_transaction:
            await self.lock.check()
            yield self._target.connection
            return
        async with self._target.reshaping() as connection:
            await self.lock.check()
            yield connection

    @asynccontextmanager
    async def _locked(self, wait: float | None) -> AsyncIterator[None]:
        await self._ledger.ensure()
        async with self.lock.held(wait=self._config.wait if wait is None else wait):
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
