"""What is moved: tables as both sides know them, parents before their children."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from pkg.migrate.inspect import FoundTable
from pkg.migrate.table import Kind, checked
from pkg.transfer.errors import TransferRefused

# Kinds that hold the same values; of two, the one that says more is meant. SQLite keeps truth as
# a number and decimals as text, so what it says of a column is sometimes the lesser half.
FAMILIES: Mapping[Kind, str] = {
    "id": "number", "small": "number", "integer": "number", "big": "number", "boolean": "number",
    "string": "text", "text": "text", "decimal": "text", "uuid": "text",
}  # fmt: skip
TELLING: tuple[Kind, ...] = ("boolean", "decimal", "uuid")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be written. A kind of None is whatever the driver gives for it."""

    name: str
    kind: Kind | None
    null: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A reference: *columns* hold the key of a row of *table*."""

    columns: tuple[str, ...]
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Its *late* columns close a circle of references: set when all rows stand."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()
    late: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def counted(self) -> str | None:
        """The column whose values the database gives by counting."""
        return next((column.name for column in self.columns if column.kind == "id"), None)

    def places(self, names: Iterable[str]) -> tuple[int, ...]:
        """Answers where in a row the columns *names* are."""
        return tuple(map(self.names.index, names))

    def row(self, values: Sequence[object]) -> str:
        """Answers which row *values* are, in words."""
        return self.at([values[place] for place in self.places(self.key)])

    def at(self, key: Sequence[object]) -> str:
        """Answers which row has the *key*, in words."""
        said = ", ".join(f"{name}={value}" for name, value in zip(self.key, key, strict=True))
        return f"the row {said} of {self.name}"

    def of_key(self) -> tuple[Column, ...]:
        return tuple(self.columns[place] for place in self.places(self.key))


def table_of(found: FoundTable) -> Table:
    """Answers *found* as something to be moved.

    Raises:
        TransferRefused: it has no primary key, by which it would be read in pieces, or a name that
            is none in each of the databases.
    """
    try:
        for name in (found.name, *(one.name for one in found.columns)):
            checked(name)
    except ValueError as exc:
        raise TransferRefused(f"{found.name}: {exc}: rename it in a migration") from exc
    if not found.primary:
        raise TransferRefused(
            f"{found.name} has no primary key, so it cannot be read in pieces: "
            "add one in a migration"
        )
    return Table(
        name=found.name,
        columns=tuple(
            Column(one.name, one.kind, one.null) for one in found.columns if not one.generated
        ),
        key=found.primary,
        links=tuple(Link(one.columns, one.table) for one in found.references),
    )


def joined(source: Table, target: Table) -> Table:
    """Answers the table that both are: the source's columns, the target's references.

    Raises:
        TransferRefused: they are not one table.
    """
    theirs = {column.name: column for column in target.columns}
    if set(source.names) != set(theirs) or source.key != target.key:
        raise TransferRefused(f"{source.name} has other columns or another key on the two sides")
    columns = tuple(_joined(source.name, one, theirs[one.name]) for one in source.columns)
    return replace(source, columns=columns, links=target.links)


def ordered(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Answers *tables* with parents first; what closes a circle is late in one of its tables.

    Raises:
        TransferRefused: a circle has no column that may be null for a while.
    """
    found = {table.name: _loosed(table, table.name) for table in tables}
    while True:
        sorter = TopologicalSorter[str]()
        for name in sorted(found):
            sorter.add(name, *(one for one in _parents(found[name]) if one in found))
        try:
            return tuple(found[name] for name in sorter.static_order())
        except CycleError as exc:
            _open(found, exc.args[1])


def _joined(table: str, one: Column, other: Column) -> Column:
    kinds = {one.kind, other.kind} - {None}
    if len({FAMILIES.get(kind, kind) for kind in kinds if kind}) > 1:
        raise TransferRefused(
            f"{table}.{one.name} is {one.kind} on one side and {other.kind} on the other"
        )
    telling = next((kind for kind in TELLING if kind in kinds), other.kind or one.kind)
    return Column(one.name, telling, one.null and other.null)


def _open(found: dict[str, Table], circle: list[str]) -> None:
    for parent, child in pairwise(circle):
        loosed = _loosed(found[child], parent)
        if loosed != found[child]:
            found[child] = loosed
            return
    raise TransferRefused(
        f"the tables {', '.join(circle[1:])} refer to each other in a circle, and none of the "
        "columns may be null: let one be"
    )


def _loosed(table: Table, parent: str) -> Table:
    """Answers *table* with its references to *parent* late, where their columns may be null."""
    nullable = {column.name for column in table.columns if column.null}
    loose = [one for one in table.links if one.table == parent and nullable.issuperset(one.columns)]
    late = {*table.late, *(column for one in loose for column in one.columns)}
    return replace(table, late=tuple(name for name in table.names if name in late))


def _parents(table: Table) -> list[str]:
    # One that refers to itself and may not be null is written in the order of its key.
    late = set(table.late)
    return [
        one.table for one in table.links if one.table != table.name and not late & set(one.columns)
    ]
