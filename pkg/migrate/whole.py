"""SQLite: whether rows, views and triggers still fit the tables a migration leaves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from pkg.migrate.cause import is_from_database
from pkg.migrate.errors import MigrationFailed

# SQLite to 3.40 crashes when it prepares an EXPLAIN anew after the schema has changed, and Python
# keeps statements by their text: no text twice, then.
ONCE = count()


async def check_references(db: Any) -> None:
    """Looks for rows that refer to none.

    Raises:
        MigrationFailed: there is one; the message names it.
    """
    broken = await db.execute_query_dict("PRAGMA foreign_key_check")
    if broken:
        row = broken[0]
        raise MigrationFailed(
            f"row {row['rowid']} of {row['table']} refers to no row of {row['parent']}"
        )


async def broken(db: Any) -> dict[str, str]:
    """Answers the views and tables with triggers that SQLite cannot use, and why.

    It never looks by itself before somebody uses one.
    """
    found = {}
    sql = (
        "SELECT 'view' AS type, name FROM sqlite_master WHERE type = 'view' UNION "
        "SELECT 'triggers of', t.tbl_name FROM sqlite_master t JOIN sqlite_master o "
        "ON o.name = t.tbl_name AND o.type = 'table' WHERE t.type = 'trigger'"
    )
    for row in await db.execute_query_dict(sql):
        try:
            await _use(db, row["type"], row["name"])
        except Exception as exc:
            if not is_from_database(exc):
                raise
            found[f"{row['type']} {row['name']}"] = str(exc)
    return found


async def _use(db: Any, kind: str, name: str) -> None:
    columns = await db.execute_query_dict("SELECT name, hidden FROM pragma_table_xinfo(?)", [name])
    plain = [_quoted(one["name"]) for one in columns if not one["hidden"]]
    for statement in _uses(kind, _quoted(name), plain):
        await db.execute_query_dict(f"EXPLAIN /* {next(ONCE)} */ {statement}")


def _uses(kind: str, name: str, columns: list[str]) -> Iterator[str]:
    if kind == "view":
        yield f"SELECT * FROM {name}"  # noqa: S608  a quoted name
        return
    yield f"INSERT INTO {name} DEFAULT VALUES"
    yield f"DELETE FROM {name}"  # noqa: S608
    yield f"UPDATE {name} SET {', '.join(f'{one} = {one}' for one in columns)}"  # noqa: S608


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
