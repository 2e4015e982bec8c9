"""cache:get, cache:stats, cache:forget, cache:clear."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeVar

import click

from app.actions.admin.cache_held import CacheHeld, cache_held
from app.actions.admin.check_ready import check_ready
from app.actions.admin.forget_cached import clear_cache, forget_cached
from app.container import Services, open_services
from app.kernel import Kernel
from pkg.cache import CacheUnavailable
from pkg.console import Stop, ok, show
from pkg.console.options import json_option

T = TypeVar("T")

STORES: Final = ("memory", "database", "redis")
MISSING: Final = object()
COLUMNS: Final = ("node", "store", "entries", "bytes")

store_option = click.option(
    "--store", type=click.Choice(STORES), help="This store, not the one of CACHE_STORE."
)


@click.command("cache:get")
@click.argument("key")
@store_option
@click.pass_obj
def cache_get(kernel: Kernel, key: str, store: str | None) -> None:
    """Shows what is stored as KEY, as JSON; ends with 1 where nothing is."""
    if _store(kernel, store) == "memory":
        raise Stop("the cache is in the memory of each server, and cannot be read from here")
    found = _run(kernel, store, lambda services: _get(services, key))
    if found is MISSING:
        raise Stop(f"{key} is not there")
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@click.command("cache:stats")
@store_option
@json_option
@click.pass_obj
def cache_stats(kernel: Kernel, store: str | None, as_json: bool) -> None:
    """Shows how many entries the cache holds, and the bytes of their values.

    A cache in memory is each server's own: those that run are asked.
    """
    rows: list[CacheHeld] = _run(kernel, store, cache_held)
    if not rows:
        raise Stop("no node answers: a cache in memory is known to a running server only")
    show(rows, COLUMNS, as_json=as_json)


@click.command("cache:clear")
@store_option
@click.pass_obj
def cache_clear(kernel: Kernel, store: str | None) -> None:
    """Empties the cache, here and in every process that runs."""
    _run(kernel, store, clear_cache)
    ok("the cache is empty")


@click.command("cache:forget")
@click.argument("key")
@store_option
@click.pass_obj
def cache_forget(kernel: Kernel, key: str, store: str | None) -> None:
    """Removes KEY from the cache, here and in every process that runs."""
    if _run(kernel, store, lambda services: forget_cached(services, key)):
        ok(f"forgot {key}")
    else:
        click.echo(f"{key} was not there; running processes forget it too")


async def _get(services: Services, key: str) -> object:
    found: object = await services.cache.get(key, MISSING)
    if found is MISSING:
        await check_ready(services)  # a store that is away looks like a miss
    return found


def _store(kernel: Kernel, store: str | None) -> str:
    return store or kernel.settings.cache.store


def _run(kernel: Kernel, store: str | None, work: Callable[[Services], Awaitable[T]]) -> T:
    """Answers what *work* does with services whose cache is *store*, where one is named.

    Raises:
        Stop: the store is away.
    """

    async def run() -> T:
        settings = kernel.settings
        config = settings.cache.model_copy(update={"store": _store(kernel, store)})
        async with open_services(replace(settings, cache=config)) as services:
            return await work(services)

    try:
        return asyncio.run(run())
    except CacheUnavailable as exc:
        raise Stop(f"the cache is away: {exc}") from exc
