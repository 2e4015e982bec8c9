"""What the three clients share: every statement raises this project's errors, not a vendor's."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from tortoise.exceptions import BaseORMException

from pkg.database.errors import ConstraintBroken, DatabaseUnavailable, Duplicate
from pkg.database.settled import settled
from pkg.database.steps import Row, Steps

T = TypeVar("T")
Ours = DatabaseUnavailable | ConstraintBroken | Duplicate


def vendor(exc: BaseException) -> BaseException:
    """Answers the exception Tortoise wrapped, or *exc* itself."""
    if isinstance(exc, BaseORMException) and exc.args and isinstance(exc.args[0], BaseException):
        return exc.args[0]
    return exc


class Statements:
    """Mixed in before a Tortoise client. `fault` is the driver's table from its errors to ours."""

    @staticmethod
    def fault(exc: BaseException) -> Ours | None:
        """Answers our error for the vendor's *exc*, or None: a bug stays what it is."""
        raise NotImplementedError

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Awaits *work* and translates what it raises."""
        try:
            return await work
        except Exception as exc:
            if (ours := self.fault(vendor(exc))) is None:
                raise
            raise ours from exc

    async def touch(self, query: str, values: list[Any] | None = None) -> int:
        """Runs one statement and answers how many rows it matched."""
        return await self.run(self._touch(query, values))

    async def _touch(self, query: str, values: list[Any] | None) -> int:
        raise NotImplementedError

    async def rows(self, query: str, values: list[Any] | None = None) -> Sequence[Row]:
        """Runs one statement and answers its rows."""
        return await self.run(self._rows(query, values))

    async def _rows(self, query: str, values: list[Any] | None) -> Sequence[Row]:
        raise NotImplementedError

    async def perform(self, steps: Steps[T]) -> T:
        """Runs *steps* as one transaction, to its end whatever becomes of the caller."""
        return await self.run(settled(self._perform(steps)))

    async def _perform(self, steps: Steps[T]) -> T:
        raise NotImplementedError

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        return await self.run(super().execute_insert(query, values))  # type: ignore[misc]

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        await self.run(super().execute_many(query, values))  # type: ignore[misc]

    async def execute_query(
        self, query: str, values: list[Any] | None = None
    ) -> tuple[int, list[Any]]:
        found: tuple[int, list[Any]] = await self.run(super().execute_query(query, values))  # type: ignore[misc]
        return found

    async def execute_query_dict(
        self, query: str, values: list[Any] | None = None
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await self.run(super().execute_query_dict(query, values))  # type: ignore[misc]
        return rows
