"""serve."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from app.console.serve.prepare import (
    bring_up_to_date,
    check_redis,
    check_workers,
    make_folders,
    make_key,
)
from app.console.serve.server import Options, listen, run
from app.console.serve.workers import Parent, Sources, child_command
from app.kernel import Kernel
from pkg import logger
from pkg.app import AppConfig, Paths, ServeConfig
from pkg.console import Stop, ok, warn
from pkg.helpers import is_loopback

if TYPE_CHECKING:
    from config.settings import Settings


@click.command("serve")
@click.option("--host", help="Where to listen; 127.0.0.1 unless SERVE_HOST says otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Several: HUB_BUS=redis.")
@click.option("--reload", is_flag=True, help="Starts again when the source changes.")
@click.option("--grace", type=click.FloatRange(0, 600), help="Seconds to finish what runs.")
@click.option("--no-migrate", is_flag=True, help="Leaves the tables as they are.")
@click.option("--fd", type=int, hidden=True, help="A socket that a parent has prepared.")
@click.pass_obj
def serve(
    kernel: Kernel,
    /,
    *,
    workers: int,
    reload: bool,
    no_migrate: bool,
    fd: int | None,
    **bounds: float | str | None,
) -> None:
    """Runs the page, the API and the hub.

    A local environment gets its key, its database and its tables made. Ctrl-C or SIGTERM lets what
    is under way finish and ends with 0; a second one waits no longer.
    """
    check_workers(workers, kernel.settings)
    kernel = make_key(kernel)
    settings = _settled(kernel.settings, bounds)
    if fd is not None:
        _serve(kernel, settings, socket.socket(fileno=fd), told=False)
        return
    make_folders(settings)
    with listen(settings.serve.host, settings.serve.port) as bound:
        settings = _at_home(settings, bound)
        asyncio.run(bring_up_to_date(kernel, migrate=not no_migrate))
        asyncio.run(check_redis(settings))
        if workers == 1 and not reload:
            _serve(kernel, settings, bound, told=True)
        else:
            _watch(kernel, settings, bound, workers=workers, reload=reload)


def _serve(kernel: Kernel, settings: Settings, bound: socket.socket, *, told: bool) -> None:
    logger.configure(
        settings.log, folder=Paths(settings.root).logs, secrets=tuple(settings.secrets())
    )
    app = kernel.load("app")(settings)
    run(
        app,
        settings.serve,
        bound,
        Options(
            ready=(lambda: tell(settings, bound)) if told else (lambda: None),
            drain=drain,
            own_sockets=settings.hub.transport == "own",
        ),
    )


def _watch(
    kernel: Kernel, settings: Settings, bound: socket.socket, *, workers: int, reload: bool
) -> None:
    if sys.platform == "win32":
        raise Stop("--workers and --reload hand a socket on, which Windows does not do")
    words = ["--host", settings.serve.host, "--grace", str(settings.serve.grace)]
    if kernel.flags.env:
        words += ["--env", kernel.flags.env]
    parent = Parent(child_command(kernel.root, words), bound, workers)
    tell(settings, bound)
    parent.run(Sources(kernel.root).changed if reload else lambda: False)


async def drain(state: Mapping[str, Any], grace: float) -> None:
    """Tells the hub's clients to come back elsewhere, within half of *grace*."""
    await state["services"].hub.drain(grace / 2)


def _settled(settings: Settings, bounds: Mapping[str, float | str | None]) -> Settings:
    """Answers the settings with what the command line says; hooks go off beyond loopback."""
    given = {name: value for name, value in bounds.items() if value is not None}
    settled = replace(settings, serve=ServeConfig.model_validate({**dict(settings.serve), **given}))
    if not settings.app.is_local or is_loopback(settled.serve.host):
        return settled
    warn(f"{settled.serve.host} can be reached by others, and this is a local environment")
    return replace(settled, auth=settled.auth.model_copy(update={"test_hooks": False}))


def _at_home(settings: Settings, bound: socket.socket) -> Settings:
    """Lets APP_URL follow the real port in a local environment that does not set it."""
    default = AppConfig.model_fields["url"].default
    if not settings.app.is_local or settings.app.url != default:
        return settings
    return replace(settings, app=settings.app.model_copy(update={"url": _url(bound)}))


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def tell(settings: Settings, bound: socket.socket) -> None:
    """Prints where to look."""
    url = _url(bound)
    ok(f"{settings.app.name} is at {url}/ ({settings.app.env})")
    if settings.app.is_local:
        click.echo(f"  the API's page   {url}/docs")
        click.echo("  codes by mail and text message appear here and in storage/logs/outbox.log")
        click.echo("  people to talk to: python main.py seed")
        click.echo("  Ctrl-C ends it")
