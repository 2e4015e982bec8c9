"""The builder: changes of tables, said once and spelled for the database at hand."""

from __future__ import annotations

from typing import Any

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.dialect import TABLE_OPTIONS, Speech
from pkg.migrate.rebuild import Rebuild
from pkg.migrate.table import Check, Column, Key, Part, Reference


class Schema:
    """Gathers the statements of one migration; `sql` is what its `upgrade` answers.

    *db* is what the migration was handed. Verbs that have to look at the table as it is by then
    are coroutines. `changes` is what was said, as values.
    """

    def __init__(self, db: Any) -> None:
        self._db = db
        self._speech = Speech(db.capabilities.dialect)
        self._statements: list[str] = []
        self.changes: list[Change] = getattr(db, "changes", [])

    @property
    def dialect(self) -> str:
        """Answers sqlite, postgres or mysql, for what only one of them needs."""
        return self._speech.dialect

    def sql(self) -> str:
        """Answers what is gathered and has not run yet, as one script."""
        return "".join(f"{one};\n" for one in self._statements)

    async def flush(self) -> None:
        """Runs what is gathered, so that the queries after it see it done."""
        script = self.sql()
        self._statements.clear()
        if script:
            await self._db.execute_script(script)

    def run(self, statement: str) -> None:
        """Adds a statement of your own."""
        self._add(made.Run(statement), statement)

    def run_on(
        self, *, sqlite: str | None = None, postgres: str | None = None, mysql: str | None = None
    ) -> None:
        """Adds a statement of your own, another one for each database, or none."""
        said = {"sqlite": sqlite, "postgres": postgres, "mysql": mysql}[self.dialect]
        if said is not None:
            self.run(said)

    def create_table(self, table: str, *parts: Part) -> None:
        """Makes *table* of columns, keys, references and checks, each reference with an index."""
        say = self._speech
        keys = [part for part in parts if isinstance(part, Key)]
        references = [part for part in parts if isinstance(part, Reference)]
        lines = [say.column(part) for part in parts if isinstance(part, Column)]
        lines += [f"PRIMARY KEY ({say.names(k.columns)})" for k in keys if k.kind == "primary"]
        lines += [say.reference(table, reference) for reference in references]
        lines += [say.check(part) for part in parts if isinstance(part, Check)]
        body = ",\n  ".join(lines)
        covered = {key.columns[0] for key in keys}
        wanted = [_index_of(one) for one in references if one.column not in covered]
        self._add(
            made.CreateTable(table, parts),
            f"CREATE TABLE {say.name(table)} (\n  {body}\n){TABLE_OPTIONS[say.dialect]}",
            *(say.create_key(table, key) for key in [*keys, *wanted] if key.kind != "primary"),
        )

    def drop_table(self, table: str) -> None:
        """Drops *table* and its rows."""
        self._add(made.DropTable(table), f"DROP TABLE {self._speech.name(table)}")

    async def rename_table(self, table: str, to: str) -> None:
        """Calls *table* *to*, and its keys and references as if it had always been."""
        say = self._speech
        self._add(
            made.RenameTable(table, to), f"ALTER TABLE {say.name(table)} RENAME TO {say.name(to)}"
        )

    def add_column(self, table: str, column: Column) -> None:
        """Adds *column*; one that may not be null needs a default where there are rows."""
        say = self._speech
        self._add(
            made.AddColumn(table, column),
            f"ALTER TABLE {say.name(table)} ADD COLUMN {say.column(column)}",
        )

    async def rename_column(self, table: str, column: str, to: str) -> None:
        """Calls *column* *to*, and keys and references over it as if it had always been.

        Needs MySQL 8 or MariaDB 10.5.
        """
        say = self._speech
        names = f"{say.name(column)} TO {say.name(to)}"
        self._add(
            made.RenameColumn(table, column, to),
            f"ALTER TABLE {say.name(table)} RENAME COLUMN {names}",
        )

    def add_key(self, table: str, key: Key, *, online: bool = False) -> None:
        """Adds an index or a unique key."""
        self._add(made.AddKey(table, key, online), self._speech.create_key(table, key))

    def drop_key(self, table: str, key: Key, *, online: bool = False) -> None:
        """Drops an index or a unique key."""
        self._add(made.DropKey(table, key, online), self._speech.drop_key(table, key.named(table)))

    async def drop_column(self, table: str, *columns: str) -> None:
        """Drops *columns* with their rows' values; keys over them must have been dropped."""
        say, change = self._speech, made.DropColumn(table, columns)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.without_columns, columns)
            return
        self._add(
            change,
            *(f"ALTER TABLE {say.name(table)} DROP COLUMN {say.name(one)}" for one in columns),
        )

    async def change_column(self, table: str, column: Column) -> None:
        """Gives the column of that name another type, null or default; values are converted."""
        say, change = self._speech, made.ChangeColumn(table, column)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.with_column, column)
        elif self.dialect == "mysql":
            self._add(change, f"ALTER TABLE {say.name(table)} MODIFY COLUMN {say.column(column)}")
        else:
            self._add(change, self._altered_on_postgres(table, column))

    async def add_foreign(self, table: str, reference: Reference, *, online: bool = False) -> None:
        """Adds a reference and its index; every row must fit it already."""
        say, change = self._speech, made.AddForeign(table, reference, online)
        index = say.create_key(table, _index_of(reference))
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.with_reference, reference)
            self._statements.append(index)
            return
        self._add(
            change, index, f"ALTER TABLE {say.name(table)} ADD {say.reference(table, reference)}"
        )

    async def drop_foreign(self, table: str, reference: Reference) -> None:
        """Drops a reference and its index; the column stays."""
        say, change = self._speech, made.DropForeign(table, reference)
        index = say.drop_key(table, _index_of(reference).named(table))
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.without_reference, reference)
            self._statements.append(index)
            return
        what = "FOREIGN KEY" if self.dialect == "mysql" else "CONSTRAINT"
        name = say.name(reference.named(table))
        self._add(change, f"ALTER TABLE {say.name(table)} DROP {what} {name}", index)

    async def add_check(self, table: str, check: Check, *, online: bool = False) -> None:
        """Adds a rule over each row; every row must keep it already."""
        say, change = self._speech, made.AddCheck(table, check, online)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.with_check, check)
            return
        self._add(change, f"ALTER TABLE {say.name(table)} ADD {say.check(check)}")

    async def drop_check(self, table: str, check: Check) -> None:
        """Drops a rule over each row, known by its name."""
        say, change = self._speech, made.DropCheck(table, check)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.without_check, check)
            return
        self._add(change, f"ALTER TABLE {say.name(table)} DROP CONSTRAINT {say.name(check.name)}")

    def _add(self, change: Change, *statements: str) -> None:
        self.changes.append(change)
        self._statements += statements

    def _altered_on_postgres(self, table: str, column: Column) -> str:
        say, name = self._speech, self._speech.name(column.name)
        kind = say.type(column)
        changes = [
            f"ALTER COLUMN {name} DROP DEFAULT",  # the old one may not fit the new type
            f"ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}",
            f"ALTER COLUMN {name} {'DROP' if column.null else 'SET'} NOT NULL",
        ]
        if column.default is not None:
            changes.append(f"ALTER COLUMN {name} SET DEFAULT {say.default(column)}")
        return f"ALTER TABLE {say.name(table)} {', '.join(changes)}"

    async def _rebuild(self, change: Any, how: Any, what: Any) -> None:
        self.changes.append(change)
        await self.flush()  # what was said so far may be about this very table
        if getattr(self._db, "is_offline", False):
            return  # there is no table to look at
        rebuild = await Rebuild.of(self._db, change.table)
        how(rebuild, what)
        self._statements += rebuild.statements()


def _index_of(reference: Reference) -> Key:
    return Key((reference.column,), "index")
