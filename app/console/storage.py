"""storage:check, storage:prune."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import click

from app.actions.admin.check_files import check_files
from app.actions.admin.prune_files import Waste, find_waste, remove_waste
from app.console.tables import allow
from app.container import Services, open_services
from app.kernel import Kernel
from pkg.console import Stop, fail, ok
from pkg.console.options import force_option
from pkg.file import FileUnavailable

T = TypeVar("T")

SHOWN: Final = 20  # names; the rest is a number


@click.command("storage:check")
@click.pass_obj
def storage_check(kernel: Kernel) -> None:
    """Writes, reads and removes a file, and looks for every file that a row names.

    Ends with 1 when one cannot be, or is missing.
    """
    found = _run(kernel, check_files)
    ok(f"{_where(kernel)} takes files and gives them back")
    click.echo(f"  {found.files} files, {_size(found.bytes)}")
    if not found.missing:
        return
    for name in found.missing[:SHOWN]:
        fail(f"missing: {name}")
    raise Stop(f"{len(found.missing)} files that rows name are missing: restore them from a backup")


@click.command("storage:prune")
@click.option("--dry-run", is_flag=True, help="Shows what would go, removes nothing.")
@force_option
@click.pass_obj
def storage_prune(kernel: Kernel, dry_run: bool, force: bool) -> None:
    """Removes files that no row refers to, and parts of uploads that never ended.

    What is younger than an hour stays: its row may be on its way.
    """
    waste = _run(kernel, find_waste)
    names = [file.name for file in (*waste.orphans, *waste.leftovers)]
    if not names:
        ok("there is nothing to remove")
        return
    for name in names[:SHOWN]:
        click.echo(f"  {name}")
    if len(names) > SHOWN:
        click.echo(f"  and {len(names) - SHOWN} more")
    if dry_run:
        click.echo(f"{_told(waste)} would go")
        return
    allow(kernel, f"Remove {_told(waste)}?", force=force)
    _run(kernel, lambda services: remove_waste(services, waste))
    ok(f"removed {_told(waste)}")


def _told(waste: Waste) -> str:
    files, parts = len(waste.orphans), len(waste.leftovers)
    return f"{files} files and {parts} parts of uploads, {_size(waste.bytes)}"


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def _where(kernel: Kernel) -> str:
    return kernel.settings.file.url


def _run(kernel: Kernel, work: Callable[[Services], Awaitable[T]]) -> T:
    async def run() -> T:
        async with open_services(kernel.settings) as services:
            return await work(services)

    try:
        return asyncio.run(run())
    except FileUnavailable as exc:
        raise Stop(f"{exc}: see that {_where(kernel)} (STORAGE_URL) can be written to") from exc
