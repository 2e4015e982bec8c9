"""SQLite's way to change a table: make it anew, move the rows, put it in the old one's place.

Source: https://www.sqlite.org/lang_altertable.html, section 7. Foreign keys must rest meanwhile:
dropping the old table would delete the children of every row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pkg.migrate.dialect import Speech
from pkg.migrate.errors import CannotRebuild
from pkg.migrate.table import Check, Column, Reference

SAY = Speech("sqlite")
# What reading the table back would lose.
UNSEEN = re.compile(r"\b(CHECK|UNIQUE|COLLATE|GENERATED|WITHOUT\s+ROWID|STRICT)\b", re.IGNORECASE)


@dataclass(slots=True)
class Rebuild:
    """A table as it stands, and as it is to be."""

    table: str
    columns: dict[str, str]  # name -> definition, in order
    primary: tuple[str, ...]  # empty where a column says it itself
    references: dict[str, str]  # column -> constraint
    keys: dict[str, tuple[str, tuple[str, ...]]]  # name -> statement, columns
    copied: tuple[str, ...]
    checks: dict[str, str]  # name -> constraint
    counted: bool  # AUTOINCREMENT: an id is never given twice

    @classmethod
    async def of(cls, db: Any, table: str) -> Rebuild:
        """Reads *table* back.

        Raises:
            CannotRebuild: there is no such table, or it says something that would be lost.
        """
        said = await _rows(
            db, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table
        )
        if not said or UNSEEN.search(said[0]["sql"]):
            why = "says more than columns and keys" if said else "does not exist"
            raise CannotRebuild(f"table {table} {why}; write its change as SQL")
        found = await _rows(db, "SELECT * FROM pragma_table_info(?) ORDER BY cid", table)
        counted = "AUTOINCREMENT" in said[0]["sql"].upper()
        primary = tuple(c["name"] for c in sorted(found, key=lambda c: c["pk"]) if c["pk"])
        return cls(
            table=table,
            columns={c["name"]: _definition(c, counted=counted) for c in found},
            primary=() if counted else primary,
            references=await _references(db, table),
            keys=await _keys(db, table),
            copied=tuple(c["name"] for c in found),
            checks={},
            counted=counted,
        )

    def with_column(self, column: Column) -> None:
        """Replaces the definition of the column of that name."""
        self._known(column.name)
        self.columns[column.name] = SAY.column(column)

    def without_columns(self, columns: tuple[str, ...]) -> None:
        for column in columns:
            self._known(column)
            if users := [name for name, (_, over) in self.keys.items() if column in over]:
                raise CannotRebuild(f"{self.table}.{column} is in {users[0]}: drop that key first")
            if column in self.references:
                raise CannotRebuild(f"{self.table}.{column} is a reference: drop that first")
            del self.columns[column]
        self.copied = tuple(one for one in self.copied if one not in columns)

    def with_reference(self, reference: Reference) -> None:
        self._known(reference.column)
        self.references[reference.column] = SAY.reference(self.table, reference)

    def without_reference(self, reference: Reference) -> None:
        self.references.pop(reference.column, None)

    def with_check(self, check: Check) -> None:
        self.checks[check.name] = SAY.check(check)

    def without_check(self, check: Check) -> None:
        self.checks.pop(check.name, None)

    def statements(self) -> list[str]:
        """Answers the whole rebuild."""
        name = f"{self.table[:55]}_rebuilt"
        table, new = SAY.name(self.table), SAY.name(name)
        lines = [*self.columns.values()]
        if self.primary:
            lines.append(f"PRIMARY KEY ({SAY.names(self.primary)})")
        body = ",\n  ".join([*lines, *self.references.values(), *self.checks.values()])
        names = SAY.names(self.copied)
        return [
            f"CREATE TABLE {new} (\n  {body}\n)",
            f"INSERT INTO {new} ({names}) SELECT {names} FROM {table}",  # noqa: S608  checked names
            *(self._counted_on(name) if self.counted else ()),
            f"DROP TABLE {table}",
            f"ALTER TABLE {new} RENAME TO {table}",
            *(statement for statement, _ in self.keys.values()),
        ]

    def _counted_on(self, new: str) -> tuple[str, str]:
        # its own count is the highest id among the rows, which a deleted row may have had
        forget = f"DELETE FROM sqlite_sequence WHERE name = '{new}'"  # noqa: S608  checked names
        of_old = f"SELECT '{new}', seq FROM sqlite_sequence WHERE name = '{self.table}'"  # noqa: S608
        return forget, f"INSERT INTO sqlite_sequence (name, seq) {of_old}"

    def _known(self, column: str) -> None:
        if column not in self.columns:
            raise CannotRebuild(f"table {self.table} has no column {column}")


def _definition(column: dict[str, Any], *, counted: bool) -> str:
    if counted and column["pk"]:
        return SAY.column(Column(column["name"], "id"))
    words = [SAY.name(column["name"]), column["type"], "NOT NULL" if column["notnull"] else "NULL"]
    if column["dflt_value"] is not None:
        given = column["dflt_value"]
        words.append(f"DEFAULT ({given})" if "(" in given else f"DEFAULT {given}")
    return " ".join(words)


async def _references(db: Any, table: str) -> dict[str, str]:
    found = {}
    for row in await _rows(db, "SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC", table):
        reference = Reference(row["from"], row["table"], row["to"], row["on_delete"].lower())
        found[row["from"]] = SAY.reference(table, reference)
    return found


async def _keys(db: Any, table: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    sql = (
        "SELECT name, type, sql FROM sqlite_master "
        "WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid"
    )
    found = {}
    for row in await _rows(db, sql, table):
        over = await _rows(db, "SELECT name FROM pragma_index_info(?)", row["name"])
        found[row["name"]] = (row["sql"], tuple(column["name"] for column in over))
    return found


async def _rows(db: Any, sql: str, value: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await db.execute_query_dict(sql, [value])
    return rows
