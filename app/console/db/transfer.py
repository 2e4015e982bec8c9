"""db:transfer."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from app.console.db.bar import Bar
from app.console.db.moving import connected, existing, moving, opened, show_moved
from app.console.tables import Teller, allow
from app.kernel import Kernel
from pkg.console import Exit, Stop, ok
from pkg.console.options import force_option
from pkg.database import BadDatabaseUrl, Database, DatabaseUnavailable
from pkg.transfer import (
    Moved,
    Transfer,
    applied_in,
    joined,
    level,
    ordered,
    seeded,
    tables_in,
    tables_of,
    unfinished,
)


@click.command("db:transfer")
@click.argument("url")
@click.option("--restart", is_flag=True, help="Throws away what an earlier transfer has copied.")
@force_option
@click.pass_obj
def db_transfer(kernel: Kernel, /, *, url: str, restart: bool, force: bool) -> None:
    """Copies every table to the empty database at URL; - reads it from the standard input.

    Stop the server first: a file of SQLite that another process has open is refused (75), and
    nobody can open it meanwhile. What is written to a server of SQL after the start is not copied.

    The target is brought to the same migrations. Rows and how far they are commit together, so a
    transfer that was killed goes on by itself where it stopped: say the same command again. It
    first makes sure that what was copied is still what the source holds. At the end every table is
    read back and compared; until this command says so, the target is not to be used.

    Uploads stay where they are.
    """
    allow(kernel, force=force)
    if url == "-":
        url = sys.stdin.readline().strip()
    try:
        moved = moving(_transfer(kernel, url, restart=restart))
    except DatabaseUnavailable as exc:
        again = "mend that and say the same command again: what was copied stays"
        raise Stop(f"{exc}: {again}") from exc
    show_moved(moved)
    ok(f"{sum(one.rows for one in moved):,} rows in {len(moved)} tables are equal on both sides")
    click.echo("  set DATABASE_URL to the target, then start the server")
    click.echo("  uploads are files and stay: every node needs the folder of STORAGE_URL")


async def _transfer(kernel: Kernel, url: str, *, restart: bool) -> Sequence[Moved]:
    source, target = existing(connected(kernel)), _target(kernel, url)
    if source.address.where == target.address.where:
        raise Stop(f"{target.address.where} is the source itself", Exit.USAGE)
    package = kernel.migrations
    async with opened(source), opened(target):
        with source.active():
            applied, ours = await applied_in(source, package), await tables_in(source)
        with target.active():
            await level(target, package, applied, progress=Teller())
            theirs = {table.name: table for table in await tables_in(target)}
            if await unfinished(target) and not restart:
                click.echo("  an earlier transfer did not end: what it copied is checked first")
        if odd := {table.name for table in ours} ^ set(theirs):
            raise Stop(f"only one of the two has the tables {', '.join(sorted(odd))}")
        tables = ordered([joined(table, theirs[table.name]) for table in ours])
        free = await seeded(package, applied)
        async with tables_of(source) as reader, tables_of(target) as writer:
            transfer = Transfer(reader, writer, tables, free=free, watch=Bar())
            return await transfer.run(restart=restart)


def _target(kernel: Kernel, url: str) -> Database:
    try:
        return connected(kernel, url)
    except BadDatabaseUrl as exc:
        raise Stop(str(exc).replace("DATABASE_URL", "URL"), Exit.USAGE) from exc
