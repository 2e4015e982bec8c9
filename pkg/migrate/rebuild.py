"""SQLite's way to change a table: make it anew, move the rows, put it in the old one's place.

Source: https://www.sqlite.org/lang_altertable.html, section 7. Foreign keys must rest meanwhile:
dropping the old table would delete the children of every row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pkg.migrate.dialect import Speech
from pkg.migrate.errors import CannotRebuild
from pkg.migrate.table import Check, Column, Reference
from pkg.migrate.tabletext import (
    TableText,
    clauses,
    constraint_name,
    foreign_columns,
    mentions,
)

SAY = Speech("sqlite")
WHOLE = ("small", "integer", "big", "boolean")
KEPT = ("primary", "unique", "check", "collate", "references")  # when a column's type changes


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a table: an index or a trigger of its own, or who else mentions it."""

    kind: str
    name: str
    sql: str
    own: bool


@dataclass(slots=True)
class Rebuild:
    """A table as it stands, and as it is to be: what no verb names stays as it was written."""

    table: str
    text: TableText
    copied: list[str]  # columns that hold values; generated ones make theirs again
    beside: list[Beside]
    counted: bool  # AUTOINCREMENT: an id is never given twice
    numbers: list[str] = field(default_factory=list)  # columns that become whole numbers

    @classmethod
    async def of(cls, db: Any, table: str) -> Rebuild:
        """Reads *table* back.

        Raises:
            CannotRebuild: there is no such table, it is no plain one, or foreign keys do not rest.
        """
        said = await _rows(
            db, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table
        )
        if not said:
            raise CannotRebuild(f"table {table} does not exist; look at the name")
        if mentions(said[0]["sql"].partition("(")[0], "virtual"):
            raise CannotRebuild(f"table {table} is a virtual one; write its change as SQL")
        if (await db.execute_query_dict("PRAGMA foreign_keys"))[0]["foreign_keys"]:
            raise CannotRebuild(
                f"table {table} has to be rebuilt while foreign keys rest: RUN_IN_TRANSACTION must "
                "be True, and `migrate:up` must run the file, or the rows of other tables are lost"
            )
        found = await _rows(db, "SELECT * FROM pragma_table_xinfo(?) ORDER BY cid", table)
        return cls(
            table=table,
            text=TableText.read(said[0]["sql"]),
            copied=[c["name"] for c in found if not c["hidden"]],
            beside=await _beside(db, table),
            counted=mentions(said[0]["sql"], "autoincrement"),
        )

    def with_column(self, column: Column) -> None:
        """Gives the column of that name another type, null and default; its other rules stay."""
        rules = clauses(self._column(column.name))
        kinds = {rule.kind for rule in rules}
        if "generated" in kinds:
            raise CannotRebuild(self._needs_sql(column.name, "is generated"))
        if column.kind == "id" or ("primary" in kinds and self._counts(column.name)):
            raise CannotRebuild(self._needs_sql(column.name, "is the key that counts the rows"))
        if column.kind in WHOLE:
            self.numbers.append(column.name)
        kept = [rule.text for rule in rules if rule.kind in KEPT]
        self.text.columns[column.name] = " ".join([SAY.column(column), *kept])

    async def look(self, db: Any) -> None:
        """Looks for values that would not become what their column says; SQLite would keep them.

        Raises:
            CannotRebuild: there is one, which a server would have refused.
        """
        for column in self.numbers:
            table, name = SAY.name(self.table), SAY.name(column)
            digits = f"ltrim(trim({name}), '+-')"
            sql = (
                f"SELECT COUNT(*) AS found FROM {table} "  # noqa: S608  checked names
                f"WHERE typeof({name}) = 'text' AND ({digits} = '' OR {digits} GLOB '*[^0-9]*')"
            )
            if found := (await db.execute_query_dict(sql))[0]["found"]:
                raise CannotRebuild(
                    f"{found} rows of {self.table}.{column} hold no whole number: change them first"
                )

    def without_columns(self, columns: tuple[str, ...]) -> None:
        """Leaves *columns* out; nothing else may speak of them."""
        for column in columns:
            self._column(column)
            if user := self._user_of(column):
                raise CannotRebuild(f"{user} speaks of {self.table}.{column}: drop that first")
            if self._references(column):
                raise CannotRebuild(f"{self.table}.{column} is a reference: drop that first")
            del self.text.columns[column]
        if not self.text.columns:
            raise CannotRebuild(f"table {self.table} would have no column left: drop the table")
        self.copied = [one for one in self.copied if one.lower() not in columns]

    def with_reference(self, reference: Reference) -> None:
        """Adds a reference."""
        self._column(reference.column)
        if self._references(reference.column):
            raise CannotRebuild(f"{self.table}.{reference.column} is a reference already")
        self.text.rules.append(SAY.reference(self.table, reference))

    def without_reference(self, reference: Reference) -> None:
        """Leaves the reference of that column out."""
        column, rules = reference.column, self.text.rules
        definition = self._column(column)
        inline = [rule.text for rule in clauses(definition) if rule.kind == "references"]
        self.text.rules = [rule for rule in rules if foreign_columns(rule) != (column,)]
        if len(self.text.rules) == len(rules) and not inline:
            raise CannotRebuild(f"{self.table}.{column} is no reference; look at the name")
        for text in inline:
            self.text.columns[column] = self.text.columns[column].replace(text, "", 1).strip()

    def with_check(self, check: Check) -> None:
        """Adds a rule over each row."""
        self.text.rules.append(SAY.check(check))

    def without_check(self, check: Check) -> None:
        """Leaves the rule of that name out."""
        rules = [one for one in self.text.rules if constraint_name(one) != check.name]
        if rules == self.text.rules:
            raise CannotRebuild(f"table {self.table} has no check {check.name}; look at the name")
        self.text.rules = rules

    def statements(self) -> list[str]:
        """Answers the whole rebuild."""
        name = f"{self.table[:55]}_rebuilt"
        table, new = SAY.name(self.table), SAY.name(name)
        names = ", ".join('"' + one.replace('"', '""') + '"' for one in self.copied)
        return [
            # else the last step would look for the table in views and triggers, and miss it
            "PRAGMA legacy_alter_table = ON",
            self.text.said(new),
            f"INSERT INTO {new} ({names}) SELECT {names} FROM {table}",  # noqa: S608  quoted names
            *(self._counted_on(name) if self.counted else ()),
            f"DROP TABLE {table}",
            f"ALTER TABLE {new} RENAME TO {table}",
            "PRAGMA legacy_alter_table = OFF",
            *(one.sql for one in self.beside if one.own),
        ]

    def _counted_on(self, new: str) -> tuple[str, str]:
        # its own count is the highest id among the rows, which a deleted row may have had
        forget = f"DELETE FROM sqlite_sequence WHERE name = '{new}'"  # noqa: S608  checked names
        of_old = f"SELECT '{new}', seq FROM sqlite_sequence WHERE name = '{self.table}'"  # noqa: S608
        return forget, f"INSERT INTO sqlite_sequence (name, seq) {of_old}"

    def _column(self, name: str) -> str:
        if name not in self.text.columns:
            raise CannotRebuild(f"table {self.table} has no column {name}; look at the name")
        return self.text.columns[name]

    def _counts(self, column: str) -> bool:
        """Tells whether *column* stands for SQLite's own row number."""
        return any(mentions(self.text.columns[column], one) for one in ("integer", "autoincrement"))

    def _references(self, column: str) -> bool:
        inline = any(rule.kind == "references" for rule in clauses(self.text.columns[column]))
        return inline or any(column in foreign_columns(rule) for rule in self.text.rules)

    def _user_of(self, column: str) -> str:
        """Answers what else speaks of *column*, or nothing."""
        for one in self.beside:
            if mentions(one.sql, column):
                return f"{one.kind} {one.name}"
        for rule in self.text.rules:
            if mentions(rule, column) and not foreign_columns(rule):
                return f"rule {rule!r}"
        others = {name: text for name, text in self.text.columns.items() if name != column}
        return next((f"column {n}" for n, text in others.items() if mentions(text, column)), "")

    def _needs_sql(self, column: str, why: str) -> str:
        return f"{self.table}.{column} {why}; write its change as SQL"


async def _beside(db: Any, table: str) -> list[Beside]:
    sql = (
        "SELECT type, name, tbl_name, sql FROM sqlite_master "
        "WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL ORDER BY rowid"
    )
    found = []
    for row in await db.execute_query_dict(sql):
        own = row["type"] != "view" and row["tbl_name"].lower() == table
        if own or (row["type"] != "index" and mentions(row["sql"], table)):
            found.append(Beside(row["type"], row["name"], row["sql"], own))
    return found


async def _rows(db: Any, sql: str, value: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await db.execute_query_dict(sql, [value])
    return rows
