"""What migration files say of columns and checks, where a database keeps less than was said.

SQLite has one type for integers and truth values, and keeps exact numbers as text. A file is asked
without a database; what its own SQL does is only in the tables that it makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.contract import Dialect
from pkg.migrate.files import Files
from pkg.migrate.offline import Offline
from pkg.migrate.table import Check, Column


class Said:
    """Columns and checks by table, after every change so far."""

    def __init__(self) -> None:
        self.columns: dict[str, dict[str, Column]] = {}
        self.checks: dict[str, dict[str, Check]] = {}

    def follow(self, changes: Sequence[Change]) -> None:
        """Takes *changes* in."""
        for one in changes:
            self._follow(one)

    def _follow(self, change: Change) -> None:
        match change:
            case made.CreateTable(table, parts):
                self.columns[table] = {p.name: p for p in parts if isinstance(p, Column)}
                self.checks[table] = {p.name: p for p in parts if isinstance(p, Check)}
            case made.DropTable(table):
                self.columns.pop(table, None)
                self.checks.pop(table, None)
            case made.RenameTable(table, to):
                self.columns[to] = self.columns.pop(table, {})
                self.checks[to] = self.checks.pop(table, {})
            case _:
                self._follow_part(change)

    def _follow_part(self, change: Change) -> None:
        match change:
            case made.AddColumn(table, column) | made.ChangeColumn(table, column):
                self.columns.setdefault(table, {})[column.name] = column
            case made.RenameColumn(table, name, to):
                known = self.columns.get(table, {})
                if name in known:
                    known[to] = replace(known.pop(name), name=to)
            case made.AddCheck(table, check):
                self.checks.setdefault(table, {})[check.name] = check
            case made.DropCheck(table, check):
                self.checks.get(table, {}).pop(check.name, None)
            case _:  # a dropped column is not read back, and so never asked for
                pass


async def said(package: str, names: Sequence[str], dialect: Dialect) -> Said:
    """Answers what the files *names* of *package* say on *dialect*, in their order."""
    files, told = Files(package), Said()
    for name in names:
        offline = Offline(dialect)
        # A file that counts on rows finds none here, and then has said what it said until then.
        with suppress(LookupError, TypeError, ValueError):
            await files.load(name).upgrade(offline)
        told.follow(offline.changes)
    return told
