"""How far a transfer is: rows in the target itself, written with what they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Literal

from pkg.transfer.contract import Key, Writer
from pkg.transfer.line import Lines, Sum
from pkg.transfer.pages import pages
from pkg.transfer.table import Column, Table

NAME = "transfer_progress"  # while it is there, the database is not whole
TABLE = Table(
    NAME,
    (
        Column("table_name", "string"),
        Column("stage", "string"),
        Column("done", "big"),
        Column("last_key", "text", null=True),
        Column("checksum", "string"),
    ),
    key=("table_name",),
)
SAVED = replace(TABLE, late=("stage", "done", "last_key", "checksum"))
HEAD = ""  # the row about the transfer as a whole: its checksum is that of the plan

Stage = Literal["rows", "links", "done"]


@dataclass(frozen=True, slots=True)
class Point:
    """How far one table is. The sum is that of the rows that were copied, in either stage."""

    table: Table
    stage: Stage = "rows"
    last: Key | None = None  # of the stage
    rows: int = 0
    checksum: str = "0"

    @property
    def sum(self) -> Sum:
        return Sum(self.rows, self.checksum)

    def copied(self, last: Key, total: Sum) -> Point:
        return replace(self, last=last, rows=total.rows, checksum=total.checksum)

    def row(self) -> Sequence[object]:
        """Answers it as a row of the progress table."""
        (line,) = Lines(self.table.of_key()).encode([self.last]) if self.last else (None,)
        last = line.decode() if line else None
        return self.table.name, self.stage, self.rows, last, self.checksum


def plan_of(tables: Sequence[Table]) -> str:
    """Answers what a transfer goes by, in short: it goes on only while that is the same."""
    return blake2b(repr(tables).encode(), digest_size=16).hexdigest()


async def begin(target: Writer, tables: Sequence[Table]) -> list[Point]:
    """Writes that nothing is copied yet, within a transaction."""
    points = [Point(table) for table in tables]
    await target.clear([TABLE])
    head = (HEAD, "rows", 0, None, plan_of(tables))
    await target.write(TABLE, [head, *(point.row() for point in points)])
    return points


async def save(target: Writer, point: Point) -> None:
    """Writes how far one table is, in the transaction of what it tells of."""
    await target.link(SAVED, [point.row()])


async def read(target: Writer, tables: Sequence[Table]) -> tuple[str, list[Point]]:
    """Answers the plan it was begun by, empty where none was, and how far each table is."""
    found = {row[0]: row async for page in pages(target, TABLE) for row in page.rows}
    plan = str(found[HEAD][4]) if HEAD in found else ""
    return plan, [_point(table, found[table.name]) for table in tables if table.name in found]


def _point(table: Table, row: Sequence[object]) -> Point:
    _, stage, rows, last, checksum = row
    key = Lines(table.of_key()).decode(str(last).encode()) if last else None
    return Point(table, stage, key, rows, checksum)  # type: ignore[arg-type]  # as they were written
