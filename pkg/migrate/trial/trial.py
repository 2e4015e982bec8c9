"""Up, down and up again, on a database that may be spoilt; what it did to tables and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pkg.migrate.contract import Target
from pkg.migrate.errors import UnknownMigration
from pkg.migrate.files import Files
from pkg.migrate.inspect import FoundTable, read_tables
from pkg.migrate.ledger import TABLES
from pkg.migrate.migrator import Migrator
from pkg.migrate.trial.touched import Touched, touched
from pkg.migrate.trial.weigh import Weight, sayable, weigh


@dataclass(frozen=True, slots=True)
class State:
    """The tables at one moment, and what was in them."""

    tables: Mapping[str, FoundTable]
    weights: Mapping[str, Weight]


@dataclass(frozen=True, slots=True)
class Line:
    """One table over the whole trial: its rows, None where it was not there, and what is wrong."""

    table: str
    rows: tuple[int | None, ...]  # before, up, down, up again
    named: bool  # a file says something of it
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was tried, and what it did to each table."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(f"{line.table}: {fault}" for line in self.lines for fault in line.faults)


class Trial:
    """Tries files of *package* on *target*, whose tables and rows are nobody's."""

    def __init__(self, target: Target, package: str) -> None:
        self._target = target
        self._package = package
        self._migrator = Migrator(target, package)

    async def run(self, names: Sequence[str] = ()) -> Report:
        """Tries the files *names* and those between them, else what is pending or the last batch.

        Raises:
            UnknownMigration: no file has that name, or there is nothing to try.
            MigrationFailed: a script was refused.
        """
        chosen = await self._chosen(names)
        await self._stand_before(chosen[0])
        before = await self._state()
        await self._migrator.up(to=chosen[-1])
        up = await self._state()
        await self._migrator.down(step=len(chosen))
        down = await self._state()
        await self._migrator.up(to=chosen[-1])
        again = await self._state()
        said = await touched(self._package, chosen, self._target.dialect)
        return Report(tuple(chosen), tuple(_lines((before, up, down, again), said)))

    async def _chosen(self, names: Sequence[str]) -> list[str]:
        found = await self._migrator.status()
        files = Files(self._package).names()
        wanted = [name.removesuffix(".py") for name in names]
        if not wanted:
            last = max((one.batch for one in found), default=0)
            pending = [one.name for one in found if one.pending]
            wanted = pending or [one.name for one in found if one.batch == last]
        if missing := [name for name in wanted if name not in files]:
            raise UnknownMigration(f"there is no file {missing[0]}.py in {self._package}")
        if not wanted:
            raise UnknownMigration(f"there is no migration in {self._package} to try")
        places = [files.index(name) for name in wanted]
        return files[min(places) : max(places) + 1]

    async def _stand_before(self, first: str) -> None:
        files = Files(self._package).names()
        later = files[files.index(first) :]
        applied = [one.name for one in await self._migrator.status() if not one.pending]
        if gone := len([name for name in applied if name in later]):
            await self._migrator.down(step=gone)
        earlier = files[: files.index(first)]
        if earlier and earlier[-1] in await self._migrator.pending():
            await self._migrator.up(to=earlier[-1])

    async def _state(self) -> State:
        found = await read_tables(self._target)
        tables = {
            name: table for name, table in found.items() if name not in TABLES and sayable(table)
        }
        return State(tables, await weigh(self._target, tables))


def _lines(states: tuple[State, State, State, State], said: Touched) -> list[Line]:
    before, up, down, again = states
    names = sorted({name for state in states for name in state.tables})
    lines = []
    for name in names:
        counts = (_count(name, state) for state in states)
        faults = [
            *_shape_faults(name, before, down, "down does not bring back"),
            *_shape_faults(name, up, again, "the second up differs from the first in"),
            *_row_faults(name, before, up, said, "up"),
            *_row_faults(name, before, down, said, "down"),
            *_row_faults(name, up, again, said, "the second up"),
        ]
        lines.append(Line(name, tuple(counts), said.names(name), tuple(faults)))
    return lines


def _count(name: str, state: State) -> int | None:
    return state.weights[name].rows if name in state.weights else None


def _shape_faults(name: str, one: State, other: State, what: str) -> list[str]:
    was, now = one.tables.get(name), other.tables.get(name)
    if was is None or now is None:
        return [] if was is now else [f"{what} the table"]
    mine, theirs = _parts(was), _parts(now)
    return [f"{what} {part}" for part in mine if mine[part] != theirs[part]]


def _parts(table: FoundTable) -> dict[str, object]:
    """Answers *table* as what can be told apart: not the order of columns, nor SQL's blanks."""
    return {
        "columns": frozenset(table.columns),
        "the primary key": table.primary,
        "keys": frozenset(replace(key, sql=None) for key in table.keys),
        "references": frozenset(table.references),
        "checks": frozenset(one.name for one in table.checks),
        "triggers": frozenset(one.name for one in table.triggers),
    }


def _row_faults(name: str, one: State, other: State, said: Touched, when: str) -> list[str]:
    if name not in one.tables or name not in other.tables or said.touches_rows(name):
        return []
    was, now = one.weights[name], other.weights[name]
    if was.rows != now.rows:
        return [f"{when} left {now.rows} of {was.rows} rows, and no file says so"]
    lost = [
        column
        for column in was.sums.keys() & now.sums.keys()
        if was.sums[column] != now.sums[column] and not said.touches(name, column)
    ]
    return [f"{when} changed values of {column}, and no file says so" for column in sorted(lost)]
