"""What stands in a database, in the builder's words."""

from __future__ import annotations

from dataclasses import replace

from pkg.migrate.contract import Dialect, Target
from pkg.migrate.diff.said import Said
from pkg.migrate.diff.shape import Shape, key
from pkg.migrate.inspect import FoundColumn, FoundKey, FoundTable, read_tables
from pkg.migrate.inspect.words import default_of
from pkg.migrate.ledger import TABLES
from pkg.migrate.table import Check, Column, Key, OnDelete, Reference

ON_DELETE: dict[str, OnDelete] = {
    "cascade": "cascade", "restrict": "restrict", "set null": "set null",
    "no action": "no action",
}  # fmt: skip


async def shapes_in(target: Target, said: Said) -> dict[str, Shape]:
    """Answers every table but the runner's own, with the words of *said* where they fit."""
    found = await read_tables(target)
    return {
        name: shape_of(table, said, target.dialect)
        for name, table in found.items()
        if name not in TABLES
    }


def shape_of(table: FoundTable, said: Said, dialect: Dialect) -> Shape:
    """Answers *table* as a shape; what the builder cannot say stands in `beyond`."""
    words, columns, beyond = said.columns.get(table.name, {}), {}, {}
    for found in table.columns:
        column = _column(found, words.get(found.name), dialect)
        if column is None:
            beyond[found.name] = f"the column {found.name} is {found.raw}"
        else:
            columns[found.name] = column
    references = []
    for one in table.references:
        if len(one.columns) == 1 and one.on_delete in ON_DELETE and one.on_update == "no action":
            on_delete = ON_DELETE[one.on_delete]
            references.append(Reference(one.columns[0], one.table, one.to[0], on_delete))
        else:
            beyond[one.name] = f"a reference over {', '.join(one.columns)}"
    checks = said.checks.get(table.name, {})
    for check in table.checks:
        if check.name not in checks:
            beyond[check.name] = f"the check {check.name or check.expression}"
    beyond |= {one.name: f"the trigger {one.name}" for one in table.triggers}
    beyond |= {one.name: f"the key {one.name}" for one in table.keys if not one.plain}
    return Shape(
        name=table.name,
        columns=columns,
        primary=table.primary,
        keys=tuple(_key(table.name, one) for one in table.keys if one.plain),
        references=tuple(references),
        checks=tuple(_checks(table, checks)),
        beyond=beyond,
    )


def _column(found: FoundColumn, word: Column | None, dialect: Dialect) -> Column | None:
    if word is None or _kept(word, dialect) != (found.kind, found.length, found.scale):
        return found.column()
    default = default_of(found.expression, word.kind, dialect)
    if found.generated or (default is None and found.expression is not None):
        return None
    return replace(word, null=found.null, default=default)


def _kept(column: Column, dialect: Dialect) -> tuple[str, int, int]:
    """Answers how *column* is read back where nothing but the database is asked."""
    if dialect == "sqlite" and column.kind == "boolean":
        return "integer", 0, 0
    if dialect == "sqlite" and column.kind == "decimal":
        return "string", 40, 0
    return column.kind, column.length, column.scale


def _key(table: str, found: FoundKey) -> Key:
    return key(table, "unique" if found.unique else "index", *found.columns, name=found.name)


def _checks(table: FoundTable, words: dict[str, Check]) -> list[Check]:
    there = {one.name for one in table.checks}
    return [check for name, check in words.items() if name in there]
