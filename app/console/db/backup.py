"""db:backup."""

from __future__ import annotations

from pathlib import Path

import click

from app.console.db.bar import Bar
from app.console.db.moving import connected, existing, moving, opened, reason, show_manifest
from app.kernel import Kernel
from pkg.clock import SystemClock
from pkg.console import Stop, ok
from pkg.file import locate
from pkg.transfer import Backup, Manifest, applied_in, tables_in, tables_of


@click.command("db:backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--no-uploads", is_flag=True, help="Rows only.")
@click.option("--force", is_flag=True, help="Replaces FILE where it is there.")
@click.pass_obj
def db_backup(kernel: Kernel, /, *, file: Path, no_uploads: bool, force: bool) -> None:
    """Writes all tables, as they are at one moment, and the uploads to FILE.

    The server may go on meanwhile. FILE has its name only when it is whole, and its owner alone
    may read it: it holds people's addresses, password hashes and digests of sessions. Keep it as
    you keep the database. It is a zip that restores into any of the three databases.
    """
    if file.exists() and not force:
        raise Stop(f"{file} is there already: name another file, or say --force to replace it")
    try:
        manifest = moving(_back_up(kernel, file, uploads=not no_uploads))
    except OSError as exc:
        raise Stop(f"{file} was not written, and nothing is left of it: {reason(exc)}") from exc
    show_manifest(manifest)
    files = f"{manifest.uploads.files:,} uploads" if manifest.uploads else "no uploads"
    rows = sum(shelf.rows for shelf in manifest.tables)
    ok(f"{file}: {rows:,} rows, {files}, {file.stat().st_size:,} bytes")


async def _back_up(kernel: Kernel, file: Path, *, uploads: bool) -> Manifest:
    settings, database = kernel.settings, existing(connected(kernel))
    async with opened(database):
        with database.active():
            migrations = await applied_in(database, kernel.migrations)
            tables = await tables_in(database)
        folder = locate(settings.file.url, settings.root) if uploads else None
        async with tables_of(database) as reader:
            backing = Backup(reader, migrations=migrations, at=SystemClock().now(), watch=Bar())
            return await backing.run(tables, file, uploads=folder)
