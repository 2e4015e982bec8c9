"""Rows changed in Python, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pkg.migrate.dialect import Speech

Row = Mapping[str, Any]
Make = Callable[[Row], Row | None]


@dataclass(frozen=True, slots=True)
class Filling:
    """Sets *columns* of each row of *table* to what *make* answers for it; None leaves it.

    Rows come in the order of *by*, a key of one column, with *reads* and *by*. *where* is SQL.
    """

    table: str
    columns: tuple[str, ...]
    make: Make
    reads: tuple[str, ...]
    where: str = ""
    by: str = "id"
    batch: int = 500

    @property
    def said(self) -> str:
        """Answers the line that stands for all its statements."""
        rows = f" where {self.where}" if self.where else ""
        return f"-- Python sets {', '.join(self.columns)} of {self.table}, row by row{rows}"

    async def run(self, db: Any, say: Speech) -> None:
        """Goes through the rows on *db*."""
        last: object = None
        while rows := await self._next(db, say, last):
            last = rows[-1][self.by]
            changed = [(row[self.by], new) for row in rows if (new := self.make(row)) is not None]
            if changed:
                await db.execute_many(self._update(say), [self._values(*one) for one in changed])

    async def _next(self, db: Any, say: Speech, last: object) -> Sequence[Row]:
        names = say.names(tuple(dict.fromkeys((self.by, *self.reads))))
        rules = [f"({self.where})"] if self.where else []
        rules += [f"{say.name(self.by)} > {say.mark(1)}"] if last is not None else []
        where = f" WHERE {' AND '.join(rules)}" if rules else ""
        rows: Sequence[Row] = await db.execute_query_dict(
            f"SELECT {names} FROM {say.name(self.table)}{where} "  # noqa: S608  checked names
            f"ORDER BY {say.name(self.by)} LIMIT {self.batch:d}",
            [last] if last is not None else None,
        )
        return rows

    def _update(self, say: Speech) -> str:
        sets = ", ".join(f"{say.name(c)} = {say.mark(n)}" for n, c in enumerate(self.columns, 1))
        of = f"{say.name(self.by)} = {say.mark(len(self.columns) + 1)}"
        return f"UPDATE {say.name(self.table)} SET {sets} WHERE {of}"  # noqa: S608  checked names

    def _values(self, key: object, new: Row) -> list[object]:
        if set(new) != set(self.columns):
            raise ValueError(
                f"{self.said}: it answered {sorted(new)}; answer each of them, or None"
            )
        return [*(new[column] for column in self.columns), key]
