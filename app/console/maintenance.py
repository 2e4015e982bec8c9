"""down, up."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.maintenance import close_doors, open_doors
from app.container import open_services
from app.kernel import Kernel
from app.providers.doors import HEADER
from pkg.console import ok, warn

RETRY_AFTER, MOST = 60, 86_400  # seconds


@click.command("down")
@click.option("--secret", is_flag=True, help="Prints a secret; who shows it may pass.")
@click.option(
    "--retry",
    type=click.IntRange(1, MOST),
    default=RETRY_AFTER,
    show_default=True,
    metavar="N",
    help="Seconds after which callers are told to come back.",
)
@click.pass_obj
def down(kernel: Kernel, /, *, secret: bool, retry: int) -> None:
    """Closes the doors of every node within a second: callers get 503 until `up`.

    Sockets are told to come back and closed (1012). /health/ and /metrics still answer, and the
    doors stay closed over restarts.
    """
    made = asyncio.run(_down(kernel, retry, with_secret=secret))
    ok(f"the doors are closed: callers get 503 and are told to come back in {retry} s")
    if made:
        click.echo(f"  in a browser  {kernel.settings.app.url}/{made}")
        click.echo(f"  elsewhere     {HEADER}: {made}")


@click.command("up")
@click.pass_obj
def up(kernel: Kernel) -> None:
    """Opens the doors of every node again, within a second."""
    if asyncio.run(_up(kernel)):
        ok("the doors are open")
    else:
        click.echo("the doors were not closed")
    if kernel.settings.app.maintenance:
        warn("APP_MAINTENANCE keeps them closed: take it away and start the servers again")


async def _down(kernel: Kernel, retry_after: int, *, with_secret: bool) -> str:
    async with open_services(kernel.settings) as services:
        return await close_doors(services, retry_after=retry_after, with_secret=with_secret)


async def _up(kernel: Kernel) -> bool:
    async with open_services(kernel.settings) as services:
        return await open_doors(services)
