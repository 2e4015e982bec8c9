"""Keys and references that get another name with their table or column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pkg.migrate.dialect import Speech
from pkg.migrate.names import Named
from pkg.migrate.tabletext import tokenised

Pairs = Sequence[tuple[Named, Named]]


def renamed_on_server(say: Speech, table: str, pairs: Pairs) -> list[str]:
    """Answers the statements, once *table* itself has its new name."""
    statements = []
    for was, now in pairs:
        if was.kind != "foreign":
            statements.append(say.rename_key(table, was.name, now.name))
        elif say.dialect == "postgres":
            names = f"{say.name(was.name)} TO {say.name(now.name)}"
            statements.append(f"ALTER TABLE {say.name(table)} RENAME CONSTRAINT {names}")
        else:  # MySQL has no word for it
            statements.append(say.drop_constraint(table, "FOREIGN KEY", was.name))
            said = say.reference(table, now.reference())
            statements += say.add_constraint(table, said)
    return statements


async def renamed_on_sqlite(db: Any, pairs: Pairs) -> list[str]:
    """Answers the statements: an index is made anew from its own text, whatever that says."""
    statements = []
    for was, now in pairs:
        sql = "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?"
        for row in await db.execute_query_dict(sql, [was.name]):
            text = str(row["sql"])
            old = next(one for one in tokenised(text) if one.name == was.name)
            rest = text[old.at + len(old.text) :]
            statements += [f'DROP INDEX "{was.name}"', f'{text[: old.at]}"{now.name}"{rest}']
    return statements
