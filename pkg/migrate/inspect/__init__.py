from __future__ import annotations

from pkg.migrate.inspect.found import (
    FoundCheck,
    FoundColumn,
    FoundKey,
    FoundReference,
    FoundTable,
    FoundTrigger,
)
from pkg.migrate.inspect.read import read_tables
from pkg.migrate.inspect.size import TableSize, sizes

__all__ = [
    "FoundCheck",
    "FoundColumn",
    "FoundKey",
    "FoundReference",
    "FoundTable",
    "FoundTrigger",
    "TableSize",
    "read_tables",
    "sizes",
]
