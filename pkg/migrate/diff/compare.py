"""Where two states of the tables differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pkg.migrate.diff.shape import Shape, Shapes
from pkg.migrate.table import NOW, Check, Column, Key, Reference

Thing = Shape | Column | Key | Reference | Check


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of *table* that is *wanted* otherwise than it is *there*; None: not at all."""

    table: str
    wanted: Thing | None
    there: Thing | None

    @property
    def what(self) -> str:
        """Answers which thing it is: `posts.title`, or `posts` and the thing in words."""
        thing = self.wanted or self.there
        match thing:
            case Column():
                return f"{self.table}.{thing.name}"
            case Shape() | None:
                return self.table
            case _:
                return f"{self.table}: {named(thing)}"

    def turned(self) -> Difference:
        """Answers the way back."""
        return replace(self, wanted=self.there, there=self.wanted)


def compare(
    wanted: Shapes, there: Shapes, *, bare: Collection[str] = (), exact: bool = False
) -> list[Difference]:
    """Answers the differences, table by table. Tables named in *bare* are nobody's business.

    Whatever the builder has no word for is let be. *exact* compares every default and check; else
    a default of the database's that no model speaks of is let be, and so is a check.
    """
    found: list[Difference] = []
    for name in sorted({*wanted, *there} - set(bare)):
        want, have = wanted.get(name), there.get(name)
        if want is None or have is None:
            found.append(Difference(name, want, have))
        else:
            found += _within(want, have, exact=exact)
    return found


def _within(wanted: Shape, there: Shape, *, exact: bool) -> Iterator[Difference]:
    yield from _columns(wanted, there)
    if wanted.primary != there.primary:
        yield Difference(wanted.name, Key(wanted.primary, "primary"), Key(there.primary, "primary"))
    yield from _keys(wanted, there)
    for one in _only(wanted.references, there.references):
        yield Difference(wanted.name, one, _twin(one, there.references))
    for one in _only(there.references, wanted.references):
        if _twin(one, wanted.references) is None:
            yield Difference(wanted.name, None, one)
    yield from _checks(wanted, there, exact=exact)


def _columns(wanted: Shape, there: Shape) -> Iterator[Difference]:
    for name in dict.fromkeys([*there.columns, *wanted.columns]):
        want, have = wanted.columns.get(name), there.columns.get(name)
        if name in there.beyond or name in wanted.beyond:
            continue
        if want and have and name in wanted.loose and None in (want.default, have.default):
            want = replace(want, default=have.default)
        if want != have:
            yield Difference(wanted.name, want, have)


def _keys(wanted: Shape, there: Shape) -> Iterator[Difference]:
    want = {(one.columns, one.kind): one for one in wanted.keys}
    have = {(one.columns, one.kind): one for one in there.keys}
    # A reference brings an index where no other key serves it: one more harms nobody.
    served = {((one.column,), "index") for one in wanted.references}
    for columns in sorted(want.keys() - have.keys()):
        yield Difference(wanted.name, want[columns], None)
    for columns in sorted(have.keys() - want.keys()):
        if columns not in served and not set(columns[0]) & there.beyond.keys():
            yield Difference(wanted.name, None, have[columns])


def _checks(wanted: Shape, there: Shape, *, exact: bool) -> Iterator[Difference]:
    want, have = ({one.name: one for one in shape.checks} for shape in (wanted, there))
    for name in sorted(want.keys() - have.keys() - there.beyond.keys()):
        yield Difference(wanted.name, want[name], None)
    for name in sorted(have.keys() - want.keys()) if exact else ():
        yield Difference(wanted.name, None, have[name])


def _only(some: tuple[Reference, ...], others: tuple[Reference, ...]) -> list[Reference]:
    return [one for one in some if one not in others]


def _twin(one: Reference, others: tuple[Reference, ...]) -> Reference | None:
    return next((other for other in others if other.column == one.column), None)


def named(thing: Thing) -> str:
    """Answers *thing* in words, for people."""
    match thing:
        case Column():
            return said(thing)
        case Key():
            return f"{thing.kind} ({', '.join(thing.columns)})"
        case Reference():
            return f"{thing.column} refers to {thing.table}.{thing.to}, on delete {thing.on_delete}"
        case Check():
            return f"check {thing.name}"
        case Shape():
            return f"table {thing.name}"


def said(column: Column) -> str:
    """Answers type, null and default of *column* in words."""
    size = f" {column.length}" if column.length else ""
    size += f",{column.scale}" if column.scale else ""
    words = [f"{column.kind}{size}", "null" if column.null else "not null"]
    if column.default is not None:
        words.append(f"default {'now' if column.default == NOW else repr(column.default)}")
    return ", ".join(words)
