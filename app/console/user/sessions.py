"""user:sessions, user:logout."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.kick import sign_out
from app.console.user.who import about, called, many
from app.container import Services
from app.kernel import Kernel
from app.models import User
from app.resources.session import SessionCard, session_card
from pkg.console import ok, show
from pkg.console.options import json_option

COLUMNS = ("id", "scheme", "device", "ip", "created_at", "last_seen_at", "expires_at")


@click.command("user:sessions")
@click.argument("user")
@json_option
@click.pass_obj
def user_sessions(kernel: Kernel, user: str, as_json: bool) -> None:
    """Shows the logins of USER that live, the newest first."""
    show(asyncio.run(_sessions(kernel, user)), COLUMNS, as_json=as_json)


@click.command("user:logout")
@click.argument("user")
@click.option("--session", type=int, metavar="ID", help="Only this login; see `user:sessions`.")
@click.pass_obj
def user_logout(kernel: Kernel, /, *, user: str, session: int | None) -> None:
    """Signs USER out everywhere: tokens, cookies and sockets end within a second.

    They may sign in again; `user:ban` is for who may not.
    """
    ok(asyncio.run(_logout(kernel, user, session)))


async def signed_out(services: Services, user: User, session: int | None) -> str:
    """Ends the sessions of *user*, or one, and answers what to say about it.

    Raises:
        NotFound: the session is none of theirs, or is over.
    """
    ended = await sign_out(services, user_id=user.id, session_id=session)
    told = many(ended, "session")
    return f"ended {told} of {called(user)}; their sockets close on every node"


async def _sessions(kernel: Kernel, whom: str) -> list[dict[str, object]]:
    async with about(kernel, whom) as (services, user):
        rows = await services.auth.sessions.of_user(user.id)
    cards: list[SessionCard] = [session_card(row, current=0, sockets=0) for row in rows]
    # Which one asks, and what it has open, only a server knows.
    return [
        {name: value for name, value in card.items() if name not in {"current", "sockets"}}
        for card in cards
    ]


async def _logout(kernel: Kernel, whom: str, session: int | None) -> str:
    async with about(kernel, whom) as (services, user):
        return await signed_out(services, user, session)
