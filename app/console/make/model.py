"""make:model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from app.console.make import columns, tree
from app.console.make.changes import Changes
from app.console.make.fields import read
from app.console.make.layout import imports
from app.console.make.migration import Wanted, plan_migration
from app.console.make.model_test import plan_test
from app.console.make.models import Model, migrated, parents
from app.console.make.names import Names
from app.console.make.seeding import plan_factory, plan_seeder
from app.console.make.stub import fill
from app.console.make.subject import Subject
from app.kernel import Kernel
from pkg.console import Stop
from pkg.console.options import plan_option

EXPORTS = "app/models/__init__.py"


@click.command("make:model")
@click.argument("name")
@click.argument("fields", nargs=-1, metavar="[FIELD...]")
@click.option("-m", "--migration", is_flag=True, help="A migration that makes its table, too.")
@click.option("-f", "--factory", is_flag=True, help="A factory, too.")
@click.option("-s", "--seeder", is_flag=True, help="A seeder and its factory, too.")
@click.option("-a", "--all", "everything", is_flag=True, help="All of them.")
@click.option("--force", is_flag=True, help="Writes over files that are there.")
@plan_option
@click.pass_obj
def make_model(
    kernel: Kernel, /, *, name: str, fields: Sequence[str], force: bool, plan: bool, **more: bool
) -> None:
    """Writes a model NAME, its line in app/models, and its test.

    A FIELD is name:type, then ! for unique and ? for may be absent: title:string:40!
    author:ref:users status:enum:draft,live price:decimal:10,2 published_at:datetime?
    """
    changes = Changes(kernel.root, force=force)
    subject = _subject(changes, name, fields)
    everything = more.pop("everything")
    plan_model(changes, subject, **{letter: on or everything for letter, on in more.items()})
    changes.end(plan=plan)


def plan_model(
    changes: Changes, subject: Subject, *, migration: bool, factory: bool, seeder: bool
) -> None:
    """Plans the model and what was asked for beside it.

    Raises:
        Stop: a file or a name is there already, or a seeder has no table to fill.
    """
    names = subject.names
    has_table = migration or migrated(changes.root, names.table)
    if seeder and not has_table:
        raise Stop(f"no migration makes the table {names.table}: say -m as well")
    changes.make(f"app/models/{names.module}.py", _file(subject))
    module = f"app.models.{names.module}"
    changes.change(EXPORTS, lambda path, text: _exported(path, text, module, names.model))
    plan_test(changes, subject, has_table=has_table)
    if migration:
        wanted = Wanted(
            f"create_{names.table}", "create", names.table, subject.fields, subject.versioned
        )
        plan_migration(changes, wanted)
    if factory or seeder:
        plan_factory(changes, subject)
    if seeder:
        plan_seeder(changes, subject)


def _subject(changes: Changes, name: str, fields: Sequence[str]) -> Subject:
    names = Names.of(name)
    found = read(fields)
    return Subject(names, found, parents(found, Model.of(names), changes.root))


def _file(subject: Subject) -> str:
    body = "".join(
        columns.model_lines(field, subject.parents.get(field.name)) for field in subject.fields
    )
    needed = [
        *columns.needed(body),
        *(f"from app.models.{one.module} import {one.name}" for one in _others(subject)),
        f"from app.models.base import {subject.holes()['base']}",
    ]
    if body:
        needed.append("from tortoise import fields")
    return fill("model", **subject.holes(), imports=imports(needed), fields=body)


def _others(subject: Subject) -> list[Model]:
    return [one for one in subject.parents.values() if one.name != subject.names.model]


def _exported(path: Path, text: str, module: str, name: str) -> str:
    there = tree.exports(path, text)
    if module.rpartition(".")[2] in there:
        raise Stop(f"app.models has something else named {module.rpartition('.')[2]}")
    if name not in there:
        return tree.exported(path, text, module, name)
    if tree.imported_from(path, text, name) != module:
        raise Stop(f"app.models has another {name} already")
    return text  # written over: the line stands
