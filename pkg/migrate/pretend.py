"""What `up` or `down` would run, told without doing it.

On SQLite the files are run and taken back, in one transaction, since a rebuild looks at the table
that the statements before it make. A server would hold its locks for as long, so there no
statement is sent at all: only questions are, and what a file asks about keys is answered from what
the files before it say.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from pkg.errors import Error
from pkg.migrate.cause import is_from_database
from pkg.migrate.change import Change
from pkg.migrate.contract import Target
from pkg.migrate.errors import MigrationFailed
from pkg.migrate.files import File
from pkg.migrate.journal import Entry, Journal, changed, digest
from pkg.migrate.names import Named, Names
from pkg.migrate.progress import Direction, Ran
from pkg.migrate.recorder import Plain, Recorder, Way, Work


class _Undo(Exception):
    """Takes a rehearsal back."""


class Told(Way):
    """Does nothing; `would` is what a run would do now."""

    def __init__(self, target: Target, entries: Sequence[Entry], found: list[list[Named]]) -> None:
        self._target = target
        self._entries = entries
        self._found = found
        self.would: list[str] = []

    async def do(self, number: int, statement: str, values: object, work: Work) -> Any:
        known = self._entries[number - 1] if number <= len(self._entries) else None
        if known is None or not known.done:
            self.would.append(statement)
        elif known.digest != digest(statement, values):
            raise MigrationFailed(changed(number, known.said))

    async def named(self, table: str, changes: Sequence[Change]) -> list[Named]:
        if self._found:
            return self._found.pop(0)
        return await Names(self._target.connection, self._target.dialect).after(changes, table)


class Pretend:
    """Goes through files as a run would."""

    def __init__(self, target: Target, direction: Direction) -> None:
        self._target = target
        self._direction = direction
        self._changes: list[Change] = []

    async def files(self, files: Sequence[File]) -> list[Ran]:
        """Answers what each of *files* would run."""
        if self._target.dialect != "sqlite":
            return [await self._told(file) for file in files]
        ran: list[Ran] = []
        with suppress(_Undo):
            async with self._target.reshaping():
                for file in files:
                    ran += [await (self._done if file.in_transaction else self._told)(file)]
                raise _Undo
        return ran

    async def _done(self, file: File) -> Ran:
        recorder = self._recorder(file, Plain(lambda: self._target.connection, "sqlite"))
        try:
            await recorder.execute_script(await self._script(file)(recorder))
        except Exception as exc:
            if not (isinstance(exc, Error) or is_from_database(exc)):
                raise
            said = [f"{file.name} would fail: {exc}", *recorder.left[:1]]
            raise MigrationFailed("\n".join(said)) from exc
        return Ran(file.name, self._direction, 0, tuple(recorder.done))

    async def _told(self, file: File) -> Ran:
        told = Told(self._target, *await Journal(self._target, file.name, self._direction).read())
        recorder, complete = self._recorder(file, told), True
        try:
            await recorder.execute_script(await self._script(file)(recorder))
        except MigrationFailed:
            raise
        except Exception as exc:
            if not (isinstance(exc, Error) or is_from_database(exc)):
                raise
            complete = False  # it asked about what only a run makes
        return Ran(file.name, self._direction, 0, tuple(told.would), complete)

    def _recorder(self, file: File, way: Way) -> Recorder:
        recorder = Recorder(
            lambda: self._target.connection,
            self._target.cut,
            way,
            in_transaction=file.in_transaction,
        )
        recorder.changes = self._changes
        return recorder

    def _script(self, file: File) -> Any:
        return file.upgrade if self._direction == "up" else file.downgrade
