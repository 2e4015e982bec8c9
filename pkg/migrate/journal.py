"""Which statements of a file are done, where no transaction takes them back.

MySQL commits at each change of a table, and a file may ask for no transaction. There each
statement leaves a row, so that the next run goes on behind it. Statements that change rows commit
together with theirs; of any other that a lost connection left in doubt, the next run finds out by
trying it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from pkg.errors import Error
from pkg.migrate.cause import cause_of, was_done
from pkg.migrate.change import Change
from pkg.migrate.contract import Target
from pkg.migrate.errors import MigrationFailed
from pkg.migrate.invalid import drop_invalid
from pkg.migrate.names import Named, read
from pkg.migrate.progress import Direction
from pkg.migrate.recorder import Way, Work

DATA = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|WITH|--\sPython)\b", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """One statement: begun only, or done."""

    said: str
    digest: str
    done: bool


class Journal:
    """The rows of one file and direction."""

    def __init__(self, target: Target, name: str, direction: Direction) -> None:
        self._target = target
        self._of = [name, direction]

    async def read(self) -> tuple[list[Entry], list[list[Named]]]:
        """Answers the statements, and what was found about tables between them."""
        rows = await self._target.fetch(
            "SELECT kind, state, digest, said FROM migration_journal "
            "WHERE name = ? AND direction = ? ORDER BY position",
            self._of,
        )
        runs = [
            Entry(row["said"], row["digest"], row["state"] == "done")
            for row in rows
            if row["kind"] == "run"
        ]
        return runs, [_found(row["said"]) for row in rows if row["kind"] == "read"]

    async def begin(self, position: int, entry: Entry) -> None:
        """Writes statement *position* down, done or begun only."""
        state = "done" if entry.done else "begun"
        await self._insert("run", position, [state, entry.digest, entry.said])

    async def end(self, position: int) -> None:
        """Marks statement *position* as done."""
        await self._target.execute(
            "UPDATE migration_journal SET state = 'done' "
            "WHERE name = ? AND direction = ? AND kind = 'run' AND position = ?",
            [*self._of, position],
        )

    async def strike(self, position: int) -> None:
        """Takes statement *position* out: it was refused."""
        await self._target.execute(
            "DELETE FROM migration_journal "
            "WHERE name = ? AND direction = ? AND kind = 'run' AND position = ?",
            [*self._of, position],
        )

    async def keep(self, position: int, named: list[Named]) -> None:
        """Writes down what was found about a table: a later run must find the same."""
        said = json.dumps([asdict(one) for one in named])
        await self._insert("read", position, ["done", "", said])

    async def clear(self) -> None:
        """Forgets the file: all of it is done, or is to begin anew."""
        await self._target.execute(
            "DELETE FROM migration_journal WHERE name = ? AND direction = ?", self._of
        )

    async def _insert(self, kind: str, position: int, rest: list[object]) -> None:
        await self._target.execute(
            "INSERT INTO migration_journal (name, direction, kind, position, state, digest, said) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [*self._of, kind, position, *rest],
        )


async def half_done(target: Target) -> dict[str, int]:
    """Answers how many statements of which files are done, up or down, of runs that failed."""
    rows = await target.fetch(
        "SELECT name, COUNT(*) AS done FROM migration_journal "
        "WHERE kind = 'run' AND state = 'done' GROUP BY name"
    )
    return {row["name"]: row["done"] for row in rows}


class Journaled(Way):
    """Does each statement once over any number of runs."""

    def __init__(self, target: Target, journal: Journal, *, in_transaction: bool) -> None:
        self._target = target
        self._journal = journal
        self._in_transaction = in_transaction
        self._entries: list[Entry] = []
        self._found: list[list[Named]] = []
        self._reads = 0

    async def load(self) -> int:
        """Reads what earlier runs left; answers how many statements are done."""
        self._entries, self._found = await self._journal.read()
        return sum(one.done for one in self._entries)

    async def do(self, number: int, statement: str, values: object, work: Work) -> Any:
        entry = Entry(statement, digest(statement, values), done=False)
        known = self._entries[number - 1] if number <= len(self._entries) else None
        if known and known.done:
            if known.digest != entry.digest:
                raise MigrationFailed(changed(number, known.said))
            return None
        if self._is_data(statement):
            return await self._with_its_row(number, entry, work)
        return await self._between_rows(number, entry, work, tried=known is not None)

    async def named(self, table: str, changes: Sequence[Change]) -> list[Named]:
        self._reads += 1
        if self._reads <= len(self._found):
            return self._found[self._reads - 1]
        named = await read(self._target.connection, self._target.dialect, table)
        await self._journal.keep(self._reads, named)
        return named

    def _is_data(self, statement: str) -> bool:
        # rows changed in Python commit batch by batch where the file wants no transaction
        return bool(DATA.match(statement)) and (
            self._in_transaction or not statement.startswith("--")
        )

    async def _with_its_row(self, number: int, entry: Entry, work: Work) -> Any:
        entry.done = True
        async with self._target.transaction():  # joins the open one
            answer = await work()
            await self._journal.begin(number, entry)
        return answer

    async def _between_rows(self, number: int, entry: Entry, work: Work, *, tried: bool) -> Any:
        await drop_invalid(self._target, entry.said)
        if not tried:
            await self._journal.begin(number, entry)
        answer = None
        try:
            answer = await work()
        except Exception as exc:
            if not (tried and was_done(exc)):
                await self._refused(number, exc)
                raise
        await self._journal.end(number)
        if self._in_transaction:  # the change of a table has ended the one before
            await self._target.connection.touch("START TRANSACTION")
        return answer

    async def _refused(self, number: int, exc: Exception) -> None:
        if cause_of(exc) == "lost":
            return  # nobody knows: the row stays begun
        with suppress(Error):
            await self._journal.strike(number)


def digest(statement: str, values: object) -> str:
    """Answers what tells two statements apart."""
    return hashlib.sha256(f"{statement}\0{values!r}".encode()).hexdigest()


def changed(number: int, said: str) -> str:
    """Answers what is wrong when a file says something else than the run before it did."""
    return (
        f"statement {number} is not the one that an earlier run did: {said}\n"
        "put the file back as it was up to there, or undo by hand what was done "
        "and begin anew with `migrate:up --restart`"
    )


def _found(said: str) -> list[Named]:
    return [Named(**{**one, "columns": tuple(one["columns"])}) for one in json.loads(said)]
