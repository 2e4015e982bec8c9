"""Writes the schema of a database down."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from pkg.migrate import change as made
from pkg.migrate.contract import Dialect, Target
from pkg.migrate.dump.contract import Dump, digest_of
from pkg.migrate.errors import MigrationFailed
from pkg.migrate.files import File, Files
from pkg.migrate.ledger import Ledger
from pkg.migrate.offline import Offline

# What changes rows, or moves a sequence on; only files say what a new database begins with.
OF_ROWS = ("INSERT", "REPLACE", "UPDATE", "DELETE", "SELECT")


async def dump(target: Target, package: str) -> Dump:
    """Answers the schema as it stands, with the rows that the migrations of *package* insert.

    Raises:
        MigrationFailed: a file is pending or gone, or the schema holds what cannot be said.
    """
    files, ledger = Files(package), Ledger(target)
    await ledger.ensure()
    applied = [one.name for one in await ledger.read()]
    if applied != files.names():
        raise MigrationFailed(
            "the database does not stand where the migrations end: `migrate:status` tells; "
            "`migrate:up` first"
        )
    reader = import_module(f"pkg.migrate.dump.{target.dialect}")
    loaded = [files.load(name) for name in applied]
    statements = [*await reader.structure(target), *await _rows(target, loaded)]
    digests = {file.name: digest_of(files.source(file.name)) for file in loaded}
    found = Dump(target.dialect, digests, tuple(statements))
    _look_that_it_reads_back(target, found)
    return found


def path_of(package: str, dialect: Dialect) -> Path:
    """Answers the file for *dialect*: in `database/schema`, beside `database/migrations`."""
    return Path(import_module(package).__path__[0]).parent / "schema" / f"{dialect}.sql"


async def _rows(target: Target, files: Sequence[File]) -> list[str]:
    found: list[str] = []
    written: set[str] = set()
    for file in files:
        offline = Offline(target.dialect)
        await file.upgrade(offline)
        for change in offline.changes:
            if isinstance(change, made.Run) and _of_rows(change.statement):
                found.append(change.statement)
                written |= {*change.statement.lower().replace('"', " ").split()}
            elif isinstance(change, made.Fill) and change.table in written:
                raise MigrationFailed(
                    f"{file.name} fills {change.table} by Python after rows went into it: "
                    "a dump cannot say that; leave new databases to the migrations"
                )
    return found


def _of_rows(statement: str) -> bool:
    return statement.lstrip().upper().startswith(OF_ROWS)


def _look_that_it_reads_back(target: Target, dump: Dump) -> None:
    for statement in dump.statements:
        if (cut := target.cut(f"{statement};")) != [statement.strip()]:
            raise MigrationFailed(
                f"a statement of the schema would be cut in {len(cut)}: {statement}"
            )
