"""make:migration."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from app.console.make import columns
from app.console.make.changes import Changes
from app.console.make.fields import BadField, Field, read
from app.console.make.layout import call, spread
from app.console.make.stub import fill
from app.kernel import Kernel
from pkg.console import Exit, Stop
from pkg.console.options import plan_option

NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LONGEST = 60
LONGEST_KEY_NAME = 63  # bytes; PostgreSQL cuts there
FOLDER = "database/migrations"
TESTS = "tests/unit/database/migrations"
TABLE = re.compile(r"[a-z][a-z0-9_]{0,39}")
SHAPES = {
    "create": re.compile(r"create_(?P<table>\w+?)(?:_table)?"),
    "add": re.compile(r"add_\w+?_to_(?P<table>\w+?)(?:_table)?"),
    "drop": re.compile(r"(?:drop|remove)_\w+?_from_(?P<table>\w+?)(?:_table)?"),
}
Verb = Literal["create", "add", "drop", ""]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A migration as it was asked for: what it does, to which table, with which fields."""

    name: str
    verb: Verb
    table: str
    fields: tuple[Field, ...]
    versioned: bool = False  # the changes of each row are counted


@click.command("make:migration")
@click.argument("name")
@click.argument("fields", nargs=-1, metavar="[FIELD...]")
@click.option("--create", metavar="TABLE", help="Makes that table, whatever the name says.")
@click.option("--table", metavar="TABLE", help="Adds the fields to that table.")
@plan_option
@click.pass_obj
def make_migration(
    kernel: Kernel, /, *, name: str, fields: Sequence[str], plan: bool, **tables: str | None
) -> None:
    """Writes a migration NAME and its test; the name says what it does.

    create_posts makes a table, add_subtitle_to_posts and drop_subtitle_from_posts change one; any
    other name gives an empty migration. A FIELD is name:type, such as title:string:40! (unique),
    author:ref:users, published_at:datetime? (may be absent).
    """
    changes = Changes(kernel.root)
    plan_migration(changes, wanted(name, fields, **tables))
    changes.end(plan=plan)


def titled(name: str) -> str:
    """Answers what a file of that *name* is called, before its number.

    Raises:
        Stop: the name cannot be one.
    """
    bare = name.replace("-", "_")
    if not NAME.fullmatch(bare) or len(bare) > LONGEST:
        raise Stop(
            f"{name!r} cannot be a name: small letters, digits and _, at most {LONGEST}", Exit.USAGE
        )
    return bare


def wanted(
    name: str, fields: Sequence[str] = (), *, create: str | None = None, table: str | None = None
) -> Wanted:
    """Reads what is asked for.

    Raises:
        Stop: the name cannot be one, or the fields and the name do not go together.
    """
    bare = titled(name)
    verb, on = _read(bare)
    if create or table:
        verb, on = (
            ("create" if create else verb if verb == "drop" else "add"),
            create or table or on,
        )
    if on and not TABLE.fullmatch(on):
        raise Stop(f"{on!r} cannot be a table's name", Exit.USAGE)
    found = read(fields)
    if verb in {"add", "drop"} and not found and not table:
        raise Stop(
            f"say which fields: make:migration {name} {'subtitle:string:80?'}"
            " (with their types: one direction needs them)",
            Exit.USAGE,
        )
    if found and not verb:
        raise Stop("say which table: --create TABLE or --table TABLE", Exit.USAGE)
    return Wanted(bare, verb if verb == "create" or found else "", on, found)


def plan_migration(changes: Changes, wanted: Wanted) -> str:
    """Plans the file and its test, and answers the file's name without its ending.

    Raises:
        Stop: a migration of that name is there already.
    """
    _check_keys(wanted)
    stem = next_stem(changes.root / FOLDER, wanted.name)
    changes.make(f"{FOLDER}/{stem}.py", _file(wanted))
    changes.make(f"{TESTS}/test_{stem}.py", _test(wanted, stem))
    return stem


def _check_keys(wanted: Wanted) -> None:
    """Refuses a field whose key's name would be longer than names in the database are."""
    for field in wanted.fields:
        kind = "unique" if field.unique else "foreign" if field.kind == "ref" else ""
        over = len(f"{wanted.table}_{field.column}_{kind}") - LONGEST_KEY_NAME
        if kind and over > 0:
            raise BadField(
                field.text, 0, f"its key would have a name {over} too long: take a shorter one"
            )


