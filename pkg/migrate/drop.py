"""Empties a database of its tables."""

from __future__ import annotations

from pkg.migrate.contract import Target
from pkg.migrate.dialect import Speech
from pkg.migrate.ledger import table_names


async def drop_everything(target: Target) -> None:
    """Drops every table of the schema, references or not; the lock's own table stays."""
    say = Speech(target.dialect)
    tables = [table for table in await table_names(target) if table != "migration_lock"]
    async with target.reshaping() as connection:
        if target.dialect == "mysql":
            await connection.touch("SET FOREIGN_KEY_CHECKS = 0")
        try:
            cascade = " CASCADE" if target.dialect == "postgres" else ""
            for table in tables:
                await connection.touch(f"DROP TABLE {say.name(table)}{cascade}")
        finally:
            if target.dialect == "mysql":
                await connection.touch("SET FOREIGN_KEY_CHECKS = 1")
