"""Reads a database's tables back, so that two states of it can be compared."""

from __future__ import annotations

import re
from typing import Any

from pkg.database import Database
from pkg.migrate.ledger import TABLES, table_names

Schema = dict[str, Any]
COLUMNS = (
    "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, "
    "is_identity FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"
)
KEYS = "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ?"
CONSTRAINTS = (
    "SELECT conname, pg_get_constraintdef(oid) AS said FROM pg_constraint "
    "WHERE conrelid = ?::text::regclass ORDER BY conname"
)


async def schema_of(database: Database) -> Schema:
    """Answers each table but the tracking ones: columns, keys, references, as the server says."""
    tables = [name for name in await table_names(database) if name not in TABLES]
    read = {"sqlite": _sqlite, "postgres": _postgres, "mysql": _mysql}[database.dialect]
    return {table: await read(database, table) for table in tables}


async def nullable_columns(database: Database, table: str) -> dict[str, bool]:
    """Answers every column of *table*, and whether it may be absent."""
    if database.dialect == "sqlite":
        rows = await database.fetch("SELECT * FROM pragma_table_info(?)", [table])
        return {row["name"]: not (row["notnull"] or row["pk"]) for row in rows}
    where = "current_schema()" if database.dialect == "postgres" else "DATABASE()"
    rows = await database.fetch(
        "SELECT column_name AS name, is_nullable AS nullable FROM information_schema.columns "
        f"WHERE table_schema = {where} AND table_name = ?",
        [table],
    )
    return {row["name"]: row["nullable"] == "YES" for row in rows}


async def _sqlite(database: Database, table: str) -> Any:
    said = "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? ORDER BY name"
    return await database.fetch(said, [table])


async def _postgres(database: Database, table: str) -> Any:
    keys = await database.fetch(KEYS, [table])
    return {
        "columns": await database.fetch(COLUMNS, [table]),
        "keys": sorted(row["indexdef"] for row in keys),
        "constraints": await database.fetch(CONSTRAINTS, [table]),
    }


async def _mysql(database: Database, table: str) -> Any:
    rows = await database.fetch(f"SHOW CREATE TABLE `{table}`")
    return re.sub(r" AUTO_INCREMENT=\d+", "", rows[0]["Create Table"])
