"""What migrations say that they touch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pkg.migrate import change as made
from pkg.migrate.change import Change
from pkg.migrate.contract import Dialect
from pkg.migrate.files import Files
from pkg.migrate.offline import Offline

ALL = "*"


@dataclass(slots=True)
class Touched:
    """By table, the columns that are touched; ALL for every one, and for its rows."""

    columns: dict[str, set[str]] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)

    def touches(self, table: str, column: str) -> bool:
        """Tells whether a value there may be another one afterwards."""
        known = self.columns.get(table, set())
        return column in known or self.touches_rows(table)

    def touches_rows(self, table: str) -> bool:
        """Tells whether rows may come or go: it is made, dropped, or in a statement of its own."""
        word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(table)}(?![A-Za-z0-9_])")
        return ALL in self.columns.get(table, ()) or any(map(word.search, self.statements))

    def names(self, table: str) -> bool:
        """Tells whether anything is said of *table* at all."""
        return table in self.columns or self.touches_rows(table)

    def add(self, change: Change) -> None:
        """Takes in what *change* touches."""
        match change:
            case made.Run(statement):
                self.statements.append(statement)
            case made.CreateTable(table) | made.DropTable(table):
                self._add(table, ALL)
            case made.RenameTable(table, to):
                self._add(table, ALL)
                self._add(to, ALL)
            case made.AddColumn(table, column) | made.ChangeColumn(table, column):
                self._add(table, column.name)
            case made.RenameColumn(table, column_name, to):
                self._add(table, column_name, to)
            case made.DropColumn(table, columns) | made.Fill(table, columns):
                self._add(table, *columns)
            case _:
                self._add(change.table)

    def _add(self, table: str, *columns: str) -> None:
        self.columns.setdefault(table, set()).update(columns)


async def touched(package: str, names: Sequence[str], dialect: Dialect) -> Touched:
    """Answers what the files *names* of *package* touch, up or down."""
    files, found = Files(package), Touched()
    for name in names:
        file = files.load(name)
        for script in (file.upgrade, file.downgrade):
            offline = Offline(dialect)
            # A file that counts on rows finds none here, and then has said what it said until then.
            with suppress(LookupError, TypeError, ValueError):
                await script(offline)
            for change in offline.changes:
                found.add(change)
    return found
