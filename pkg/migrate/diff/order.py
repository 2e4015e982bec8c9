"""Differences as changes, in an order in which every database takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.dialect import PRESENT
from pkg.migrate.diff.compare import Difference
from pkg.migrate.diff.shape import Shape, Shapes
from pkg.migrate.diff.values import Value
from pkg.migrate.table import NOW, Check, Column, Key, Reference


@dataclass(frozen=True, slots=True)
class SetNulls:
    """Rows that have nothing in *column* get *value*."""

    table: str
    column: str
    value: Value


Move = Change | SetNulls
Fill = Callable[[str, Column], Value | None]  # what rows get that have nothing in a column


def moves(
    differences: Sequence[Difference], *, wanted: Shapes, there: Shapes, fill: Fill
) -> list[Move]:
    """Answers how to come from *there* to *wanted*.

    What is new comes before what is old goes, so that MySQL always has an index for a reference.
    """
    return [*_Moves(differences, wanted, there, fill).all()]


class _Moves:
    def __init__(
        self, differences: Sequence[Difference], wanted: Shapes, there: Shapes, fill: Fill
    ) -> None:
        self._differences = differences
        self._wanted = wanted
        self._there = there
        self._fill = fill
        shapes = ordered([one.there for one in differences if isinstance(one.there, Shape)])
        self._gone = [shape.name for shape in reversed(shapes)]  # children before their parents
        changed = {
            (one.table, thing.name)
            for one in differences
            for thing in (one.wanted, one.there)
            if isinstance(thing, Column) and one.there is not None
        }
        self._dropped = [*self._references_to_drop(changed)]
        self._added = [*self._references_to_add(changed)]

    def all(self) -> Iterator[Move]:
        creates, late = created(
            [d.wanted for d in self._differences if isinstance(d.wanted, Shape)]
        )
        yield from creates
        yield from (made.DropForeign(table, one) for table, one in self._dropped)
        yield from self._of(Check, self._drop_check)
        yield from self._columns()
        yield from self._keys_to_add()
        yield from self._keys_to_drop()
        yield from self._columns_to_drop()
        yield from (made.AddForeign(table, one) for table, one in (*self._added, *late))
        yield from self._of(Check, self._add_check)
        yield from self._tables_to_drop()

    def _of(self, kind: type[Check], how: Callable[[Difference], Iterator[Move]]) -> Iterator[Move]:
        for one in self._differences:
            if isinstance(one.wanted or one.there, kind):
                yield from how(one)

    def _drop_check(self, one: Difference) -> Iterator[Move]:
        if isinstance(one.there, Check):
            yield made.DropCheck(one.table, one.there)

    def _add_check(self, one: Difference) -> Iterator[Move]:
        if isinstance(one.wanted, Check):
            yield made.AddCheck(one.table, one.wanted)

    def _columns(self) -> Iterator[Move]:
        for one in self._differences:
            if isinstance(one.wanted, Column):
                before = one.there if isinstance(one.there, Column) else None
                yield from self._column(one.table, one.wanted, before)

    def _column(self, table: str, column: Column, before: Column | None) -> Iterator[Move]:
        fills = not column.null and (before is None or before.null)
        # SQLite adds no column whose default it has to work out
        is_moment = column.default == NOW
        if before is None and (is_moment or (fills and column.default is None)):
            yield made.AddColumn(table, replace(column, null=True, default=None))
        elif before is None:
            yield made.AddColumn(table, column)
            return
        value = PRESENT if is_moment else self._fill(table, column)
        if fills and value is not None:
            yield SetNulls(table, column.name, value)
        yield made.ChangeColumn(table, column)

    def _columns_to_drop(self) -> Iterator[Move]:
        gone: dict[str, list[str]] = {}
        for one in self._differences:
            if isinstance(one.there, Column) and one.wanted is None:
                gone.setdefault(one.table, []).append(one.there.name)
        yield from (made.DropColumn(table, tuple(names)) for table, names in gone.items())

    def _references_to_drop(self, changed: set[tuple[str, str]]) -> Iterator[tuple[str, Reference]]:
        for one in self._differences:
            if isinstance(one.there, Reference):
                yield one.table, one.there
        for table, shape in self._there.items():
            for reference in shape.references:
                stays = table in self._wanted and reference in self._wanted[table].references
                # MySQL changes no column that a reference is over
                if stays and (table, reference.column) in changed:
                    yield table, reference
                if table in self._gone and reference.table in self._before(table):
                    yield table, reference

    def _before(self, table: str) -> list[str]:
        return self._gone[: self._gone.index(table)]

    def _references_to_add(self, changed: set[tuple[str, str]]) -> Iterator[tuple[str, Reference]]:
        for one in self._differences:
            if isinstance(one.wanted, Reference):
                yield one.table, one.wanted
        for table, reference in self._dropped:
            stays = table in self._wanted and reference in self._wanted[table].references
            if stays and (table, reference.column) in changed:
                yield table, reference

    def _keys_to_add(self) -> Iterator[Move]:
        new = {(d.table, _id(d.wanted)) for d in self._differences if isinstance(d.wanted, Key)}
        for table in sorted(self._wanted.keys() & self._there.keys()):
            keys, lost = self._wanted[table].keys, self._taken_along(table)
            brought = {(one.column,) for of, one in self._added if of == table}
            for key in keys:
                begun = any(o.columns[0] == key.columns[0] for o in keys if o is not key)
                if _is_own(key) and key.columns in brought and not begun:
                    continue  # the reference brings it
                if (table, _id(key)) in new or _id(key) in lost:
                    yield made.AddKey(table, key)

    def _keys_to_drop(self) -> Iterator[Move]:
        for one in self._differences:
            key, lost = one.there, self._taken_along(one.table)
            if isinstance(key, Key) and one.wanted is None and _id(key) not in lost:
                yield made.DropKey(one.table, key)

    def _taken_along(self, table: str) -> set[tuple[tuple[str, ...], str]]:
        """Answers the indexes that go with the references that are dropped."""
        columns = {(reference.column,) for of, reference in self._dropped if of == table}
        keys = self._there[table].keys if table in self._there else ()
        return {_id(key) for key in keys if _is_own(key) and key.columns in columns}

    def _tables_to_drop(self) -> Iterator[Move]:
        yield from (made.DropTable(table) for table in self._gone)


def created(shapes: Sequence[Shape | None]) -> tuple[list[Move], list[tuple[str, Reference]]]:
    """Answers how *shapes* are made, parents first, and the references that have to wait."""
    done: list[Move] = []
    late: list[tuple[str, Reference]] = []
    wanted = ordered([one for one in shapes if one is not None])
    coming = [one.name for one in wanted]
    for at, shape in enumerate(wanted):
        waiting = [one for one in shape.references if one.table in coming[at + 1 :]]
        late += [(shape.name, one) for one in waiting]
        now = tuple(one for one in shape.references if one not in waiting)
        done.append(create(replace(shape, references=now), waiting))
    return done, late


def create(shape: Shape, waiting: Sequence[Reference] = ()) -> made.CreateTable:
    """Answers the change that makes *shape*, without the indexes that references bring."""
    brought = {(one.column,) for one in (*shape.references, *waiting)}
    keys = [
        key
        for key in shape.keys
        if not (_is_own(key) and key.columns in brought and not _begun(shape, key))
    ]
    is_composed = shape.primary and not any(
        column.kind == "id" for column in shape.columns.values()
    )
    return made.CreateTable(
        shape.name,
        (
            *shape.columns.values(),
            *((Key(shape.primary, "primary"),) if is_composed else ()),
            *shape.references,
            *keys,
            *shape.checks,
        ),
    )


def ordered(shapes: Sequence[Shape]) -> list[Shape]:
    """Answers *shapes*, parents before their children; those in a circle by name."""
    by_name = {one.name: one for one in sorted(shapes, key=lambda one: one.name)}
    edges = {
        name: {r.table for r in one.references if r.table in by_name and r.table != name}
        for name, one in by_name.items()
    }
    while True:
        try:
            names = [*TopologicalSorter(edges).static_order()]
        except CycleError as exc:
            before, after, *_ = exc.args[1]  # *after* waits for *before*
            edges[after].discard(before)
        else:
            return [by_name[name] for name in names]


def _begun(shape: Shape, key: Key) -> bool:
    others = {other.columns[0] for other in shape.keys if other is not key}
    return key.columns[0] in others | set(shape.primary[:1])


def _is_own(key: Key) -> bool:
    """Tells whether *key* is called as the index that a reference brings."""
    return key.kind == "index" and len(key.columns) == 1 and not key.name


def _id(key: Key) -> tuple[tuple[str, ...], str]:
    return key.columns, key.kind
