"""What the project's migrations make, asked of a database that nobody needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from pkg.database import Database, DatabaseConfig
from pkg.migrate import Migrator
from pkg.migrate.diff import Shape, said, shapes_in
from pkg.migrate.files import Files


@asynccontextmanager
async def opened(config: DatabaseConfig) -> AsyncIterator[Database]:
    """The database of *config*, open for a block and current in it; an absolute address."""
    database = Database.from_config(config, root=Path(), models=())
    await database.open()
    try:
        with database.active():
            yield database
    finally:
        await database.close()


async def made_by(package: str, names: Sequence[str] | None = None) -> dict[str, Shape]:
    """Answers the tables that the files of *package*, or the first *names* of them, make.

    On a SQLite file of its own: it is always at hand, in a workflow without servers too.
    """
    names = Files(package).names() if names is None else names
    with TemporaryDirectory() as folder:
        url = SecretStr(f"sqlite:///{folder}/scratch.sqlite3")
        async with opened(DatabaseConfig(url=url, synchronous="OFF")) as database:
            if names:
                await Migrator(database, package).up(to=names[-1])
            return await shapes_in(database, await said(package, names, "sqlite"))
