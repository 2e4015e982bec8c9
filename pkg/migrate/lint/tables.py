"""The tables as the files before, and the statements before in this file, leave them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pkg.migrate.change import Change
from pkg.migrate.lint.act import Act, Field


@dataclass(slots=True)
class Table:
    """One table. *new*: the file at hand made it, so nobody uses it and it holds nothing."""

    new: bool = True
    columns: dict[str, Field] = field(default_factory=dict)
    primary: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    references: dict[str, Act] = field(default_factory=dict)  # by name, or by column without one
    checks: dict[str, str] = field(default_factory=dict)

    def covered(self, columns: tuple[str, ...], *, without: str = "") -> bool:
        """Tells whether a key begins with *columns*, the key *without* left out."""
        keys = [over for name, over in self.keys.items() if name != without]
        return any(over[: len(columns)] == columns for over in [*keys, self.primary])


class Tables:
    """What is known of the tables; one that no file made is not in it."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self.said: list[Change] = []  # by the builder's verbs, for the names of keys

    def next_file(self) -> None:
        """What was made so far is in use from now on."""
        for table in self._tables.values():
            table.new = False

    def get(self, table: str) -> Table | None:
        return self._tables.get(table)

    def column(self, table: str, column: str) -> Field | None:
        """Answers the column as it is by now, or None where no file told."""
        found = self._tables.get(table)
        return found.columns.get(column) if found else None

    def referring(self, table: str) -> list[str]:
        """Answers the other tables that refer to *table*."""
        return [
            name
            for name, other in self._tables.items()
            if name != table and any(act.to == table for act in other.references.values())
        ]

    def of_key(self, act: Act) -> str:
        """Answers the table of the key that *act* drops; PostgreSQL and SQLite do not say it."""
        if act.table:
            return act.table
        return next((name for name, one in self._tables.items() if act.name in one.keys), "")

    def apply(self, act: Act) -> None:
        """Takes note of *act*."""
        if act.kind == "create table":
            self._create(act)
        elif act.kind == "drop table":
            self._tables.pop(act.table, None)
        elif act.kind == "rename table":
            self._rename(act.table, act.to)
        elif table := self._tables.get(self.of_key(act)):
            _change(table, act)

    def _rename(self, table: str, to: str) -> None:
        if table in self._tables:
            self._tables[to] = self._tables.pop(table)
        for other in self._tables.values():  # references follow, on each database
            for name, act in other.references.items():
                if act.to == table:
                    other.references[name] = replace(act, to=to)

    def _create(self, act: Act) -> None:
        made = Table(columns={one.name: one for one in act.fields})
        made.primary = tuple(one.name for one in act.fields if "PRIMARY" in one.marks)
        for one in act.fields:
            if one.to:
                made.references[one.name] = Act(
                    "add foreign", act.table, columns=(one.name,), to=one.to
                )
            if "UNIQUE" in one.marks:
                made.keys[one.name] = (one.name,)
        for part in act.parts:
            _change(made, part)
        self._tables[act.table] = made


def _change(table: Table, act: Act) -> None:
    if act.kind in ("add column", "redefine"):
        if act.column:
            table.columns.pop(act.name, None)
            table.columns[act.column.name] = act.column
    elif act.kind == "drop column":
        table.columns.pop(act.name, None)
    elif act.kind == "rename column":
        if found := table.columns.pop(act.name, None):
            table.columns[act.to] = replace(found, name=act.to)
    elif act.name in table.columns:
        table.columns[act.name] = _altered(table.columns[act.name], act)
    else:
        _rekey(table, act)


def _altered(column: Field, act: Act) -> Field:
    if act.kind == "change type" and act.column:
        return replace(column, type=act.column.type, size=act.column.size)
    if act.kind in ("set not null", "drop not null"):
        return replace(column, null=act.kind == "drop not null")
    if act.kind in ("set default", "drop default"):
        return replace(column, default=act.to if act.kind == "set default" else None)
    return column


def _rekey(table: Table, act: Act) -> None:
    name = act.name or "_".join(act.columns)
    if act.kind == "add key":
        table.keys[name] = act.columns
    elif act.kind == "add primary":
        table.primary = act.columns
    elif act.kind == "drop primary":
        table.primary = ()
    elif act.kind == "add foreign":
        table.references[name] = act
    elif act.kind == "add check":
        table.checks[name] = act.to
    elif act.kind in ("drop key", "drop foreign", "drop constraint"):
        table.keys.pop(name, None)
        table.references.pop(name, None)
        table.checks.pop(name, None)
