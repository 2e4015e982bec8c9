"""A table as it stands in a database: plain values, the same for each dialect."""

from __future__ import annotations

from dataclasses import dataclass

from pkg.migrate.table import Column, Default, Kind


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column. What the builder has no word for has the *kind* None and only its *raw* type.

    SQLite has one type for whole numbers of 32 bits and for true and false: both are read as
    integers, and a decimal as the text it is kept in.
    """

    name: str
    kind: Kind | None
    raw: str  # the type as the database says it
    length: int = 0
    scale: int = 0
    null: bool = False
    default: Default = None
    expression: str | None = None  # the default as the database says it; None: there is none
    generated: bool = False  # worked out of other columns: it cannot be written

    def column(self) -> Column | None:
        """Answers it in the builder's words, where they can say all of it."""
        if self.kind is None or self.generated:
            return None
        if self.default is None and self.expression is not None:
            return None
        return Column(self.name, self.kind, self.length, self.scale, self.null, self.default)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """An index. One over an expression, or over some of the rows, is not *plain*."""

    name: str
    columns: tuple[str, ...]  # "" where an expression stands
    unique: bool = False
    plain: bool = True
    sql: str | None = None  # the statement that made it, where the database keeps it


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A foreign key; *name* is empty where SQLite was given none."""

    name: str
    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]
    on_delete: str = "no action"  # small letters, as `table.OnDelete` has them
    on_update: str = "no action"


@dataclass(frozen=True, slots=True)
class FoundCheck:
    """A rule over a row's values; *name* is empty where SQLite was given none."""

    name: str
    expression: str  # as the database says it, without CHECK and its parentheses


@dataclass(frozen=True, slots=True)
class FoundTrigger:
    """Something that happens when rows change."""

    name: str
    sql: str  # SQLite, PostgreSQL: the statement that makes it; MySQL: event and body


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table. Columns are in their order, everything else is by name."""

    name: str
    columns: tuple[FoundColumn, ...]
    primary: tuple[str, ...] = ()
    keys: tuple[FoundKey, ...] = ()
    references: tuple[FoundReference, ...] = ()
    checks: tuple[FoundCheck, ...] = ()
    triggers: tuple[FoundTrigger, ...] = ()

    def column(self, name: str) -> FoundColumn | None:
        """Answers the column *name*, or None."""
        return next((one for one in self.columns if one.name == name), None)
