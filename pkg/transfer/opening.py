"""The driver for a database that is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pkg.database import Database
from pkg.transfer.contract import Writer

if TYPE_CHECKING:
    from pkg.transfer.drivers.sql import SqlTables


@asynccontextmanager
async def tables_of(database: Database) -> AsyncIterator[Writer]:
    """The tables of *database* on a connection of its own for a block.

    On SQLite that is its only one: meanwhile ask nothing of *database* itself.
    """
    async with (
        database.connection.acquire_connection() as connection,
        _driver(database)(database, connection).ready() as tables,
    ):
        yield tables


def _driver(database: Database) -> type[SqlTables]:
    # Each loads its vendor, and only one or two are ever wanted.
    match database.dialect:
        case "sqlite":
            from pkg.transfer.drivers.sqlite import SqliteTables  # noqa: PLC0415  vendor

            return SqliteTables
        case "postgres":
            from pkg.transfer.drivers.postgres import PostgresTables  # noqa: PLC0415  vendor

            return PostgresTables
        case "mysql":
            from pkg.transfer.drivers.mysql import MysqlTables  # noqa: PLC0415  vendor

            return MysqlTables
