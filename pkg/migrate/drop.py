"""Empties a database of its tables and views."""

from __future__ import annotations

from collections.abc import Mapping

from pkg.migrate.contract import Dialect, Target
from pkg.migrate.ledger import table_names

VIEWS: Mapping[Dialect, str] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'view'",
    "postgres": "SELECT viewname AS name FROM pg_views WHERE schemaname = current_schema()",
    "mysql": "SELECT table_name AS name FROM information_schema.views "
    "WHERE table_schema = DATABASE()",
}


async def drop_everything(target: Target) -> None:
    """Drops every table and view of the schema, whoever made it; the lock's own table stays."""
    views = [row["name"] for row in await target.fetch(VIEWS[target.dialect])]
    tables = [table for table in await table_names(target) if table != "migration_lock"]
    cascade = " CASCADE" if target.dialect == "postgres" else ""
    async with target.reshaping() as connection:
        if target.dialect == "mysql":
            await connection.touch("SET FOREIGN_KEY_CHECKS = 0")
        try:
            for kind, names in (("VIEW", views), ("TABLE", tables)):
                for name in names:  # IF EXISTS: a view over another went along with it
                    quoted = _quoted(name, target.dialect)
                    await connection.touch(f"DROP {kind} IF EXISTS {quoted}{cascade}")
        finally:
            if target.dialect == "mysql":
                await connection.touch("SET FOREIGN_KEY_CHECKS = 1")


def _quoted(name: str, dialect: Dialect) -> str:
    """Quotes a name that somebody else chose."""
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark
