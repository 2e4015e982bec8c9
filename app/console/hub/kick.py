"""hub:kick."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.kick import kick
from app.console.user.sessions import signed_out
from app.console.user.who import about, called, many
from app.kernel import Kernel
from pkg.console import Stop, ok


@click.command("hub:kick")
@click.argument("user")
@click.option("--session", type=int, metavar="ID", help="Only the sockets of this session.")
@click.option("--end", is_flag=True, help="Ends the sessions too: they have to sign in again.")
@click.pass_obj
def hub_kick(kernel: Kernel, /, *, user: str, session: int | None, end: bool) -> None:
    """Closes the sockets of USER, an id, name, mobile or e-mail, on every node within a second.

    Their clients are closed with 4403. Without --end their tokens still hold, and they may come
    back at once; with it they are signed out everywhere, or where --session says.
    """
    ok(asyncio.run(_kick(kernel, user, session, end=end)))


async def _kick(kernel: Kernel, whom: str, session: int | None, *, end: bool) -> str:
    async with about(kernel, whom) as (services, user):
        if end:
            return await signed_out(services, user, session)
        kicked = await kick(services, user_id=user.id, session_id=session)
    if not kicked.nodes:
        raise Stop("no node answers: is a server running on this database?")
    sockets, nodes = many(kicked.sockets, "socket"), many(kicked.nodes, "node")
    return f"closed {sockets} of {called(user)}, on {nodes}"
