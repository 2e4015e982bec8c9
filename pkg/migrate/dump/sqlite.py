"""SQLite keeps the statements itself."""

from __future__ import annotations

from pkg.migrate.contract import Target
from pkg.migrate.dump.contract import refuse
from pkg.migrate.ledger import TABLES

SAID = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
)
KINDS = ("table", "index", "view", "trigger")


async def structure(target: Target) -> list[str]:
    """Answers the statements that make every table, index, view and trigger."""
    rows = [row for row in await target.fetch(SAID) if row["tbl_name"] not in TABLES]
    refuse(
        [
            f"virtual table {row['name']}"
            for row in rows
            if row["sql"].upper().startswith("CREATE VIRTUAL")
        ]
    )
    return [row["sql"] for kind in KINDS for row in rows if row["type"] == kind]
