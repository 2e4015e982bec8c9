"""Renames: applied to the tables that are there where they were declared, and seen where not."""

from __future__ import annotations

from collections.abc import Iterator

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.diff.choices import Rename
from pkg.migrate.diff.compare import Difference
from pkg.migrate.diff.shape import Shape, Shapes
from pkg.migrate.errors import CannotDescribe
from pkg.migrate.table import Column

COMMON = {"id", "created_at", "updated_at"}
ALIKE = (
    0.6  # of all columns of both, how many are the same: the rest may have changed with the name
)


def renamed(shapes: Shapes, renames: tuple[Rename, ...]) -> tuple[dict[str, Shape], list[Change]]:
    """Answers *shapes* after *renames*, and the changes that make it so; tables first.

    Raises:
        CannotDescribe: there is nothing of the old name, or something of the new one.
    """
    found, changes = dict(shapes), []
    called = {one.table: one.to for one in renames if not one.column}
    for one in sorted(renames, key=lambda one: bool(one.column)):
        if one.column:
            table = called.get(one.table, one.table)
            changes.append(_column(found, table, one))
        else:
            changes.append(_table(found, one))
    return found, changes


def undone(changes: list[Change]) -> list[Change]:
    """Answers the way back, last first."""
    back: list[Change] = []
    for one in reversed(changes):
        match one:
            case made.RenameTable(table, to):
                back.append(made.RenameTable(to, table))
            case made.RenameColumn(table, column, to):
                back.append(made.RenameColumn(table, to, column))
            case _:
                raise TypeError(one)
    return back


def likely(differences: list[Difference]) -> Iterator[Rename]:
    """Answers what looks like a rename that was not declared: something goes, its like comes."""
    gone = [one for one in differences if one.wanted is None]
    come = [one for one in differences if one.there is None]
    for old in gone:
        for new in come:
            match old.there, new.wanted:
                case Shape() as was, Shape() as now if _alike(was, now):
                    yield Rename(was.name, now.name)
                case Column() as before, Column() as after if (
                    old.table == new.table and before.kind == after.kind
                ):
                    yield Rename(old.table, after.name, before.name)
                case _:
                    pass


def _alike(one: Shape, other: Shape) -> bool:
    mine = {(c.name, c.kind) for c in one.columns.values()}
    theirs = {(c.name, c.kind) for c in other.columns.values()}
    if mine == theirs:
        return True
    mine, theirs = ({c for c in columns if c[0] not in COMMON} for columns in (mine, theirs))
    return len(mine & theirs) >= ALIKE * len(mine | theirs) > 0


def _table(shapes: dict[str, Shape], rename: Rename) -> Change:
    if rename.table not in shapes or rename.to in shapes:
        wrong = f"a table {rename.to} already" if rename.to in shapes else f"no {rename.table}"
        raise CannotDescribe(f"{rename.said} cannot be: the migrations make {wrong}")
    shape = shapes.pop(rename.table).renamed(rename.to)
    shapes[rename.to] = shape
    for name, one in shapes.items():
        shapes[name] = one.referring_to(rename.table, rename.to)
    return made.RenameTable(rename.table, rename.to)


def _column(shapes: dict[str, Shape], table: str, rename: Rename) -> Change:
    shape = shapes.get(table)
    if shape is None or rename.column not in shape.columns or rename.to in shape.columns:
        is_there = shape is not None and rename.to in shape.columns
        wrong = f"a {rename.to} there already" if is_there else f"no {table}.{rename.column}"
        raise CannotDescribe(f"{rename.said} cannot be: the migrations make {wrong}")
    shapes[table] = shape.with_column_renamed(rename.column, rename.to)
    for name, one in shapes.items():
        shapes[name] = one.referring_to_column(table, rename.column, rename.to)
    return made.RenameColumn(table, rename.column, rename.to)
