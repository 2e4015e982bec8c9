"""What `db:transfer`, `db:backup` and `db:restore` share: databases, what is printed, who waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from app.kernel import Kernel
from pkg.console import Exit, Stop, table
from pkg.database import Database, DatabaseUnavailable
from pkg.migrate import MigrationLocked
from pkg.transfer import Manifest, Moved, TransferLocked

T = TypeVar("T")


def moving(work: Coroutine[Any, Any, T]) -> T:
    """Answers what *work* gives.

    Raises:
        Stop: another process is at it (exit 75).
    """
    try:
        return asyncio.run(work)
    except (TransferLocked, MigrationLocked) as exc:
        raise Stop(str(exc), Exit.LOCKED) from exc


def connected(kernel: Kernel, url: str | None = None) -> Database:
    """Answers the database of the settings, or the one at *url*: not opened yet, and patient.

    Raises:
        BadDatabaseUrl: *url* names none.
    """
    settings = kernel.settings
    changes: dict[str, object] = {"statement_timeout": 0.0, "pool_min": 0}
    if url is not None:
        changes["url"] = SecretStr(url)
    config = settings.database.model_copy(update=changes)
    return Database.from_config(config, root=settings.root, models=())


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[None]:
    """Keeps *database* open for a block.

    Raises:
        TransferLocked: it is a file of SQLite that somebody has alone.
    """
    try:
        await database.open()
    except DatabaseUnavailable as exc:
        if database.dialect == "sqlite" and "locked" in str(exc):
            raise TransferLocked(f"{exc}: its tables are moved just now: wait") from exc
        raise
    try:
        yield
    finally:
        await database.close()


def existing(database: Database) -> Database:
    """Answers *database* if it is there: opened, SQLite would make the file.

    Raises:
        Stop: it is not.
    """
    if database.dialect == "sqlite" and not Path(database.address.where).exists():
        raise Stop(f"there is no database at {database.address.where}")
    return database


def show_moved(moved: Sequence[Moved]) -> None:
    """Prints every table with its checksum."""
    table(("table", "rows", "checksum"), [(one.name, one.rows, one.checksum) for one in moved])


def show_manifest(manifest: Manifest) -> None:
    """Prints every table of a backup with its checksum."""
    rows = [(one.name, one.rows, one.checksum) for one in manifest.tables]
    table(("table", "rows", "checksum"), rows)


def reason(exc: OSError) -> str:
    """Answers what the system says, and of which file."""
    said = exc.strerror or str(exc)
    return f"{exc.filename}: {said}" if exc.filename else said
