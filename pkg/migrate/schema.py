"""The builder: changes of tables, said once and spelled for the database at hand."""

from __future__ import annotations

from typing import Any

from pkg.migrate import change as made
from pkg.migrate import table as t
from pkg.migrate.change import Change
from pkg.migrate.dialect import Speech
from pkg.migrate.errors import CannotRebuild, MigrationFailed
from pkg.migrate.fill import Filling, Make
from pkg.migrate.names import Named, created, index_of, read, wanted
from pkg.migrate.rebuild import Rebuild
from pkg.migrate.rename import renamed_on_server, renamed_on_sqlite
from pkg.migrate.table import Check, Column, Key, Part, Reference

# as aerich.models.Aerich describes it
AERICH = (t.id(), t.string("version"), t.string("app", 100), t.json("content"))


class Schema:
    """Gathers the statements of one migration; `sql` is what its `upgrade` answers.

    *db* is what the migration was handed. Verbs that have to look at the table as it is by then
    are coroutines; they run what is gathered first. `changes` is what was said, as values.
    """

    def __init__(self, db: Any) -> None:
        self._db = db
        self._speech = Speech(db.capabilities.dialect)
        self._statements: list[str] = []
        self._is_offline = getattr(db, "is_offline", False)
        self.changes: list[Change] = getattr(db, "changes", [])

    @property
    def dialect(self) -> str:
        """Answers sqlite, postgres or mysql, for what only one of them needs."""
        return self._speech.dialect

    def sql(self) -> str:
        """Answers what is gathered and has not run yet, as one script."""
        return "".join(f"{one};\n" for one in self._statements)

    # Whole tables

    def create_table(self, table: str, *parts: Part) -> None:
        """Makes *table* of columns, keys, references and checks, each reference with an index."""
        self._add(
            made.CreateTable(table, parts),
            f"CREATE TABLE {self._speech.table(table, parts)}",
            *self._keys(table, created(table, parts)),
        )

    def track(self) -> None:
        """Makes aerich's own table where it is missing: for the first file of all.

        Aerich expects that of a first file, our runner has made it by then.
        """
        self.run(f"CREATE TABLE IF NOT EXISTS {self._speech.table('aerich', AERICH)}")

    def drop_table(self, table: str) -> None:
        """Drops *table* and its rows."""
        self._add(made.DropTable(table), f"DROP TABLE {self._speech.name(table)}")

    async def rename_table(self, table: str, to: str) -> None:
        """Calls *table* *to*, and its keys and references as if it had always been."""
        say = self._speech
        known = await self._named(table)
        alter = f"ALTER TABLE {say.name(table)} RENAME TO {say.name(to)}"
        self._add(made.RenameTable(table, to), alter)
        self._rename(to, [(one, one.on(table, to)) for one in known])

    # Columns

    def add_column(self, table: str, column: Column) -> None:
        """Adds *column*; one that may not be null needs a default where there are rows."""
        say = self._speech
        alter = f"ALTER TABLE {say.name(table)} ADD COLUMN {say.column(column)}"
        self._add(made.AddColumn(table, column), alter)

    async def change_column(self, table: str, column: Column) -> None:
        """Gives the column of that name another type, null or default; values are converted."""
        change = made.ChangeColumn(table, column)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.with_column, column)
        else:
            self._add(change, self._speech.change_column(table, column))

    async def rename_column(self, table: str, column: str, to: str) -> None:
        """Calls *column* *to*, and keys and references over it as if it had always been.

        Needs MySQL 8 or MariaDB 10.5.
        """
        say = self._speech
        known = await self._named(table)
        names = f"{say.name(column)} TO {say.name(to)}"
        alter = f"ALTER TABLE {say.name(table)} RENAME COLUMN {names}"
        self._add(made.RenameColumn(table, column, to), alter)
        self._rename(table, [(one, one.over(table, column, to)) for one in known], (column, to))

    async def drop_column(self, table: str, *columns: str) -> None:
        """Drops *columns* with their rows' values; keys over them must have been dropped."""
        say, change = self._speech, made.DropColumn(table, columns)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.without_columns, columns)
            return
        await self._look_for_users(table, columns)
        alter = f"ALTER TABLE {say.name(table)}"
        self._add(change, *(f"{alter} DROP COLUMN {say.name(one)}" for one in columns))

    # Keys, references, checks

    def add_key(self, table: str, key: Key, *, online: bool = False) -> None:
        """Adds an index or a unique key; *online* keeps no writer out while it is made.

        On PostgreSQL that takes a file with `RUN_IN_TRANSACTION = False`.
        """
        self._look_for_transaction(online)
        self._add(
            made.AddKey(table, key, online), self._speech.create_key(table, key, online=online)
        )

    def drop_key(self, table: str, key: Key, *, online: bool = False) -> None:
        """Drops an index or a unique key, *online* as `add_key` has it."""
        self._look_for_transaction(online)
        self._add(
            made.DropKey(table, key, online),
            self._speech.drop_key(table, key.named(table), online=online),
        )

    async def add_foreign(self, table: str, reference: Reference, *, online: bool = False) -> None:
        """Adds a reference, and its index unless a key begins with its column.

        Every row must fit it already. *online*, on PostgreSQL, checks them without a lock on
        writers, in a file with `RUN_IN_TRANSACTION = False`.
        """
        say, change = self._speech, made.AddForeign(table, reference, online)
        keys = self._keys(table, wanted(await self._named(table), table, reference))
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.with_reference, reference)
            self._statements += keys
            return
        said = say.reference(table, reference)
        self._add(change, *keys, *say.add_constraint(table, said, online=online))

    async def drop_foreign(self, table: str, reference: Reference) -> None:
        """Drops a reference, and its own index if it has one; the column stays."""
        say, change = self._speech, made.DropForeign(table, reference)
        own = index_of(reference).named(table)
        has_own = any(one.name == own for one in await self._named(table))
        index = [say.drop_key(table, own)] if has_own else []
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.without_reference, reference)
            self._statements += index
            return
        drop = say.drop_constraint(table, "FOREIGN KEY", reference.named(table))
        self._add(change, drop, *index)

    async def add_check(self, table: str, check: Check, *, online: bool = False) -> None:
        """Adds a rule over each row; every row must keep it already. *online* as `add_foreign`."""
        say, change = self._speech, made.AddCheck(table, check, online)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.with_check, check)
            return
        self._add(change, *say.add_constraint(table, say.check(check), online=online))

    async def drop_check(self, table: str, check: Check) -> None:
        """Drops a rule over each row, known by its name."""
        change = made.DropCheck(table, check)
        if self.dialect == "sqlite":
            await self._rebuild(change, Rebuild.without_check, check)
            return
        self._add(change, self._speech.drop_constraint(table, "CHECK", check.name))

    # Statements and rows of your own

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

    async def flush(self) -> None:
        """Runs what is gathered, so that the queries after it see it done."""
        script = self.sql()
        self._statements.clear()
        if script:
            await self._db.execute_script(script)

    async def fill(
        self,
        table: str,
        columns: tuple[str, ...],
        make: Make,
        *,
        reads: tuple[str, ...],
        **how: Any,
    ) -> None:
        """Sets *columns* of each row to what *make* answers for it, from the columns *reads*.

        *how*: `where`, SQL that chooses rows; `by`, the key that orders them, `id`; `batch`, 500.
        *make* must answer the same for the same row: a run that failed may go through it again.
        """
        self.changes.append(made.Fill(table, columns))
        await self.flush()
        filling = Filling(table, columns, make, reads, **how)
        if hasattr(self._db, "fill"):  # it tells what it does, or only tells
            await self._db.fill(filling)
        else:
            await filling.run(self._db, self._speech)

    def _add(self, change: Change, *statements: str) -> None:
        self.changes.append(change)
        self._statements += statements

    def _keys(self, table: str, named: list[Named]) -> list[str]:
        return [
            self._speech.create_key(table, Key(one.columns, one.kind, one.name))
            for one in named
            if one.kind != "foreign"
        ]

    async def _named(self, table: str) -> list[Named]:
        """Answers the keys and references of *table* as they are by now."""
        await self.flush()
        if hasattr(self._db, "named"):  # it remembers what it was told, or what it found before
            named: list[Named] = await self._db.named(table)
            return named
        return await read(self._db, self._speech.dialect, table)

    def _look_for_transaction(self, online: bool) -> None:
        if online and self.dialect == "postgres" and getattr(self._db, "in_transaction", False):
            raise MigrationFailed(
                "PostgreSQL makes and drops an index online outside a transaction alone: "
                "give it a file of its own with RUN_IN_TRANSACTION = False"
            )

    async def _look_for_users(self, table: str, columns: tuple[str, ...]) -> None:
        # PostgreSQL would drop them along, and MySQL make a key over the columns that are left
        for one in [] if self._is_offline else await self._named(table):
            if used := [column for column in columns if column in one.columns]:
                what = "reference" if one.kind == "foreign" else "key"
                raise CannotRebuild(
                    f"{what} {one.name} speaks of {table}.{used[0]}: drop that first"
                )

    def _rename(
        self, table: str, pairs: list[tuple[Named, Named]], column: tuple[str, str] = ("", "")
    ) -> None:
        # in one order, whether they were read or are known from what was said
        by_kind = sorted(pairs, key=lambda pair: (pair[0].kind == "foreign", pair[0].name))
        changed = [(old, new) for old, new in by_kind if old.name != new.name]
        if self.dialect == "sqlite":
            self._statements += renamed_on_sqlite(self._speech, table, changed, column)
        else:
            self._statements += renamed_on_server(self._speech, table, changed)

    async def _rebuild(self, change: Any, how: Any, what: Any) -> None:
        self.changes.append(change)
        await self.flush()  # what was said so far may be about this very table
        if self._is_offline:
            return  # there is no table to look at
        rebuild = await Rebuild.of(self._db, change.table)
        how(rebuild, what)
        await rebuild.look(self._db)
        self._statements += rebuild.statements()
