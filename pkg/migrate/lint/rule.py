"""A row of the catalogue, and what a rule may look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pkg.migrate.lint.act import Act, Field
from pkg.migrate.lint.tables import Tables

Database = Literal["sqlite", "postgres", "mysql", "mariadb"]
Severity = Literal["error", "warning", "notice"]
Work = Literal["", "instant", "scan", "build", "rewrite"]
DATABASES: tuple[Database, ...] = ("sqlite", "postgres", "mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class Sight:
    """What a rule sees besides the act: the tables before it, and the file so far."""

    database: Database
    tables: Tables
    before: Sequence[Act]  # in this file
    after: Sequence[Act]
    in_transaction: bool

    def column(self, act: Act) -> Field | None:
        """Answers the column that *act* is about, as it was before."""
        return self.tables.column(act.table, act.name)

    def is_new(self, table: str) -> bool:
        """Tells whether this file made *table*."""
        found = self.tables.get(table)
        return found is not None and found.new


@dataclass(frozen=True, slots=True)
class Rule:
    """One dangerous change.

    *lock* is the strongest one held: PostgreSQL's name for it, what MySQL and MariaDB call LOCK=,
    or "writers" for SQLite's one writer. *work*: what it does to the rows meanwhile; "build" reads
    them all into an index. *everywhere*: tables that the file itself made are judged, too.
    """

    code: str
    databases: tuple[Database, ...]
    severity: Severity
    title: str
    found: Callable[[Act, Sight], bool]
    why: str
    recipe: str
    source: str
    lock: str = ""
    work: Work = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a statement of a file breaks, on some databases. *line* 0: not known."""

    file: str
    line: int
    rule: Rule
    databases: tuple[Database, ...]
    statement: str
    allowed: str = ""  # the reason the file gives
