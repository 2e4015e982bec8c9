"""The keys and references of a table by their names, as they stand: names follow what is renamed.

The law: a name made of table, columns and kind is always the one that `Key` and `Reference` make,
so what a file added can be dropped after any renaming by saying it anew. A name somebody chose is
left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.contract import Dialect
from pkg.migrate.table import Key, OnDelete, Reference, checked


@dataclass(frozen=True, slots=True)
class Named:
    """An index, a unique key or a reference. *table*, *to*, *on_delete* are a reference's."""

    kind: Literal["index", "unique", "foreign"]
    name: str
    columns: tuple[str, ...]
    table: str = ""
    to: str = ""
    on_delete: OnDelete = "no action"
    sql: str = ""  # an index of SQLite as its file has it

    def derived(self, table: str) -> str:
        """Answers the name the builder gives such a one on *table*."""
        return "_".join((table, *self.columns, self.kind))

    def on(self, table: str, to: str) -> Named:
        """Answers it after its table *table* was renamed."""
        if self.name != self.derived(table):
            return self
        return replace(self, name=checked(self.derived(to)))

    def over(self, table: str, column: str, to: str) -> Named:
        """Answers it after a column of *table* was renamed."""
        columns = tuple(to if one == column else one for one in self.columns)
        moved = replace(self, columns=columns)
        return (
            replace(moved, name=moved.derived(table)) if self.name == self.derived(table) else moved
        )

    def to_table(self, *, table: str, to: str) -> Named:
        """Answers it after the table it leads to was renamed."""
        return replace(self, table=to) if self.table == table else self

    def to_column(self, *, table: str, column: str, to: str) -> Named:
        """Answers it after the column it leads to was renamed."""
        return replace(self, to=to) if (self.table, self.to) == (table, column) else self

    def reference(self) -> Reference:
        """Answers it as a part of a table."""
        return Reference(self.columns[0], self.table, self.to, self.on_delete)


KEYS = {
    "sqlite": """SELECT l.name AS name, l."unique" AS is_unique,
        (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno))
        AS columns, m.sql AS sql FROM pragma_index_list('{table}') l JOIN sqlite_master m
        ON m.type = 'index' AND m.name = l.name WHERE l.origin = 'c' ORDER BY l.name""",
    "postgres": """SELECT c.relname AS name, i.indisunique AS is_unique, (SELECT string_agg(
        COALESCE(a.attname, ''), ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY AS k(at, n)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.at) AS columns
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = to_regclass('{table}') AND NOT i.indisprimary ORDER BY c.relname""",
    "mysql": """SELECT index_name AS name, MAX(non_unique) = 0 AS is_unique,
        GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
        FROM information_schema.statistics WHERE table_schema = DATABASE()
        AND table_name = '{table}' AND index_name <> 'PRIMARY' GROUP BY index_name
        ORDER BY index_name""",
}
REFERENCES = {
    "postgres": """SELECT c.conname AS name, a.attname AS columns,
        c.confrelid::regclass::text AS "table", f.attname AS "to",
        CASE c.confdeltype WHEN 'c' THEN 'cascade' WHEN 'r' THEN 'restrict' WHEN 'n' THEN 'set null'
        ELSE 'no action' END AS on_delete FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
        WHERE c.contype = 'f' AND c.conrelid = to_regclass('{table}')
        AND array_length(c.conkey, 1) = 1 ORDER BY c.conname""",
    "mysql": """SELECT k.constraint_name AS name, MAX(k.column_name) AS columns,
        MAX(k.referenced_table_name) AS `table`, MAX(k.referenced_column_name) AS `to`,
        LOWER(MAX(r.delete_rule)) AS on_delete FROM information_schema.key_column_usage k
        JOIN information_schema.referential_constraints r
        ON r.constraint_name = k.constraint_name AND r.table_name = k.table_name
        WHERE k.table_schema = DATABASE() AND r.constraint_schema = DATABASE()
        AND k.table_name = '{table}' AND k.referenced_table_name IS NOT NULL
        GROUP BY k.constraint_name HAVING COUNT(*) = 1 ORDER BY k.constraint_name""",
}


