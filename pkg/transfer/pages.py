"""Tables read through, piece by piece: as many rows at once as memory bears."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from pkg.transfer.contract import Key, Reader
from pkg.transfer.errors import TransferRefused
from pkg.transfer.line import Lines, Row, Sum
from pkg.transfer.table import Table

FIRST, MOST = 100, 5000  # rows
WEIGHT = 4 << 20  # bytes of a piece, as lines; the next one is sized by the last

Watch = Callable[
    [str, str, int, int], None
]  # what is done, to which table, rows so far, of how many


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order of their key, their lines, and the key of the last."""

    rows: Sequence[Row]
    lines: Sequence[bytes]
    last: Key


async def pages(
    reader: Reader, table: Table, *, after: Key | None = None, most: int | None = None
) -> AsyncIterator[Page]:
    """Reads *table* from above the key *after*, at most *most* rows in all."""
    lines, key, size = Lines(table.columns), table.places(table.key), FIRST
    while most is None or most > 0:
        rows = await reader.page(table, after, size if most is None else min(size, most))
        if not rows:
            return
        page = Page(rows, _encoded(lines, table, rows), [rows[-1][at] for at in key])
        if None in page.last:  # nothing compares with it, so nothing would come after it
            raise TransferRefused(
                f"{table.name} has rows whose {' or '.join(table.key)} is null, its primary key: "
                "give them one first"
            )
        yield page
        after, most = page.last, None if most is None else most - len(rows)
        size = sized(len(rows), sum(map(len, page.lines)))


def sized(rows: int, weight: int) -> int:
    """Answers how many rows the next piece may have when *rows* weighed *weight* bytes."""
    return max(1, min(MOST, 4 * rows, rows * WEIGHT // max(weight, 1)))


def _encoded(lines: Lines, table: Table, rows: Sequence[Row]) -> list[bytes]:
    try:
        return lines.encode(rows)
    except TypeError as exc:
        raise TransferRefused(_fault(table, rows)) from exc


def _fault(table: Table, rows: Sequence[Row]) -> str:
    """Answers which value has no line."""
    for row in rows:
        for column, value in zip(table.columns, row, strict=True):
            try:
                Lines([column]).encode([[value]])
            except TypeError:
                wanted = column.kind or "value of a type that can be moved"
                return f"{table.row(row)}: what {column.name} holds is no {wanted}: mend it first"
    return f"{table.name} holds a value that cannot be moved"


async def sum_of(reader: Reader, table: Table, watch: Watch, *, most: int | None = None) -> Sum:
    """Answers the checksum of *table*, or of its first *most* rows."""
    total = Sum()
    of = await reader.count(table) if most is None else most
    async for page in pages(reader, table, most=most):
        total.add(page.lines)
        watch("compares", table.name, total.rows, of)
    return total
