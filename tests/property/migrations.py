"""Random changes of two tables, each with what takes it back, and what the tables must hold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from pkg.clock import SystemClock
from pkg.database import Database
from pkg.migrate import Schema, table
from pkg.migrate.files import File
from pkg.migrate.step import Step
from pkg.migrate.table import Check, Column, Key, Part, Reference
from pkg.migrate.watch import Watch

Say = Callable[[Schema], Awaitable[None]]
NAMES = ("one", "two", "three", "four", "five")
TABLES = ("parents", "children", "elders", "young")
KINDS = ("string", "integer", "big", "text")


@dataclass(slots=True)
class Table:
    """A table as it should be."""

    name: str
    columns: dict[str, Column]
    keys: list[Key]
    references: dict[str, Reference]
    checks: list[Check]
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def used(self, column: str) -> bool:
        """Tells whether a key, a reference or a check is over *column*."""
        return (
            any(column in key.columns for key in self.keys)
            or column in self.references
            or any(column in check.condition.split() for check in self.checks)
        )

    def indexes(self) -> set[str]:
        """Answers the names its indexes must have."""
        made = {key.named(self.name) for key in self.keys}
        for column in self.references:
            if not any(key.columns[0] == column for key in self.keys):
                made.add(table.index(column).named(self.name))
        return made


@dataclass(slots=True)
class World:
    """Parents and their children."""

    random: Random
    parents: Table
    children: Table
    made: int = 0

    @property
    def both(self) -> tuple[Table, Table]:
        return self.parents, self.children

    def step(self) -> tuple[Say, Say]:
        """Changes what should be, and answers the change and what takes it back."""
        while True:
            verb = self.random.choice(VERBS)
            if (pair := verb(self, self.random.choice(self.both))) is not None:
                return pair

    def free(self, of: Table) -> str:
        """Answers a name no column has."""
        return self.random.choice([one for one in NAMES if one not in of.columns] or [""])

    def some(self, of: Table) -> Iterator[Column]:
        """Answers the columns that may change, in any order."""
        plain = [column for name, column in of.columns.items() if name in NAMES]
        return iter(self.random.sample(plain, len(plain)))

    def value(self, column: Column) -> Any:
        """Answers a value that every kind of column can hold after it."""
        if column.null and self.random.random() < 0.3:
            return None
        number = self.random.randrange(100)
        return number if column.kind in {"integer", "big"} else str(number)


def add_column(world: World, of: Table) -> tuple[Say, Say] | None:
    name, kind, on = world.free(of), world.random.choice(KINDS), of.name
    if not name:
        return None
    null = kind == "text" or world.random.random() < 0.5
    default = None if null else 7 if kind in {"integer", "big"} else "7"
    length = 40 if kind == "string" else 0
    column = Column(name, kind, length=length, null=null, default=default)  # type: ignore[arg-type]
    of.columns[name] = column
    for row in of.rows.values():
        row[name] = default
    return _say("add_column", on, column), _say("drop_column", on, name)


def drop_column(world: World, of: Table) -> tuple[Say, Say] | None:
    for column in world.some(of):
        if not of.used(column.name):
            del of.columns[column.name]
            for row in of.rows.values():
                del row[column.name]
            return _say("drop_column", of.name, column.name), _say("add_column", of.name, column)
    return None


def rename_column(world: World, of: Table) -> tuple[Say, Say] | None:
    to = world.free(of)
    for column in world.some(of):
        name = column.name
        if not to or any(name in check.condition.split() for check in of.checks):
            continue
        of.columns = {
            to if one == name else one: replace(c, name=to) if one == name else c
            for one, c in of.columns.items()
        }
        of.keys = [
            replace(key, columns=tuple(to if one == name else one for one in key.columns))
            for key in of.keys
        ]
        if name in of.references:
            of.references[to] = replace(of.references.pop(name), column=to)
        for row in of.rows.values():
            row[to] = row.pop(name)
        there, back = (of.name, name, to), (of.name, to, name)
        return _say("rename_column", *there), _say("rename_column", *back)
    return None


def change_column(world: World, of: Table) -> tuple[Say, Say] | None:
    for column in world.some(of):
        if of.used(column.name):
            continue
        kind = world.random.choice(KINDS)
        digits, length = kind in {"integer", "big"}, 40 if kind == "string" else 0
        default = None if column.null else 3 if digits else "3"
        if kind == "text" and not column.null:
            continue
        new = Column(column.name, kind, length=length, null=column.null, default=default)  # type: ignore[arg-type]
        of.columns[column.name] = new
        for row in of.rows.values():
            if (value := row[column.name]) is not None:
                row[column.name] = int(value) if digits else str(value)
        return _say("change_column", of.name, new), _say("change_column", of.name, column)
    return None


def add_key(world: World, of: Table) -> tuple[Say, Say] | None:
    columns = tuple(one.name for one in world.some(of) if one.kind != "text")[:2]
    if not columns or any(key.columns == columns for key in of.keys):
        return None
    if len(columns) == 1 and columns[0] in of.references:
        return None  # a reference's own index, on MySQL, gives way to it
    values = [tuple(row[one] for one in columns) for row in of.rows.values()]
    is_unique = len(set(values)) == len(values) and world.random.random() < 0.5
    key = (table.unique if is_unique else table.index)(*columns)
    if key.named(of.name) in of.indexes():
        return None
    of.keys.append(key)
    if columns[0] in of.references:
        of.keys.append(table.index(columns[0]))  # its own stays
    return _say("add_key", of.name, key), _say("drop_key", of.name, key)


def drop_key(world: World, of: Table) -> tuple[Say, Say] | None:
    for key in world.random.sample(of.keys, len(of.keys)):
        if key.columns[0] not in of.references and key.columns[0] in NAMES:
            of.keys.remove(key)
            return _say("drop_key", of.name, key), _say("add_key", of.name, key)
    return None


def add_foreign(world: World, of: Table) -> tuple[Say, Say] | None:
    for column in world.some(of):
        held = {row[column.name] for row in of.rows.values()} - {None}
        if column.kind != "big" or of.used(column.name) or not held <= world.parents.rows.keys():
            continue
        if not column.null:
            continue
        reference = table.foreign(column.name, world.parents.name, on_delete="set null")
        of.references[column.name] = reference
        return _say("add_foreign", of.name, reference), _say("drop_foreign", of.name, reference)
    return None


def drop_foreign(world: World, of: Table) -> tuple[Say, Say] | None:
    for column, reference in of.references.items():
        covered = any(key.columns[0] == column for key in of.keys)
        if column in NAMES and not covered:
            del of.references[column]
            return _say("drop_foreign", of.name, reference), _say("add_foreign", of.name, reference)
    return None


def add_check(world: World, of: Table) -> tuple[Say, Say] | None:
    for column in world.some(of):
        if column.kind == "integer":
            world.made += 1
            check = table.check(f"rule_{world.made}", f"{column.name} >= 0")
            of.checks.append(check)
            return _say("add_check", of.name, check), _say("drop_check", of.name, check)
    return None


def drop_check(world: World, of: Table) -> tuple[Say, Say] | None:
    if not of.checks:
        return None
    check = of.checks.pop()
    return _say("drop_check", of.name, check), _say("add_check", of.name, check)


def rename_table(world: World, of: Table) -> tuple[Say, Say] | None:
    taken = {one.name for one in world.both}
    name, to = of.name, world.random.choice([one for one in TABLES if one not in taken])
    of.name = to
    for one in world.both:
        for column, reference in one.references.items():
            if reference.table == name:
                one.references[column] = replace(reference, table=to)
    return _say("rename_table", name, to), _say("rename_table", to, name)


VERBS = (
    add_column, add_column, drop_column, rename_column, change_column, change_column, add_key,
    add_key, drop_key, add_foreign, drop_foreign, add_check, drop_check, rename_table,
)  # fmt: skip


def _say(verb: str, *words: Any) -> Say:
    async def say(schema: Schema) -> None:
        answer = getattr(schema, verb)(*words)
        if answer is not None:
            await answer

    return say


def file(name: str, up: list[Say], down: list[Say] | None = None) -> File:
    """Answers a migration that says *up*, and *down* in its downgrade."""

    def script(says: list[Say]) -> Callable[[Any], Awaitable[str]]:
        async def run(db: Any) -> str:
            schema = Schema(db)
            for say in says:
                await say(schema)
            return schema.sql()

        return run

    return File(name, script(up), script(down or []), in_transaction=True, models_state=None)


async def run(database: Database, what: File, direction: Any = "up") -> list[str]:
    """Runs *what* as the runner does, and answers its statements."""
    watch = Watch(database, SystemClock(), lambda _: None, every=60)
    step = Step(database, what, direction, check=_nothing, watch=watch)
    return await step.run(_nothing)


async def _nothing() -> None:
    """Neither looks nor records."""


def world(seed: int) -> World:
    """Answers the two tables as `begin` makes them, empty."""
    parents = Table(
        "parents",
        {
            "id": table.id(),
            "one": table.string("one", 40),
            "two": table.integer("two", default=0),
        },
        [table.unique("one"), table.index("two", "one")],
        {},
        [],
    )
    to_parent = table.foreign("parent_id", "parents")
    children = Table(
        "children",
        {
            "id": table.id(),
            "parent_id": table.big("parent_id"),
            "one": table.big("one", null=True),
        },
        [],
        {"parent_id": to_parent},
        [],
    )
    return World(Random(seed), parents, children)


def begin(of: World) -> Say:
    """Answers what makes the tables of a new world."""
    parts: list[tuple[str, list[Part]]] = [
        (one.name, [*one.columns.values(), *one.keys, *one.references.values()]) for one in of.both
    ]

    async def say(schema: Schema) -> None:
        for name, what in parts:
            schema.create_table(name, *what)

    return say
