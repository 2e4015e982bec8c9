"""key:rotate."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.rotate_keys import Keys, RotatedJustNow, retire_key, rotate_key
from app.container import open_services
from app.errors import NotFound
from app.kernel import Kernel
from pkg.console import Stop, ok


@click.command("key:rotate")
@click.option("--retire", metavar="KID", help="Ends what this key, and those before it, signed.")
@click.pass_obj
def key_rotate(kernel: Kernel, retire: str | None) -> None:
    """Signs access tokens with a new key, on every node within a second.

    What the old ones signed holds until it runs out, so nobody notices. With --retire no new key
    is made, unless KID is the one that signs; whoever holds a token of it refreshes. All keys are
    derived from APP_KEY: if that is known to others, replace it by `key:generate --force`.
    """
    keys = asyncio.run(_turned(kernel, retire))
    if retire is not None:
        ok(f"what {retire} signed holds no more")
    ok(f"{keys.current} signs")
    for id in keys.verifying:
        click.echo(f"  {id} verifies what it signed until that runs out")


async def _turned(kernel: Kernel, retire: str | None) -> Keys:
    async with open_services(kernel.settings) as services:
        try:
            return await (retire_key(services, id=retire) if retire else rotate_key(services))
        except NotFound as exc:
            raise Stop(str(exc)) from exc
        except RotatedJustNow as exc:
            raise Stop(f"{exc}: try again in {exc.retry_after} s") from exc
