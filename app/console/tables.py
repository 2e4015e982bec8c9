"""What `migrate`, `seed` and their kin share: the runner at work, and consent to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.kernel import Kernel
from pkg.console import Exit, Stop, consent, ok
from pkg.database import Database
from pkg.migrate import (
    Began,
    Event,
    MigrationFailed,
    MigrationLocked,
    Migrator,
    Ran,
    Running,
    Waiting,
)

T = TypeVar("T")


def migrating(kernel: Kernel, work: Callable[[Migrator], Awaitable[T]]) -> T:
    """Answers what *work* does with the runner; a line is printed for each file that ran.

    Raises:
        Stop: another process holds the lock (exit 75), or a migration failed (exit 1).
    """
    try:
        return with_database(
            kernel, lambda database: work(Migrator(database, kernel.migrations, progress=Teller()))
        )
    except MigrationLocked as exc:
        raise Stop(str(exc), Exit.LOCKED) from exc
    except MigrationFailed as exc:  # on lines of its own: it lists statements
        raise Stop(str(exc), Exit.FAILED) from exc


def with_database(kernel: Kernel, work: Callable[[Database], Awaitable[T]]) -> T:
    """Answers what *work* does with the open database, in a loop of its own."""
    return asyncio.run(_with_database(kernel, work))


async def _with_database(kernel: Kernel, work: Callable[[Database], Awaitable[T]]) -> T:
    settings = kernel.settings
    # A table may be so large that its change takes hours; what holds it up is told meanwhile.
    patient = settings.database.model_copy(update={"statement_timeout": 0})
    # Models stay out: a migration must run with the code of any release.
    database = Database.from_config(patient, root=settings.root, models=())
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


class Teller:
    """Prints a line for each file that ran; what takes long is told beside the output."""

    def __init__(self) -> None:
        self._place = ""

    def __call__(self, event: Event) -> None:
        match event:
            case Waiting(holder, seconds):
                click.echo(f"  waiting for {holder}, {seconds} s", err=True)
            case Began(name, _, number, of, done):
                self._place = f"{number}/{of}"
                if done:
                    goes_on = f"goes on behind {done} statements that an earlier run did"
                    click.echo(f"  {name} {goes_on}", err=True)
            case Running(statement, number, seconds, rows):
                what = " ".join(statement.split())[:60]
                moved = "" if rows is None else f", moving {rows:,} rows"
                click.echo(f"  statement {number}, {seconds} s{moved}: {what}", err=True)
            case Ran(name, direction):
                click.echo(f"  {direction:4} {self._place} {name}")
