"""From what models ask for to what a migration says, up and down; or why it is not written yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pkg.migrate.change import Change
from pkg.migrate.diff.choices import Choices, Problem
from pkg.migrate.diff.compare import Difference, compare, said
from pkg.migrate.diff.order import Move, moves
from pkg.migrate.diff.renames import likely, renamed, undone
from pkg.migrate.diff.shape import Shape, Shapes
from pkg.migrate.diff.values import Value, nothing, numbered
from pkg.migrate.table import Column, Key, Kind

EMPTY = "migrate diff NAME --empty"
# Kinds whose values go over by themselves on all three; into a wider one nothing is lost.
NUMBERS: tuple[Kind, ...] = ("small", "integer", "big", "decimal", "double")
TEXTS: tuple[Kind, ...] = ("string", "text")
WIDER: dict[Kind, tuple[Kind, ...]] = {
    "small": ("integer", "big", "text"), "integer": ("big", "text"), "big": ("text",),
    "string": ("text",), "decimal": ("text",),
}  # fmt: skip
DIGITS: dict[Kind, int] = {"small": 6, "integer": 11, "big": 20}


@dataclass(frozen=True, slots=True)
class File:
    """What one migration says."""

    up: tuple[Move, ...]
    down: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The differences; what stands in the way; and the files, none while something does.

    There are two where `split` was said and a column is to be filled by hand between them.
    """

    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...]
    files: tuple[File, ...]


def plan(
    wanted: Shapes, there: Shapes, choices: Choices | None = None, *, bare: Collection[str] = ()
) -> Plan:
    """Answers how to come from *there* to *wanted*, tables named in *bare* left alone.

    Raises:
        CannotDescribe: a rename was declared that cannot be.
    """
    choices = choices or Choices()
    base, renames = renamed(_without(there, bare), choices.renames)
    end = _without(wanted, bare)
    found = compare(end, base)
    problems = [*_problems(found, end, choices)]
    if problems or not (found or renames):
        return Plan(tuple(found), tuple(problems), ())
    loose = _loosened(
        end, _unfilled(found, end, choices)
    )  # none is left but where `split` was said
    files = [_file(loose, base, choices, renames)]
    if loose != end:
        files.append(_file(end, loose, choices, []))
    return Plan(tuple(found), (), tuple(files))


def _file(end: Shapes, start: Shapes, choices: Choices, renames: list[Change]) -> File:
    found = compare(end, start)

    def given(table: str, column: Column) -> Value | None:
        return choices.fills.get((table, column.name)) or end[table].fills.get(column.name)

    def emptied(table: str, column: Column) -> Value:
        return _emptied(start[table], column)

    up = moves(found, wanted=end, there=start, fill=given)
    turned = [one.turned() for one in found]
    down = moves(turned, wanted=start, there=end, fill=emptied)
    return File((*renames, *up), (*down, *undone(renames)))


def _without(shapes: Shapes, bare: Collection[str]) -> dict[str, Shape]:
    return {name: shape for name, shape in shapes.items() if name not in bare}


def _loosened(shapes: Shapes, unfilled: Iterable[Difference]) -> dict[str, Shape]:
    """Answers *shapes* with the columns that rows have nothing for as ones that may be null."""
    loose = dict(shapes)
    for one in unfilled:
        if isinstance(one.wanted, Column):
            shape = loose[one.table]
            column = replace(one.wanted, null=True)
            loose[one.table] = replace(shape, columns={**shape.columns, column.name: column})
    return loose


def _problems(found: Sequence[Difference], wanted: Shapes, choices: Choices) -> Iterator[Problem]:
    yield from _by_hand(found)
    if not choices.drop:
        for rename in likely(list(found)):
            if rename not in choices.apart:
                old = f"{rename.table}{f'.{rename.column}' if rename.column else ''}"
                yield Problem(
                    "rename",
                    f"{old} goes and {rename.to} comes, alike",
                    f"--rename {rename.said} keeps its rows, --drop means both",
                    rename,
                )
        yield from _losses(found)
    for one in () if choices.split else _unfilled(found, wanted, choices):
        what = "is new" if one.there is None else "may be null until now"
        yield Problem(
            "null",
            f"{one.what} {what} and has to have a value, but rows have none for it",
            f"--default {one.what}=VALUE gives them one, --split writes two files and you fill "
            "the rows between them, null=True in the model needs none",
        )


