"""What moving tables needs of a database: one connection that reads and writes rows in pieces."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from pkg.database import Dialect
from pkg.transfer.line import Row
from pkg.transfer.table import Table

Key = Sequence[object]


class Reader(ABC):
    """Reads tables. Rows are those of :mod:`pkg.transfer.line`, whatever the dialect.

    Any verb may raise DatabaseUnavailable.
    """

    dialect: Dialect

    @abstractmethod
    def alone(self) -> AbstractAsyncContextManager[None]:
        """Keeps other movers out for a block, and from a file of SQLite everybody.

        It waits for them as long as for any lock. A process that dies holds nothing any more.

        Raises:
            TransferLocked: somebody is there still.
        """

    @abstractmethod
    def snapshot(self) -> AbstractAsyncContextManager[None]:
        """Shows one moment of all tables for a block, whoever writes meanwhile."""

    @abstractmethod
    async def page(self, table: Table, after: Key | None, size: int) -> list[Row]:
        """Answers at most *size* rows above the key *after*, in the order of the key.

        Raises:
            TransferRefused: a value is not what its column says; the message names the row.
        """

    @abstractmethod
    async def count(self, table: Table) -> int:
        """Answers how many rows there are."""

    @abstractmethod
    async def counter(self, table: Table) -> int:
        """Answers the highest id that was ever given, 0 where none was or none is counted."""


class Writer(Reader):
    """Writes tables as well."""

    counts_within = True  # a transaction; to set a counter ends one of MySQL

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Commits a block or none of it."""

    @abstractmethod
    async def write(self, table: Table, rows: Sequence[Row]) -> None:
        """Inserts *rows*, within a transaction.

        Raises:
            TransferRefused: one cannot be kept here; the message names it and says why.
        """

    @abstractmethod
    async def link(self, table: Table, rows: Sequence[Row]) -> None:
        """Sets the late columns of *rows*, which are there already."""

    @abstractmethod
    async def clear(self, tables: Sequence[Table]) -> None:
        """Removes every row of *tables*, which are in their order: the last one first."""

    @abstractmethod
    async def make(self, table: Table) -> None:
        """Makes the table where it is not there. Outside of a transaction, as `drop`."""

    @abstractmethod
    async def drop(self, table: Table) -> None:
        """Removes the table."""

    @abstractmethod
    async def set_counter(self, table: Table, value: int) -> None:
        """Goes on counting ids above *value*; within a transaction only where it `counts_within`.

        One of PostgreSQL is never set back: to roll back does not undo it, and the rows of before
        have their ids still.
        """
