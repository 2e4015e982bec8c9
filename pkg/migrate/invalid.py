"""PostgreSQL: what an index leaves that was made online and failed."""

from __future__ import annotations

import re

from pkg.migrate.contract import Target

ONLINE = re.compile(r'\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+"?(\w+)', re.IGNORECASE)


async def drop_invalid(target: Target, statement: str) -> None:
    """Drops the index that *statement* makes online, if an attempt before left it unusable.

    PostgreSQL keeps such a one, refuses its name, and takes it for nothing but work.
    Source: https://www.postgresql.org/docs/current/sql-createindex.html, building concurrently.
    """
    making = ONLINE.match(statement) if target.dialect == "postgres" else None
    if making is None:
        return
    invalid = await target.fetch(
        "SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE c.oid = to_regclass(?) AND NOT i.indisvalid",
        [making[1]],
    )
    for row in invalid:
        await target.execute(f'DROP INDEX CONCURRENTLY "{row["name"]}"')
