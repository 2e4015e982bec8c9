"""migrate:diff."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from app.console.make.changes import Changes
from app.console.make.migration import plan_file, titled
from app.console.migrations.ask import Sides, settled
from app.console.migrations.said import default_of, rename_of
from app.console.migrations.scratch import made_by
from app.console.migrations.source import lines
from app.console.tables import with_database
from app.kernel import Kernel
from pkg.console import Exit, Stop, ok, table
from pkg.console.options import json_option, plan_option
from pkg.database import Database
from pkg.migrate import Migrator
from pkg.migrate.diff import Choices, Difference, Shape, Thing, compare, named, said, shapes_in


@click.command("migrate:diff")
@click.argument("name", required=False)
@click.option("--rename", "renames", multiple=True, metavar="OLD=NEW", help="A rename: see above.")
@click.option(
    "--default", "defaults", multiple=True, metavar="COL=VALUE", help="What rows get there."
)
@click.option("--drop", is_flag=True, help="Also writes what loses rows or values.")
@click.option("--split", is_flag=True, help="Leaves NOT NULL to a second file.")
@click.option("--empty", is_flag=True, help="Writes a file that does nothing yet.")
@click.option("--check", is_flag=True, help="Writes nothing; ends with 1 where something differs.")
@click.option("--live", is_flag=True, help="With --check: the database against its migrations.")
@json_option
@plan_option
@click.pass_obj
def diff(kernel: Kernel, /, *, name: str | None, check: bool, live: bool, **how: Any) -> None:
    """Writes a migration NAME, and its test, from what models and migrations differ in.

    The migrations run on a SQLite file of their own: no server is needed. A rename is only one
    where it is declared: --rename posts=articles, --rename posts.title=headline. What rows get in a
    column that must have a value is said by --default posts.rank=0, or filled by hand between the
    two files of --split. What loses something takes --drop, or a yes on a terminal.
    """
    as_json, planned = how.pop("as_json"), how.pop("plan")
    if check == bool(name) or (live and not check):
        raise Stop("say a NAME to write, or --check, or --check --live", Exit.USAGE)
    if check:
        _check(_live(kernel) if live else _models(kernel), as_json=as_json, live=live)
        return
    changes = Changes(kernel.root)
    if how.pop("empty"):
        plan_file(changes, folder(kernel), titled(str(name)))
    else:
        _write(kernel, changes, titled(str(name)), how)
    changes.end(plan=planned)


def folder(kernel: Kernel) -> str:
    """Answers where the project's migrations are, below its root."""
    return kernel.migrations.replace(".", "/")


def sides(kernel: Kernel) -> Sides:
    """Answers both sides.

    Raises:
        CannotDescribe: a model asks for something that the builder has no word for.
    """
    from pkg.migrate.diff.models import shapes_of  # noqa: PLC0415  vendor: Tortoise, 160 ms

    models = kernel.load("models")
    return Sides(
        wanted=shapes_of(models),
        there=asyncio.run(made_by(kernel.migrations)),
        bare=frozenset(models.BARE_TABLES),
    )


def _models(kernel: Kernel) -> list[Difference]:
    both = sides(kernel)
    return compare(both.wanted, both.there, bare=both.bare)


def _live(kernel: Kernel) -> list[Difference]:
    """Answers what stands in the database otherwise than its applied files made it."""

    async def look(database: Database) -> tuple[list[str], dict[str, Shape]]:
        found = await Migrator(database, kernel.migrations).status()
        applied = [one.name for one in found if not one.pending]
        if applied != [one.name for one in found][: len(applied)]:
            raise Stop("a migration is pending before one that is applied: `migrate up` first")
        words = await said(kernel.migrations, applied, database.dialect)
        return applied, await shapes_in(database, words)

    applied, there = with_database(kernel, look)
    return compare(asyncio.run(made_by(kernel.migrations, applied)), there, exact=True)


def _check(found: Sequence[Difference], *, as_json: bool, live: bool) -> None:
    sides = ("migrations", "database") if live else ("models", "migrations")
    rows = [
        {"what": one.what, sides[0]: _said(one.wanted), sides[1]: _said(one.there)} for one in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        table(("what", *sides), [[*row.values()] for row in rows])
    else:
        ok(f"{sides[1]} and {sides[0]} agree")
    if rows:
        raise click.exceptions.Exit(Exit.FAILED)


def _said(thing: Thing | None) -> str:
    return named(thing) if thing is not None else "-"


def _write(kernel: Kernel, changes: Changes, name: str, how: dict[str, Any]) -> None:
    both = sides(kernel)
    asks = kernel.flags.interactive and sys.stdin.isatty()
    made = settled(both, _choices(both, how), asks=asks)
    if not made.files:
        ok("models and migrations agree: there is nothing to write")
    for number, file in enumerate(made.files):
        title = f"{name}_required" if number else name
        scripts = lines(file.up), lines(file.down)
        plan_file(changes, folder(kernel), title, scripts, ahead=number)
    if len(made.files) > 1:
        click.echo(f"fill the rows before {name}_required is applied: it refuses any null")


def _choices(both: Sides, how: dict[str, Any]) -> Choices:
    return Choices(
        renames=tuple(rename_of(text) for text in how["renames"]),
        fills=dict(default_of(text, both.wanted) for text in how["defaults"]),
        drop=how["drop"],
        split=how["split"],
    )
