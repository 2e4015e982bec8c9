"""cache:clear, cache:forget."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.forget_cached import clear_cache, forget_cached
from app.container import open_services
from app.kernel import Kernel
from pkg.console import ok


@click.command("cache:clear")
@click.pass_obj
def cache_clear(kernel: Kernel) -> None:
    """Empties the cache, here and in every process that runs."""
    asyncio.run(_clear(kernel))
    ok("the cache is empty")


@click.command("cache:forget")
@click.argument("key")
@click.pass_obj
def cache_forget(kernel: Kernel, key: str) -> None:
    """Removes KEY from the cache, here and in every process that runs."""
    if asyncio.run(_forget(kernel, key)):
        ok(f"forgot {key}")
    else:
        click.echo(f"{key} was not there; running processes forget it too")


async def _clear(kernel: Kernel) -> None:
    async with open_services(kernel.settings) as services:
        await clear_cache(services)


async def _forget(kernel: Kernel, key: str) -> bool:
    async with open_services(kernel.settings) as services:
        return await forget_cached(services, key)
