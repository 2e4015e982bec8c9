"""db:restore."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from app.console.db.bar import Bar
from app.console.db.moving import connected, moving, opened, reason, show_moved
from app.console.tables import Teller, allow, pending
from app.kernel import Kernel
from pkg.console import Stop, ok, warn
from pkg.console.options import force_option
from pkg.file import locate
from pkg.transfer import (
    Archive,
    BadBackup,
    Column,
    Restore,
    Restored,
    Table,
    Writer,
    level,
    seeded,
    tables_in,
    tables_of,
    unfinished,
)

SETTINGS = Table(
    "settings", (Column("name", "string"), Column("value", "text")), key=("name",), late=("value",)
)


@click.command("db:restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--no-uploads", is_flag=True, help="Rows only.")
@force_option
@click.pass_obj
def db_restore(kernel: Kernel, /, *, file: Path, no_uploads: bool, force: bool) -> None:
    """Puts what FILE holds into the database of the settings, which should be empty.

    Stop the server first. All of FILE is verified before anything is touched, and all rows are one
    transaction: when it fails, the database is as before. Every table is read back and compared.
    Uploads that are newer than those of FILE are left alone.

    With --force the rows that are there are replaced, and newer uploads too.
    """
    allow(kernel, force=force)
    try:
        restored = moving(_restore(kernel, file, uploads=not no_uploads, force=force))
    except OSError as exc:
        raise Stop(f"no row was restored, the database is as before: {reason(exc)}") from exc
    show_moved(restored.tables)
    rows = sum(one.rows for one in restored.tables)
    ok(f"{rows:,} rows and {restored.written:,} uploads are restored")
    if restored.kept:
        ok(f"{restored.kept:,} newer uploads were left alone")
    click.echo("  the log of messages has a new name: clients that come back read it anew")
    click.echo("  sessions that were ended since the backup live again: see docs/backup.md")
    if missing := pending(kernel):
        warn(f"{len(missing)} migrations are pending: run `python main.py migrate up`")


async def _restore(kernel: Kernel, file: Path, *, uploads: bool, force: bool) -> Restored:
    settings, package, watch = kernel.settings, kernel.migrations, Bar()
    with file.open("rb") as opened_file:
        try:
            archive = Archive(opened_file)
            archive.verify(watch)
        except BadBackup as exc:
            raise BadBackup(f"{file}: {exc}") from exc
        database = connected(kernel)
        async with opened(database):
            with database.active():
                if await unfinished(database):
                    raise Stop(
                        "a transfer into this database has not ended: say db:transfer again, "
                        "or give an empty database"
                    )
                applied = archive.manifest.migrations
                await level(database, package, applied, progress=Teller())
                tables, free = await tables_in(database), await seeded(package, applied)
            async with tables_of(database) as writer:
                restore = Restore(archive, writer, tables, finish=_rename_log, watch=watch)
                folder = locate(settings.file.url, settings.root) if uploads else None
                return await restore.run(free=free, uploads=folder, force=force)


async def _rename_log(writer: Writer) -> None:
    # Else a client that has seen more than the backup holds would take new messages for old ones.
    await writer.link(SETTINGS, [("epoch", uuid.uuid4().hex)])
