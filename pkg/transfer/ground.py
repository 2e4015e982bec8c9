"""The ground of a target: whose tables are there, at which migration, and whether they are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from pkg.database import Database, DatabaseConfig
from pkg.migrate import Migrator, Progress
from pkg.migrate.files import Files
from pkg.migrate.inspect import FoundTable, read_tables, sizes
from pkg.migrate.ledger import TABLES
from pkg.transfer.contract import Reader
from pkg.transfer.errors import TransferRefused
from pkg.transfer.progress import NAME
from pkg.transfer.table import Table, table_of

NOT_MOVED = (*TABLES, NAME)  # the runner's own, and ours


async def tables_in(database: Database) -> list[Table]:
    """Answers every table that is moved: all but those in which tools keep their own state.

    Raises:
        TransferRefused: one cannot be.
    """
    return [table_of(found) for name, found in (await _found(database)).items()]


async def unfinished(database: Database) -> bool:
    """Tells whether a transfer into *database* has begun and has not ended."""
    return NAME in await read_tables(database, NAME)


async def applied_in(database: Database, package: str) -> list[str]:
    """Answers the migrations that *database* has.

    Raises:
        TransferRefused: it has none, or one that *package* does not know; or it is not whole.
    """
    where = database.address.where
    there = await read_tables(database)
    if "aerich" not in there:
        raise TransferRefused(f"{where} was never migrated: there is nothing to take from it")
    if NAME in there:
        raise TransferRefused(f"{where} is not whole: a transfer into it has not ended")
    standing = await Migrator(database, package).status()
    if missing := [one.name for one in standing if one.missing]:
        raise TransferRefused(
            f"{where} has migrations that this code does not know: {', '.join(missing)}: "
            "use the release that made it"
        )
    if not (names := [one.name for one in standing if not one.pending]):
        raise TransferRefused(f"{where} has no migration applied: there is nothing to take from it")
    return names


async def level(
    target: Database,
    package: str,
    applied: Sequence[str],
    *,
    progress: Progress | None = None,
) -> None:
    """Brings *target* to exactly the migrations *applied*: it may be blank, or hold no rows yet.

    Raises:
        TransferRefused: it holds something else, or other migrations; nothing was done to it.
        MigrationLocked: another process migrates it.
    """
    if unknown := set(applied) - set(Files(package).names()):
        raise TransferRefused(
            f"this code does not know the migrations {', '.join(sorted(unknown))}: "
            "use the release that made it"
        )
    where, there = target.address.where, await read_tables(target)
    if there and "aerich" not in there:
        raise TransferRefused(
            f"{where} holds tables of something else ({', '.join([*there][:5])}): "
            "give an empty database"
        )
    migrator = Migrator(target, package, progress=progress)
    has = [one.name for one in await migrator.status() if not one.pending]
    if has == list(applied):
        return
    if has != list(applied[: len(has)]) or await _in_use(target, package, has):
        ours, theirs = set(applied) - set(has), set(has) - set(applied)
        told = [f"lacks {', '.join(sorted(ours))}"] if ours else []
        told += [f"has {', '.join(sorted(theirs))} besides"] if theirs else []
        raise TransferRefused(
            f"{where} is at other migrations: it {' and '.join(told)}: give an empty database"
        )
    await migrator.up(to=applied[-1])


async def _in_use(target: Database, package: str, has: Sequence[str]) -> bool:
    free = await seeded(package, has) if has else {}
    return any(
        one.rows > free.get(one.name, 0) for one in await sizes(target) if one.name not in NOT_MOVED
    )


async def seeded(package: str, applied: Sequence[str]) -> Mapping[str, int]:
    """Answers how many rows the migrations themselves make, by table: tried out in a file."""
    with TemporaryDirectory() as folder:
        config = DatabaseConfig(
            url=SecretStr(f"sqlite:///{folder}/seeded.sqlite3"), synchronous="OFF"
        )
        database = Database.from_config(config, root=Path(folder), models=())
        await database.open()
        try:
            with database.active():
                await Migrator(database, package).up(to=applied[-1])
                return {one.name: one.rows for one in await sizes(database)}
        finally:
            await database.close()


async def filled(reader: Reader, tables: Sequence[Table], free: Mapping[str, int]) -> str:
    """Answers which of *tables* hold more rows than *free* says, in words; empty: none does."""
    counts = [(table.name, await reader.count(table)) for table in tables]
    more = [f"{name} ({count})" for name, count in counts if count > free.get(name, 0)]
    return ", ".join(more[:5]) + (" and others" if more[5:] else "")


async def _found(database: Database) -> dict[str, FoundTable]:
    tables = await read_tables(database)
    return {name: found for name, found in tables.items() if name not in NOT_MOVED}
