"""A migration without a database: what it would change, for whoever reads files."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from pkg.migrate.change import Change
from pkg.migrate.contract import Dialect
from pkg.migrate.fill import Filling
from pkg.migrate.names import Named, Names


class Offline:
    """The connection a migration is handed when nothing is to be read or done.

    `changes` is what it said, `scripts` what it ran before its end, and no query finds a row.
    """

    is_offline = True

    def __init__(self, dialect: Dialect) -> None:
        self.capabilities = SimpleNamespace(dialect=dialect)
        self.changes: list[Change] = []
        self.scripts: list[str] = []
        self._names = (self, dialect)

    async def execute_script(self, query: str) -> None:
        """Remembers the script."""
        self.scripts.append(query)

    async def execute_query(
        self, query: str, values: Sequence[Any] | None = None
    ) -> tuple[int, list[Any]]:
        return 0, []

    async def execute_query_dict(
        self, query: str, values: Sequence[Any] | None = None
    ) -> list[dict[str, Any]]:
        return []

    async def execute_insert(self, query: str, values: Sequence[Any]) -> Any:
        return None

    async def execute_many(self, query: str, values: Sequence[Any]) -> None:
        """Does nothing."""

    async def named(self, table: str) -> list[Named]:
        """Answers the keys and references of *table*, from what was said alone."""
        return await Names(*self._names).after(self.changes, table)

    async def fill(self, filling: Filling) -> None:
        """Does nothing."""
