"""What the runner needs of a database; `pkg.database.Database` has it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol

Dialect = Literal["sqlite", "postgres", "mysql"]


class Target(Protocol):
    """The database whose tables change."""

    @property
    def dialect(self) -> Dialect:
        """Answers which SQL it speaks."""
        ...

    @property
    def connection(self) -> Any:
        """Answers Tortoise's client: the open transaction's where there is one."""
        ...

    def cut(self, script: str) -> list[str]:
        """Cuts *script* into statements."""
        ...

    async def fetch(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Answers rows; `?` stands for each value."""
        ...

    async def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        """Answers how many rows were matched."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Commits a block or none of it."""
        ...

    def reshaping(self) -> AbstractAsyncContextManager[Any]:
        """The same, with SQLite's foreign keys at rest; answers the connection."""
        ...
