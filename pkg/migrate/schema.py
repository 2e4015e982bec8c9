"""The builder: changes of tables, said once and spelled for the database at hand."""

from __future__ import annotations

from typing import Any

from pkg.migrate.dialect import TABLE_OPTIONS, Speech
from pkg.migrate.rebuild import Rebuild
from pkg.migrate.table import Column, Key, Part, Reference


class Schema:
    """Gathers the statements of one migration; `sql` is what its `upgrade` answers.

    *db* is what the migration was handed. Verbs that SQLite can only do by rebuilding the table
    are coroutines: they look at the table as it is by then.
    """

    def __init__(self, db: Any) -> None:
        self._db = db
        self._speech = Speech(db.capabilities.dialect)
        self._statements: list[str] = []

    @property
    def dialect(self) -> str:
        """Answers sqlite, postgres or mysql, for what only one of them needs."""
        return self._speech.dialect

    def sql(self) -> str:
        """Answers everything gathered, as one script."""
        return "".join(f"{one};\n" for one in self._statements)

    def run(self, statement: str) -> None:
        """Adds a statement of your own."""
        self._statements.append(statement)

    def create_table(self, table: str, *parts: Part) -> None:
        """Makes *table* of columns, keys and references, with an index for each reference."""
        say = self._speech
        columns = [say.column(part) for part in parts if isinstance(part, Column)]
        keys = [part for part in parts if isinstance(part, Key)]
        references = [part for part in parts if isinstance(part, Reference)]
        lines = columns
        lines += [f"PRIMARY KEY ({say.names(k.columns)})" for k in keys if k.kind == "primary"]
        lines += [say.reference(table, reference) for reference in references]
        body = ",\n  ".join(lines)
        self.run(f"CREATE TABLE {say.name(table)} (\n  {body}\n){TABLE_OPTIONS[say.dialect]}")
        covered = {key.columns[0] for key in keys}
        wanted = [_index_of(one) for one in references if one.column not in covered]
        for key in [*keys, *wanted]:
            if key.kind != "primary":
                self.add_key(table, key)

    def drop_table(self, table: str) -> None:
        """Drops *table* and its rows."""
        self.run(f"DROP TABLE {self._speech.name(table)}")

    def rename_table(self, table: str, to: str) -> None:
        """Calls *table* *to*; its keys keep their names."""
        say = self._speech
        self.run(f"ALTER TABLE {say.name(table)} RENAME TO {say.name(to)}")

    def add_column(self, table: str, column: Column) -> None:
        """Adds *column*; one that may not be null needs a default where there are rows."""
        say = self._speech
        self.run(f"ALTER TABLE {say.name(table)} ADD COLUMN {say.column(column)}")

    def rename_column(self, table: str, column: str, to: str) -> None:
        """Calls *column* *to*; needs MySQL 8 or MariaDB 10.5."""
        say = self._speech
        names = f"{say.name(column)} TO {say.name(to)}"
        self.run(f"ALTER TABLE {say.name(table)} RENAME COLUMN {names}")

    def add_key(self, table: str, key: Key) -> None:
        """Adds an index or a unique key."""
        self.run(self._speech.create_key(table, key))

    def drop_key(self, table: str, key: Key) -> None:
        """Drops an index or a unique key."""
        self.run(self._speech.drop_key(table, key.named(table)))

    async def drop_column(self, table: str, *columns: str) -> None:
        """Drops *columns* with their rows' values; keys over them must have been dropped."""
        say = self._speech
        if self.dialect == "sqlite":
            await self._rebuild(table, Rebuild.without_columns, columns)
            return
        for column in columns:
            self.run(f"ALTER TABLE {say.name(table)} DROP COLUMN {say.name(column)}")

    async def change_column(self, table: str, column: Column) -> None:
        """Gives the column of that name another type, null or default; values are converted."""
        say = self._speech
        if self.dialect == "sqlite":
            await self._rebuild(table, Rebuild.with_column, column)
        elif self.dialect == "mysql":
            self.run(f"ALTER TABLE {say.name(table)} MODIFY COLUMN {say.column(column)}")
        else:
            self._alter_postgres(table, column)

    async def add_foreign(self, table: str, reference: Reference) -> None:
        """Adds a reference and its index; every row must fit it already."""
        say = self._speech
        if self.dialect == "sqlite":
            await self._rebuild(table, Rebuild.with_reference, reference)
        self.add_key(table, _index_of(reference))
        if self.dialect != "sqlite":
            self.run(f"ALTER TABLE {say.name(table)} ADD {say.reference(table, reference)}")

    async def drop_foreign(self, table: str, reference: Reference) -> None:
        """Drops a reference and its index; the column stays."""
        say, name = self._speech, self._speech.name(reference.named(table))
        if self.dialect == "sqlite":
            await self._rebuild(table, Rebuild.without_reference, reference)
        else:
            what = "FOREIGN KEY" if self.dialect == "mysql" else "CONSTRAINT"
            self.run(f"ALTER TABLE {say.name(table)} DROP {what} {name}")
        self.drop_key(table, _index_of(reference))

    def _alter_postgres(self, table: str, column: Column) -> None:
        say, name = self._speech, self._speech.name(column.name)
        kind = say.type(column)
        default = f"SET DEFAULT {say.default(column)}" if column.default is not None else ""
        changes = [
            f"ALTER COLUMN {name} DROP DEFAULT",  # the old one may not fit the new type
            f"ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}",
            f"ALTER COLUMN {name} {'DROP' if column.null else 'SET'} NOT NULL",
        ]
        if default:
            changes.append(f"ALTER COLUMN {name} {default}")
        self.run(f"ALTER TABLE {say.name(table)} {', '.join(changes)}")

    async def _rebuild(self, table: str, change: Any, what: Any) -> None:
        for statement in self._statements:  # what was said so far may be about this very table
            await self._db.execute_script(statement)
        self._statements.clear()
        rebuild = await Rebuild.of(self._db, table)
        change(rebuild, what)
        self._statements += rebuild.statements()


def _index_of(reference: Reference) -> Key:
    return Key((reference.column,), "index")
