"""Judges statements without files: as the linter does, act by act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pkg.migrate.contract import Dialect
from pkg.migrate.lint import Database
from pkg.migrate.lint.hearing import Heard
from pkg.migrate.lint.linter import broken, rebuilt_by_hand
from pkg.migrate.lint.reader import read
from pkg.migrate.lint.rule import Sight
from pkg.migrate.lint.tables import Tables
from tests.unit.pkg.migrate.lint.examples import BEFORE


def dialect_of(database: Database) -> Dialect:
    return "mysql" if database == "mariadb" else database


def standing(database: Database) -> Tables:
    """Answers the tables that are there before each example."""
    tables = Tables()
    for statement in BEFORE[dialect_of(database)]:
        for act in read(statement, dialect_of(database)):
            tables.apply(act)
    tables.next_file()
    return tables


def codes(
    database: Database, statements: Iterable[str], *, in_transaction: bool = True
) -> Sequence[str]:
    """Answers the codes of what is found in a file of these *statements*."""
    tables = standing(database)
    heard = [Heard(act, 0) for one in statements for act in read(one, dialect_of(database))]
    if database == "sqlite":
        heard = rebuilt_by_hand(heard)
    acts = [one.act for one in heard]
    found: list[str] = []
    for number, act in enumerate(acts):
        sight = Sight(database, tables, acts[:number], acts[number + 1 :], in_transaction)
        found += [rule.code for rule in broken(act, sight)]
        tables.apply(act)
    return found
