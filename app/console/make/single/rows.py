"""make:factory, make:seeder."""

from __future__ import annotations

from app.console.make.changes import Changes
from app.console.make.existing import subject_of
from app.console.make.models import Model, migrated
from app.console.make.names import Names
from app.console.make.samples import table_of
from app.console.make.seeding import plan_factory, plan_seeder
from app.console.make.single.generator import generator
from app.console.make.stub import fill
from app.console.make.subject import Subject
from pkg.console import Stop


@generator("make:factory")
def make_factory(changes: Changes, name: str) -> None:
    """Writes a factory of the model NAME, which makes up its rows, and its test."""
    _factory(changes, subject_of(changes.root, Names.of(name)))


@generator("make:seeder")
def make_seeder(changes: Changes, name: str) -> None:
    """Writes a seeder of the model NAME, its place in the order, and its test.

    The factory comes with it, where there is none.
    """
    subject = subject_of(changes.root, Names.of(name))
    names = subject.names
    if not migrated(changes.root, names.table):
        raise Stop(f"no migration makes the table {names.table}: `migrate:diff` writes it")
    for together in table_of(Model.of(names))._meta.unique_together:
        if not any(one.column in together for one in subject.uniques):
            raise Stop(
                f"no two rows of {names.table} may share {' and '.join(together)}, which chance"
                " cannot promise: write this seeder by hand"
            )
    if not (changes.root / f"database/factories/{names.module}.py").exists():
        _factory(changes, subject)
    plan_seeder(changes, subject)


def _factory(changes: Changes, subject: Subject) -> None:
    names = subject.names
    plan_factory(changes, subject)
    test = fill("single/factory_test", **subject.holes())
    changes.make(f"tests/unit/database/factories/test_{names.module}.py", test)
