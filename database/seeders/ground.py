"""What seeders work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from tortoise import Model

from database.seeders.insert import insertion
from pkg.database import Database
from pkg.hash import Hasher


class Source(Protocol):
    """What a ground is made of; `app.container.Services` is one."""

    @property
    def database(self) -> Database: ...

    @property
    def hasher(self) -> Hasher: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """The database, the hasher for passwords, and who is told of rows as they are done."""

    database: Database
    hasher: Hasher
    tell: Callable[[int], None] = lambda _: None

    @classmethod
    def of(cls, source: Source, tell: Callable[[int], None]) -> Self:
        """Answers the ground of one seeder."""
        return cls(source.database, source.hasher, tell)

    async def insert(self, model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes *rows*, given as values, in one transaction of its own.

        A quarter of what `bulk_create` takes: no objects are made. All have the fields that the
        first one has; the model's own defaults stand for the rest.

        Raises:
            Duplicate, ConstraintBroken: none of them is there.
        """
        if rows:
            await self.database.perform(insertion(self.database, model, rows))
