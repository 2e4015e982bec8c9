"""A copy of the database, with its rows, that may be spoilt; the database itself is only read."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

from app.console.db.moving import connected, opened
from app.kernel import Kernel
from pkg.database import Database, DatabaseConfig
from pkg.migrate import Migrator
from pkg.migrate.inspect import read_tables
from pkg.migrate.ledger import Ledger
from pkg.transfer import Transfer, Watch, joined, ordered, seeded, tables_in, tables_of

MAY_CREATE = {  # a database beside this one
    "postgres": "SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user",
    "mysql": "SELECT count(*) > 0 AS may FROM information_schema.user_privileges "
    "WHERE grantee = concat('''', replace(current_user(), '@', '''@'''), '''') "
    "AND privilege_type = 'CREATE'",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """An open database, and what its reader has to know of it."""

    database: Database
    notes: tuple[str, ...]


@asynccontextmanager
async def copied(kernel: Kernel, *, watch: Watch) -> AsyncIterator[Copy]:
    """A copy of the settings' database for a block; *watch* is told of each table's rows.

    A file is copied as a file. Beside a server's database another one is made by the migrations
    and given the rows; where that is not allowed, a file of SQLite is, and the copy says so.
    """
    source = connected(kernel)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if source.dialect == "sqlite":
            copy, notes = _of_file(source, folder)
            await stack.enter_async_context(opened(copy))
        else:
            await stack.enter_async_context(opened(source))
            copy, notes = await _beside(kernel, source, folder, stack)
            await stack.enter_async_context(opened(copy))
            notes += await _filled(kernel.migrations, source, copy, watch)
        with copy.active():
            yield Copy(copy, tuple(notes))


def _of_file(source: Database, folder: Path) -> tuple[Database, list[str]]:
    there, file = Path(source.address.where), folder / "copy.sqlite3"
    if not there.exists():
        return _file(file), [f"there is no database at {there}: tried without rows"]
    with (
        closing(sqlite3.connect(f"{there.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(file)) as new,
    ):
        old.backup(new)
    return _file(file), []


async def _beside(
    kernel: Kernel, source: Database, folder: Path, stack: AsyncExitStack
) -> tuple[Database, list[str]]:
    with source.active():
        may = (await source.fetch(MAY_CREATE[source.dialect]))[0]["may"]
        if not may:
            note = (
                f"the user of {source.address.where} may create no database: tried on SQLite, with "
                f"the rows; what only {source.dialect} refuses is not seen"
            )
            return _file(folder / "copy.sqlite3"), [note]
        name = f"parley_trial_{secrets.token_hex(6)}"
        # template0: two may copy it at once, which template1 refuses
        template = " TEMPLATE template0" if source.dialect == "postgres" else ""
        await source.execute(f"CREATE DATABASE {name}{template}")
    stack.push_async_callback(_drop, source, name)
    url = urlsplit(kernel.settings.database.url.get_secret_value())
    return connected(kernel, urlunsplit(url._replace(path=f"/{name}"))), []


async def _drop(source: Database, name: str) -> None:
    with source.active():
        await source.execute(f"DROP DATABASE {name}")


async def _filled(package: str, source: Database, copy: Database, watch: Watch) -> list[str]:
    """Brings *copy* to the migrations of *source* and copies the rows of their tables."""
    with source.active():
        applied = await _applied(source)
        ours = await tables_in(source) if applied else []
    if not applied:
        return [f"{source.address.where} was never migrated: tried without rows"]
    with copy.active():
        await Migrator(copy, package).up(to=applied[-1])
        theirs = {table.name: table for table in await tables_in(copy)}
    both = [table for table in ours if table.name in theirs]
    tables = ordered([joined(table, theirs[table.name]) for table in both])
    free = await seeded(package, applied)
    async with tables_of(source) as reader, tables_of(copy) as writer:
        await Transfer(reader, writer, tables, free=free, watch=watch).run()
    left = sorted({table.name for table in ours} - set(theirs))
    return [f"no migration makes {name}: it is not in the copy" for name in left]


async def _applied(source: Database) -> Sequence[str]:
    """Answers what is applied; unlike the runner it makes no table of its own for that."""
    there = await read_tables(source, "aerich", "migration_batches")
    return [one.name for one in await Ledger(source).read()] if len(there) == 2 else []


def _file(file: Path) -> Database:
    config = DatabaseConfig.model_validate({"url": f"sqlite:///{file}", "synchronous": "OFF"})
    return Database.from_config(config, root=file.parent, models=())
