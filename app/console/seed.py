"""seed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from app.console.tables import allow, anew, pending
from app.kernel import Kernel
from pkg.console import Progress, Stop, ok, show, warn
from pkg.console.options import force_option, json_option
from pkg.seed import Order, Runner, Seeder, Sown, Tell

LONG = 10_000  # rows from which on one wants to see how far it is


@click.command("seed")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--list", "only_list", is_flag=True, help="Shows the seeders, runs none.")
@click.option("--count", type=click.IntRange(0), metavar="N", help="How many each brings about.")
@click.option("--random-seed", type=int, default=1, metavar="N", help="Another N, other data.")
@click.option("--fresh", is_flag=True, help="Drops every table and migrates first.")
@json_option
@force_option
@click.pass_obj
def seed(
    kernel: Kernel,
    /,
    *,
    names: Sequence[str],
    only_list: bool,
    fresh: bool,
    force: bool,
    **how: Any,
) -> None:
    """Fills tables with people and talk: all seeders, or those named, in their declared order.

    A second run adds only what is missing. `users` and `SeedUsersTable` name the same seeder.
    """
    order: Order[Any, Any, Any] = kernel.load("seeders")
    order.pick(names)  # a wrong name is told before anything is dropped
    as_json = how.pop("as_json")
    if only_list:
        rows = [{"name": one.name, "fills": one.line} for one in order.seeders]
        show(rows, ("name", "fills"), as_json=as_json)
        return
    allow(kernel, "drop every table of this database?" if fresh else "", force=force)
    if fresh:
        anew(kernel)
    sow(kernel, names, **how)


def sow(
    kernel: Kernel, names: Sequence[str] = (), *, count: int | None = None, random_seed: int = 1
) -> None:
    """Runs the seeders and tells what each added.

    Raises:
        Stop: tables are missing.
        UnknownSeeder: one of *names* is no seeder's.
    """
    missing = pending(kernel)
    if missing:
        raise Stop(f"{len(missing)} migrations are pending: run `python main.py migrate up` first")
    order: Order[Any, Any, Any] = kernel.load("seeders")
    runner = Runner(
        order,
        random_seed=random_seed,
        local=not kernel.settings.app.is_deployed,
        progress=_tell,
        watch=_watch,
    )
    sown = asyncio.run(_sow(kernel, runner, names, count))
    for one in sown:
        if one.seeder.note and not one.skipped:
            click.echo(f"  {one.seeder.note}")


async def _sow(
    kernel: Kernel, runner: Runner[Any, Any, Any], names: Sequence[str], count: int | None
) -> list[Sown]:
    from app.container import open_services  # noqa: PLC0415  `migrate` alone loads no driver

    async with open_services(kernel.settings) as services:
        return await runner.run(services, names, count=count)


def _tell(sown: Sown) -> None:
    if sown.skipped:
        warn(f"{sown.seeder.name} is for local and testing only: left out")
    else:
        ok(f"{sown.seeder.name}: {sown.count} added ({sown.seconds:.1f} s)")


@contextmanager
def _watch(seeder: Seeder[Any, Any], rows: int) -> Iterator[Tell]:
    if rows < LONG:
        yield lambda _: None
        return
    with Progress(seeder.name, rows) as progress:
        yield progress.on
