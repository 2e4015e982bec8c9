"""How much is in each table."""

from __future__ import annotations

from dataclasses import dataclass

from pkg.migrate.contract import Target
from pkg.migrate.ledger import table_names

BYTES = {
    "sqlite": "SELECT m.tbl_name AS name, sum(d.pgsize) AS bytes "
    "FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY m.tbl_name",
    "postgres": "SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')",
    "mysql": "SELECT table_name AS name, data_length + index_length AS bytes "
    "FROM information_schema.tables WHERE table_schema = DATABASE()",
}


@dataclass(frozen=True, slots=True)
class TableSize:
    """Rows, counted, and bytes on disk with keys; None where this SQLite cannot tell them."""

    name: str
    rows: int
    bytes: int | None


async def sizes(target: Target, *names: str) -> list[TableSize]:
    """Answers how much is in the tables *names*, or in every one. Each is read through: slow.

    *names* are names of tables, as the database itself answers them.
    """
    mark = "`" if target.dialect == "mysql" else '"'
    weights = await _bytes(target)
    found = []
    for table in names or await table_names(target):
        # The database's own names: somebody else's tables may be called what ours may not.
        quoted = f"{mark}{table.replace(mark, mark * 2)}{mark}"
        counted = await target.fetch(f"SELECT count(*) AS n FROM {quoted}")  # noqa: S608  quoted
        found.append(TableSize(table, counted[0]["n"], weights.get(table)))
    return found


async def _bytes(target: Target) -> dict[str, int]:
    if target.dialect == "sqlite" and not await _has_dbstat(target):
        return {}
    rows = await target.fetch(BYTES[target.dialect])
    return {row["name"]: int(row["bytes"] or 0) for row in rows}


async def _has_dbstat(target: Target) -> bool:
    # A module that SQLite may be built without.
    return bool(await target.fetch("SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'"))
