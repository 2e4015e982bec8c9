"""bench:tokens."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.bench_tokens import BenchRefused, bench_tokens
from app.container import open_services
from app.kernel import Kernel
from pkg.console import Exit, Stop

MOST = 1_000_000


@click.command("bench:tokens")
@click.argument("count", type=click.IntRange(1, MOST))
@click.pass_obj
def bench(kernel: Kernel, count: int) -> None:
    """Prints COUNT lines: an access token, a tab, the address of its user (u:42).

    One user a line. For load tests, in local and testing environments only.
    """
    try:
        tokens = asyncio.run(_tokens(kernel, count))
    except BenchRefused as exc:
        raise Stop(str(exc), Exit.REFUSED) from exc
    click.echo("\n".join(f"{token}\tu:{user_id}" for token, user_id in tokens))


async def _tokens(kernel: Kernel, count: int) -> list[tuple[str, int]]:
    async with open_services(kernel.settings) as services:
        return await bench_tokens(services, count=count)
