"""What is in tables, as numbers: rows counted, and a sum over each column that knows its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from pkg.migrate.contract import Target
from pkg.migrate.dialect import Speech
from pkg.migrate.inspect import FoundTable
from pkg.migrate.table import NAME

BATCH = 5_000
ROOM = 2**64


@dataclass(slots=True)
class Weight:
    """A table's rows, and a sum of each column: another value in another row is another sum."""

    rows: int = 0
    sums: dict[str, int] = field(default_factory=dict)


async def weigh(target: Target, tables: Mapping[str, FoundTable]) -> dict[str, Weight]:
    """Answers the weight of each of *tables*; every row of each is read."""
    return {name: await _weigh(target, table) for name, table in tables.items()}


async def _weigh(target: Target, table: FoundTable) -> Weight:
    weight = Weight(sums=dict.fromkeys((one.name for one in table.columns), 0))
    while rows := await _batch(target, table, weight.rows):
        for row in rows:
            key = tuple(row[name] for name in table.primary)
            for column in weight.sums:
                weight.sums[column] = (weight.sums[column] + _hash(key, row[column])) % ROOM
        weight.rows += len(rows)
        if len(rows) < BATCH:
            break
    return weight


async def _batch(target: Target, table: FoundTable, offset: int) -> list[dict[str, Any]]:
    say = Speech(target.dialect)
    # Without a primary key the columns themselves give an order; two rows alike weigh the same.
    by = table.primary or tuple(one.name for one in table.columns)
    return await target.fetch(
        f"SELECT * FROM {say.name(table.name)} ORDER BY {say.names(by)} "  # noqa: S608  checked names
        f"LIMIT {BATCH:d} OFFSET {offset:d}"
    )


def sayable(table: FoundTable) -> bool:
    """Tells whether the builder can say every name of *table*; others are somebody else's."""
    return all(NAME.fullmatch(one) for one in (table.name, *(c.name for c in table.columns)))


def _hash(key: object, value: object) -> int:
    return int.from_bytes(blake2b(repr((key, value)).encode(), digest_size=8).digest(), "big")