def _by_hand(found: Sequence[Difference]) -> Iterator[Problem]:
    for one in found:
        match one.wanted, one.there:
            case Key(kind="primary") as new, Key() as old:
                text = f"{one.table}: its primary key is ({', '.join(old.columns)}), and is to be "
                yield Problem("hand", f"{text}({', '.join(new.columns)})", f"write it: {EMPTY}")
            case None, Shape() as shape if shape.beyond:
                text = f"{one.table} has what no downgrade could bring back: "
                yield Problem(
                    "hand", text + ", ".join(shape.beyond.values()), f"write its drop: {EMPTY}"
                )
            case Column() as new, Column() as old if not _goes_over(old, new):
                yield Problem(
                    "hand",
                    f"{one.what} cannot be made a {new.kind} out of a {old.kind} on every database",
                    f"add a second column, fill it, drop the first: {EMPTY}",
                )
            case _:
                pass


def _losses(found: Sequence[Difference]) -> Iterator[Problem]:
    for one in found:
        match one.wanted, one.there:
            case None, Shape() | Column():
                what = "with all its rows" if isinstance(one.there, Shape) else "with its values"
                yield Problem("drop", f"{one.what} goes, {what}", "--drop means it")
            case Column() as new, Column() as old if _goes_over(old, new) and _narrows(old, new):
                text = f"{one.what} gets narrower: {said(old)} -> {said(new)}"
                yield Problem("drop", f"{text}; values may not fit", "--drop means it")
            case _:
                pass


def _unfilled(
    found: Sequence[Difference], wanted: Shapes, choices: Choices
) -> Iterator[Difference]:
    """Answers the columns that have to have a value which rows that are there do not have."""
    for one in found:
        new, old = one.wanted, one.there
        if not isinstance(new, Column) or new.null or (one.table, new.name) in choices.fills:
            continue
        is_known = new.default is not None or new.name in wanted[one.table].fills
        if (old is None and not is_known) or (isinstance(old, Column) and old.null):
            yield one


def _goes_over(old: Column, new: Column) -> bool:
    if old.kind == new.kind:
        return True
    if "id" in (old.kind, new.kind):
        return False
    if old.kind in NUMBERS:
        return new.kind in NUMBERS or (new.kind in TEXTS and old.kind != "double")
    return old.kind in TEXTS and new.kind in TEXTS


def _narrows(old: Column, new: Column) -> bool:
    if old.kind == new.kind:
        if old.kind == "decimal":
            whole = (old.length - old.scale, new.length - new.scale)
            return new.scale < old.scale or whole[1] < whole[0]
        return new.length < old.length
    if new.kind == "string" and old.kind in DIGITS:
        return new.length < DIGITS[old.kind]
    if new.kind == "decimal" and old.kind in DIGITS:
        return new.length - new.scale < DIGITS[old.kind]
    return new.kind not in WIDER.get(old.kind, ())


def _emptied(shape: Shape, column: Column) -> Value:
    """Answers what rows get when a column comes back that may not be null."""
    parents = [one for one in shape.references if one.column == column.name]
    if parents:
        return _first_of(parents[0].table, parents[0].to)
    has_id = any(one.kind == "id" and one.name == "id" for one in shape.columns.values())
    if has_id and any(column.name in k.columns and k.kind == "unique" for k in shape.keys):
        return numbered(column) or nothing(column)
    return nothing(column)


def _first_of(table: str, column: str) -> Value:
    said = "(SELECT min({0}{2}{0}) FROM {0}{1}{0})"
    return {
        "sqlite": said.format('"', table, column),
        "postgres": said.format('"', table, column),
        "mysql": said.format("`", table, column),
    }
