"""hub:kick."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.find_account import find_account
from app.actions.admin.kick import kick, sign_out
from app.container import Services, open_services
from app.errors import NotFound
from app.kernel import Kernel
from pkg.console import Stop, ok
from pkg.validation import Invalid


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
    async with open_services(kernel.settings) as services:
        try:
            return await _done(services, whom, session, end=end)
        except Invalid as exc:
            raise Stop(f"{whom} is no id, name, mobile or e-mail") from exc
        except NotFound as exc:
            raise Stop(str(exc)) from exc


async def _done(services: Services, whom: str, session: int | None, *, end: bool) -> str:
    found = await find_account(services, whom)
    name = f"{found.name or 'the user'} (u:{found.id})"
    if end:
        ended = await sign_out(services, user_id=found.id, session_id=session)
        return f"ended {_many(ended, 'session')} of {name}; their sockets close on every node"
    kicked = await kick(services, user_id=found.id, session_id=session)
    if not kicked.nodes:
        raise Stop("no node answers: is a server running on this database?")
    return f"closed {_many(kicked.sockets, 'socket')} of {name}, on {_many(kicked.nodes, 'node')}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
