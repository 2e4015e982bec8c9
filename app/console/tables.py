"""What `migrate`, `seed` and their kin share: the runner at work, and consent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.kernel import Kernel
from pkg.console import Exit, Stop, consent, ok
from pkg.database import Database
from pkg.migrate import MigrationLocked, Migrator, Ran

T = TypeVar("T")


def migrating(kernel: Kernel, work: Callable[[Migrator], Awaitable[T]]) -> T:
    """Answers what *work* does with the runner; a line is printed for each file that ran.

    Raises:
        Stop: another process holds the lock (exit 75).
    """
    try:
        return with_database(
            kernel, lambda database: work(Migrator(database, kernel.migrations, progress=_tell))
        )
    except MigrationLocked as exc:
        raise Stop(str(exc), Exit.LOCKED) from exc


def with_database(kernel: Kernel, work: Callable[[Database], Awaitable[T]]) -> T:
    """Answers what *work* does with the open database, in a loop of its own."""
    return asyncio.run(_with_database(kernel, work))


async def _with_database(kernel: Kernel, work: Callable[[Database], Awaitable[T]]) -> T:
    settings = kernel.settings
    # Models stay out: a migration must run with the code of any release.
    database = Database.from_config(settings.database, root=settings.root, models=())
    await database.open()
    try:
        with database.active():
            return await work(database)
    finally:
        await database.close()


def anew(kernel: Kernel, *, wait: float | None = None) -> None:
    """Drops every table and applies everything."""
    ok(f"{len(migrating(kernel, lambda migrator: migrator.fresh(wait=wait)))} applied")


def pending(kernel: Kernel) -> list[str]:
    """Answers the names of the migrations that are not applied."""
    return migrating(kernel, lambda migrator: migrator.pending())


def allow(kernel: Kernel, question: str = "", *, force: bool) -> None:
    """Goes on, or stops the command: a deployment wants `--force`, and a terminal is asked.

    Without a *question* only the deployment is looked at.

    Raises:
        Stop: refused in this environment (exit 3), or the answer was no.
    """
    deployed = kernel.settings.app.is_deployed
    if deployed or question:
        consent(question, force=force, deployed=deployed, flags=kernel.flags)


def _tell(ran: Ran) -> None:
    click.echo(f"  {ran.direction:4} {ran.name}")