def plan_file(
    changes: Changes,
    folder: str,
    name: str,
    scripts: tuple[str, str] = ("", ""),
    *,
    ahead: int = 0,
) -> str:
    """Plans a migration *name* in *folder*, its two *scripts* as lines, and its test.

    *ahead*: so many others are planned that come before it. Answers the name without its ending.

    Raises:
        Stop: a migration of that name is there already.
    """
    stem = next_stem(changes.root / folder, name, ahead=ahead)
    changes.make(f"{folder}/{stem}.py", _filled(name, *scripts))
    changes.make(f"{TESTS}/test_{stem}.py", fill("migration_plain_test", stem=stem))
    return stem


def next_stem(folder: Path, name: str, *, ahead: int = 0) -> str:
    """Answers the name of the file that comes next, without its ending.

    Raises:
        Stop: a migration of that name is there already.
    """
    there = sorted(path.stem for path in folder.glob("[0-9]*_*.py"))
    if name in {stem.partition("_")[2] for stem in there}:
        raise Stop(f"there is a migration {name} already")
    number = max((int(stem.partition("_")[0]) for stem in there), default=0) + 1 + ahead
    return f"{number:04}_{name}"


def _read(name: str) -> tuple[Verb, str]:
    verbs: tuple[Verb, ...] = ("create", "add", "drop")
    for verb in verbs:
        match = SHAPES[verb].fullmatch(name)
        if match:
            return verb, match["table"]
    return "", ""


def _file(wanted: Wanted) -> str:
    up, down = (build(wanted) for build in BUILDERS[wanted.verb])
    return _filled(wanted.name, up, down)


def _filled(name: str, up: str, down: str) -> str:
    return fill(
        "migration",
        line=name.replace("_", " ").capitalize(),
        names="Schema, table" if "table." in up + down else "Schema",
        up=up,
        down=down,
    )


def _nothing(wanted: Wanted) -> str:
    return ""


def _drop_table(wanted: Wanted) -> str:
    return f'    schema.drop_table("{wanted.table}")\n'


def _create(wanted: Wanted) -> str:
    parts = [f'"{wanted.table}"', "table.id()", "*table.timestamps()"]
    parts += ['table.big("rev", default=1)'] * wanted.versioned
    parts += [columns.column(field) for field in wanted.fields]
    parts += [columns.foreign(field) for field in wanted.fields if field.kind == "ref"]
    parts += [f'table.unique("{field.column}")' for field in wanted.fields if field.unique]
    return spread("schema.create_table(", parts, indent=1) + "\n"


def _add(wanted: Wanted) -> str:
    lines = []
    for field in wanted.fields:
        column = columns.column(field, to_rows=True)
        lines.append(_call("schema.add_column(", wanted, column))
        if field.kind == "ref":
            lines.append(_call("await schema.add_foreign(", wanted, columns.foreign(field)))
        if field.unique:
            lines.append(_call("schema.add_key(", wanted, f'table.unique("{field.column}")'))
    return "".join(lines)


def _drop(wanted: Wanted) -> str:
    lines = []
    for field in reversed(wanted.fields):
        if field.unique:
            lines.append(_call("schema.drop_key(", wanted, f'table.unique("{field.column}")'))
        if field.kind == "ref":
            lines.append(_call("await schema.drop_foreign(", wanted, columns.foreign(field)))
        lines.append(_call("await schema.drop_column(", wanted, f'"{field.column}"'))
    return "".join(lines)


def _call(head: str, wanted: Wanted, part: str) -> str:
    return call(head, [f'"{wanted.table}"', part], indent=1) + "\n"


BUILDERS: dict[Verb, tuple[Callable[[Wanted], str], Callable[[Wanted], str]]] = {
    "create": (_create, _drop_table),
    "add": (_add, _drop),
    "drop": (_drop, _add),
    "": (_nothing, _nothing),
}


def _test(wanted: Wanted, stem: str) -> str:
    if not wanted.verb:
        return fill("migration_plain_test", stem=stem)
    gone = f'        assert "{wanted.table}" not in await table_names(database)\n'
    look = "        await look(database)\n"
    after_up, after_down = {"create": (look, gone), "add": (look, ""), "drop": ("", look)}[
        wanted.verb
    ]
    names = [f'"{field.column}"' for field in wanted.fields]
    names = ['"id"', *names] if wanted.verb == "create" else names
    return fill(
        "migration_test",
        stem=stem,
        table=wanted.table,
        columns=call("COLUMNS = (", names, ",)" if len(names) == 1 else ")"),
        ledger="from pkg.migrate.ledger import table_names\n" if wanted.verb == "create" else "",
        after_up=after_up,
        after_down=after_down,
    )
