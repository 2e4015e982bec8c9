"""A file heard out for one dialect: what it does, act by act, and on which of its lines."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.contract import Dialect
from pkg.migrate.dialect import Speech
from pkg.migrate.files import File
from pkg.migrate.lint.act import Act
from pkg.migrate.lint.column import read_field
from pkg.migrate.lint.reader import read
from pkg.migrate.lint.words import words
from pkg.migrate.names import Named, Names
from pkg.migrate.offline import Offline
from pkg.migrate.schema import Schema

Cut = Callable[[str], list[str]]
REBUILT = (
    made.DropColumn,
    made.ChangeColumn,
    made.AddForeign,
    made.DropForeign,
    made.AddCheck,
    made.DropCheck,
)
# How the builder is told each of its own changes again.
VERBS: Mapping[type, Callable[[Schema, Any], Any]] = {
    made.CreateTable: lambda schema, it: schema.create_table(it.table, *it.parts),
    made.DropTable: lambda schema, it: schema.drop_table(it.table),
    made.RenameTable: lambda schema, it: schema.rename_table(it.table, it.to),
    made.AddColumn: lambda schema, it: schema.add_column(it.table, it.column),
    made.ChangeColumn: lambda schema, it: schema.change_column(it.table, it.column),
    made.RenameColumn: lambda schema, it: schema.rename_column(it.table, it.column, it.to),
    made.DropColumn: lambda schema, it: schema.drop_column(it.table, *it.columns),
    made.AddKey: lambda schema, it: schema.add_key(it.table, it.key, online=it.online),
    made.DropKey: lambda schema, it: schema.drop_key(it.table, it.key, online=it.online),
    made.AddForeign: lambda schema, it: schema.add_foreign(
        it.table, it.reference, online=it.online
    ),
    made.DropForeign: lambda schema, it: schema.drop_foreign(it.table, it.reference),
    made.AddCheck: lambda schema, it: schema.add_check(it.table, it.check, online=it.online),
    made.DropCheck: lambda schema, it: schema.drop_check(it.table, it.check),
    made.Fill: lambda schema, it: None,
    made.Run: lambda schema, it: schema.run(it.statement),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One act of a file. *line* 0: not known."""

    act: Act
    line: int


class Noted(list[Change]):
    """The changes that a file says, each with the line that said it."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.lines: list[int] = []

    def append(self, change: Change) -> None:
        super().append(change)
        self.lines.append(line_in(self.path))


class Listener(Offline):
    """The connection a file is handed; also hears what it runs without the builder."""

    def __init__(self, dialect: Dialect, path: str, earlier: Sequence[Change]) -> None:
        super().__init__(dialect)
        self.changes: Noted = Noted(path)
        self.ran: list[tuple[str, int]] = []
        self._earlier = earlier

    async def named(self, table: str) -> list[Named]:
        return await Names(*self._names).after([*self._earlier, *self.changes], table)

    async def execute_script(self, query: str) -> None:
        self._note(query)

    async def execute_query(
        self, query: str, values: Sequence[Any] | None = None
    ) -> tuple[int, list[Any]]:
        self._note(query)
        return 0, []

    async def execute_query_dict(
        self, query: str, values: Sequence[Any] | None = None
    ) -> list[dict[str, Any]]:
        self._note(query)
        return []

    async def execute_insert(self, query: str, values: Sequence[Any]) -> Any:
        self._note(query)

    async def execute_many(self, query: str, values: Sequence[Any]) -> None:
        self._note(query)

    def _note(self, query: str) -> None:
        self.ran.append((query, line_in(self.changes.path)))


async def hear(file: File, dialect: Dialect, cut: Cut, earlier: list[Change]) -> list[Heard]:
    """Answers what *file* does on its way up, and adds what it says to *earlier*.

    Queries of its own find no rows here.
    """
    path = inspect.getsourcefile(inspect.unwrap(file.upgrade)) or ""
    listener = Listener(dialect, path, earlier)
    answer = await file.upgrade(listener)
    heard: list[Heard] = []
    spelled: set[str] = set()
    for change, line in zip(listener.changes, listener.changes.lines, strict=True):
        statements = await spell(change, dialect, cut, earlier)
        earlier.append(change)
        spelled |= {*statements}
        heard += [Heard(act, line) for act in _acts(change, statements, dialect)]
    first = inspect.unwrap(file.upgrade).__code__.co_firstlineno
    for script, line in [*listener.ran, (answer, first)]:
        own = [statement for statement in cut(script) if statement not in spelled]
        heard += [Heard(act, line) for one in own for act in read(one, dialect)]
    return heard


async def spell(change: Change, dialect: Dialect, cut: Cut, earlier: Sequence[Change]) -> list[str]:
    """Answers the statements that the builder makes of *change* after *earlier* ones."""
    told = Offline(dialect)
    told.changes = [*earlier]
    schema = Schema(told)
    if (verb := VERBS.get(type(change))) is None:
        raise TypeError(f"{type(change).__name__} is no change that the linter knows")
    answer = verb(schema, change)
    if inspect.isawaitable(answer):
        await answer
    return cut("".join([*told.scripts, schema.sql()]))


def _acts(change: Change, statements: list[str], dialect: Dialect) -> list[Act]:
    if isinstance(change, made.Fill):
        how = frozenset({"WHERE", "FILL"})  # in batches, each with a WHERE
        said = f"-- Python fills {', '.join(change.columns)} of {change.table}"
        return [Act("update", change.table, options=how, statement=said)]
    acts = [act for statement in statements for act in read(statement, dialect)]
    if dialect == "sqlite" and isinstance(change, REBUILT):
        how = frozenset({"REBUILD"})
        said = f"-- {change.table} is made anew"
        anew = [Act("rebuild", change.table), *_parts(change)]
        acts = [replace(act, options=act.options | how, statement=said) for act in anew] + acts
    return acts


def _parts(change: Change) -> list[Act]:
    """Answers what a rebuild of SQLite's does, as the other databases say it in a statement."""
    match change:
        case made.DropColumn():
            return [Act("drop column", change.table, one) for one in change.columns]
        case made.ChangeColumn():
            column = read_field(words(Speech("sqlite").column(change.column), "sqlite"))
            return [Act("redefine", change.table, column.name, column=column)]
        case made.AddForeign():
            to = change.reference
            name = to.named(change.table)
            return [Act("add foreign", change.table, name, (to.column,), to=to.table)]
        case made.DropForeign():
            return [Act("drop foreign", change.table, change.reference.named(change.table))]
        case made.AddCheck():
            return [Act("add check", change.table, change.check.name)]
        case _:
            return []


def line_in(path: str) -> int:
    """Answers the line of the file *path* that is being run, 0 where it is not."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == path:
            return frame.f_lineno
        frame = frame.f_back
    return 0
