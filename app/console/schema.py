"""schema:dump."""

from __future__ import annotations

import click

from app.console.tables import with_database
from app.kernel import Kernel
from pkg.console import Stop, ok
from pkg.console.options import plan_option
from pkg.database import Database
from pkg.migrate import MigrationFailed
from pkg.migrate.dump import Dump, dump, path_of


@click.command("schema:dump")
@plan_option
@click.pass_obj
def schema_dump(kernel: Kernel, /, *, plan: bool) -> None:
    """Writes the schema as it stands, for new databases to start from.

    The file is database/schema/DIALECT.sql, one for each kind of database. `migrate:up` on an empty
    database runs it in place of the migrations it stands for, and then what is newer. With it go
    the rows that migrations insert. Write it again after a change of these migrations.
    """

    async def written(database: Database) -> Dump:
        return await dump(database, kernel.migrations)

    try:
        found = with_database(kernel, written)
    except MigrationFailed as exc:
        raise Stop(str(exc)) from exc
    path = path_of(kernel.migrations, found.dialect)
    name = path.relative_to(kernel.root) if path.is_relative_to(kernel.root) else path
    count = len(found.stands_for)
    counts = f"in place of {count} migration{'s' * (count != 1)}"
    if plan:
        click.echo(f"would write {name}, {counts}")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found.text(), encoding="utf-8")
    ok(f"wrote {name}, {counts}")
