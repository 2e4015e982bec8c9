"""One migration, run or only told: the statements in order, and what a failure leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pkg.errors import Error
from pkg.migrate.contract import Target
from pkg.migrate.errors import MigrationFailed
from pkg.migrate.files import File, Script


class Recorder:
    """The connection a migration is handed: it does what it is told and remembers it."""

    def __init__(self, connection: Any, cut: Any) -> None:
        self._connection = connection
        self._cut = cut
        self.done: list[str] = []
        self.left: list[str] = []  # the one that runs first, as long as it has not ended

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def execute_script(self, query: str) -> None:
        """Runs statement by statement, so that a failure names the one."""
        self.left = self._cut(query)
        while self.left:
            await self._connection.touch(self.left[0])
            self.done.append(self.left.pop(0))

    async def execute_query(self, query: str, values: Sequence[Any] | None = None) -> Any:
        """Runs a statement; reading is not worth telling."""
        self.left = [query]
        answer = await self._connection.execute_query(query, values)
        self.left = []
        if not query.lstrip()[:6].upper().startswith(("SELECT", "PRAGMA")):
            self.done.append(query)
        return answer


class Step:
    """Runs one script of one file."""

    def __init__(self, target: Target, file: File) -> None:
        self._target = target
        self._file = file

    async def run(self, script: Script, connection: Any) -> list[str]:
        """Runs what *script* answers and answers what ran.

        Raises:
            MigrationFailed: a statement was refused; on MySQL it says what stays done.
        """
        recorder = Recorder(connection, self._target.cut)
        try:
            await recorder.execute_script(await script(recorder))
            await self._check_references(connection)
        except Error as exc:
            raise MigrationFailed(self._told(recorder, exc)) from exc
        except Exception as exc:
            if not _from_database(exc):
                raise
            raise MigrationFailed(self._told(recorder, exc)) from exc
        return recorder.done

    async def told(self, script: Script, connection: Any) -> list[str]:
        """Answers what *script* would run, and runs none of it."""
        return self._target.cut(await script(connection))

    async def _check_references(self, connection: Any) -> None:
        if self._target.dialect != "sqlite":
            return
        broken = await connection.execute_query_dict("PRAGMA foreign_key_check")
        if broken:
            row = broken[0]
            raise MigrationFailed(
                f"row {row['rowid']} of {row['table']} refers to no row of {row['parent']}"
            )

    def _told(self, recorder: Recorder, exc: Exception) -> str:
        done, left = recorder.done, recorder.left
        lines = [f"{self._file.name} failed: {exc}"]
        if left:
            lines.append(f"statement {len(done) + 1} of {len(done) + len(left)}: {left[0]}")
        if self._undone():
            lines.append("nothing of it was kept: the database stands as before")
        elif not done:
            lines.append("nothing had been done before it")
        else:
            lines.append("this database keeps what was done before it; undo or finish by hand:")
            lines += [f"  done: {statement}" for statement in done]
            lines += [f"  not done: {statement}" for statement in left]
        return "\n".join(lines)

    def _undone(self) -> bool:
        return self._file.in_transaction and self._target.dialect != "mysql"


def _from_database(exc: Exception) -> bool:
    from tortoise.exceptions import BaseORMException  # noqa: PLC0415  vendor: 160 ms

    return isinstance(exc, BaseORMException) or type(exc).__module__.startswith(
        ("sqlite3", "asyncpg", "asyncmy")
    )