async def read(db: Any, dialect: Dialect, table: str) -> list[Named]:
    """Answers the keys and, on a server, the references of *table* as it stands.

    SQLite finds a reference by its column, so there its name is of no account.
    """
    found = []
    for row in await db.execute_query_dict(KEYS[dialect].format(table=checked(table))):
        kind: Literal["unique", "index"] = "unique" if row["is_unique"] else "index"
        found.append(Named(kind, row["name"], _columns(row["columns"]), sql=row.get("sql") or ""))
    if dialect == "sqlite":
        return found
    for row in await db.execute_query_dict(REFERENCES[dialect].format(table=checked(table))):
        row["columns"] = _columns(row["columns"])
        found.append(Named("foreign", **row))
    return found


class Names:
    """What `read` would answer once *changes* are done, for a migration that is only told."""

    def __init__(self, db: Any, dialect: Dialect) -> None:
        self._db = db
        self._dialect = dialect
        self._tables: dict[str, list[Named]] = {}
        self._goals: list[Callable[[Named], Named]] = []  # what references lead to by now

    async def after(self, changes: Sequence[Change], table: str) -> list[Named]:
        """Answers the keys and references of *table* after all of *changes*."""
        for one in changes:
            await self._follow(one)
        return await self._of(table)

    async def _follow(self, change: Change) -> None:
        match change:
            case made.CreateTable(table, parts):
                self._tables[table] = created(table, parts)
            case made.DropTable(table):
                self._tables[table] = []
            case made.RenameTable(table, to):
                self._tables[to] = [one.on(table, to) for one in await self._of(table)]
                self._tables[table] = []
                self._lead(partial(Named.to_table, table=table, to=to))
            case made.RenameColumn(table, column, to):
                was = await self._of(table)
                self._tables[table] = [one.over(table, column, to) for one in was]
                self._lead(partial(Named.to_column, table=table, column=column, to=to))
            case _:
                await self._follow_key(change)

    async def _follow_key(self, change: Change) -> None:
        match change:
            case made.AddKey(table, key):
                (await self._of(table)).append(_key(table, key))
            case made.DropKey(table, key):
                await self._without(table, key.named(table))
            case made.AddForeign(table, reference):
                known = await self._of(table)
                known += wanted(known, table, reference)
            case made.DropForeign(table, reference):
                await self._without(table, reference.named(table))
                await self._without(table, index_of(reference).named(table))
            case _:
                pass  # no key and no reference

    async def _of(self, table: str) -> list[Named]:
        if table not in self._tables:
            found = await read(self._db, self._dialect, table)
            for goal in self._goals:
                found = [goal(one) for one in found]
            self._tables[table] = found
        return self._tables[table]

    def _lead(self, goal: Callable[[Named], Named]) -> None:
        self._goals.append(goal)
        for table, known in self._tables.items():
            self._tables[table] = [goal(one) for one in known]

    async def _without(self, table: str, name: str) -> None:
        self._tables[table] = [one for one in await self._of(table) if one.name != name]


def created(table: str, parts: Sequence[object]) -> list[Named]:
    """Answers the keys and references of a table that is made of *parts*."""
    found = [_key(table, one) for one in parts if isinstance(one, Key) and one.kind != "primary"]
    covered = {one.columns[0] for one in parts if isinstance(one, Key)}
    for reference in (one for one in parts if isinstance(one, Reference)):
        found += [one for one in wanted([], table, reference) if one.kind == "foreign"]
        if reference.column not in covered:
            found.append(_key(table, index_of(reference)))
    return found


def wanted(known: Sequence[Named], table: str, reference: Reference) -> list[Named]:
    """Answers what *reference* brings: itself, and an index unless a key begins with its column."""
    name = reference.named(table)
    itself = Named(
        "foreign", name, (reference.column,), reference.table, reference.to, reference.on_delete
    )
    keys = [one for one in known if one.kind != "foreign" and one.columns[:1] == itself.columns]
    return [itself] if keys else [_key(table, index_of(reference)), itself]


def index_of(reference: Reference) -> Key:
    """Answers the index that a reference brings."""
    return Key((reference.column,), "index")


def _key(table: str, key: Key) -> Named:
    kind: Literal["unique", "index"] = "unique" if key.kind == "unique" else "index"
    return Named(kind, key.named(table), key.columns)


def _columns(said: str | bytes | None) -> tuple[str, ...]:
    text = said.decode() if isinstance(said, bytes) else said or ""
    return tuple(text.split(","))
