"""Keys and references that get another name with their table or column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pkg.migrate.dialect import Speech
from pkg.migrate.names import Named
from pkg.migrate.table import Key
from pkg.migrate.tabletext import tokenised

Pairs = Sequence[tuple[Named, Named]]
HEAD = ("CREATE", "UNIQUE", "INDEX")


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


def renamed_on_sqlite(say: Speech, table: str, pairs: Pairs, column: tuple[str, str]) -> list[str]:
    """Answers the statements, once *table* has its new name, or *column* (old, new) has.

    An index is made anew from its own text, so that its order and its WHERE stay.
    """
    statements = []
    for old, new in pairs:
        kind: Literal["unique", "index"] = "unique" if new.kind == "unique" else "index"
        made = new.sql or say.create_key(table, Key(new.columns, kind, new.name))
        text = "".join(_spelled(made, new.name, table, column)) if new.sql else made
        statements += [f"DROP INDEX {say.name(old.name)}", text]
    return statements


def _spelled(sql: str, name: str, table: str, column: tuple[str, str]) -> Iterator[str]:
    """Answers the pieces of a CREATE INDEX: its name, `ON`, its table, and what it is over."""
    place = "head"
    for token in tokenised(sql):
        if token.word == "ON" and place == "head":
            place = "table"
            yield f'"{name}" ON'
        elif place == "head":
            yield "" if token.kind == "quoted" or token.word not in HEAD else f"{token.text} "
        elif place == "table" and token.name:
            place = "over"
            yield f'"{table}"'
        else:
            yield f'"{column[1]}"' if token.name and token.name == column[0] else token.text
