"""user:ban, user:unban, user:vip."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.ban import ban, unban
from app.actions.admin.make_vip import make_vip
from app.console.user.who import about, called, many
from app.kernel import Kernel
from pkg.console import ok

LONGEST = 200  # characters of a reason


@click.command("user:ban")
@click.argument("user")
@click.option("--reason", default="", metavar="TEXT", help="Kept in the audit stream.")
@click.pass_obj
def user_ban(kernel: Kernel, user: str, reason: str) -> None:
    """Shuts USER out within a second, on every node: no way in, and all they have open ends.

    Their sockets are closed with 4503, tokens and cookies are refused. What they said stays.
    """
    if len(reason) > LONGEST:
        raise click.UsageError(f"a reason has at most {LONGEST} characters")
    ok(asyncio.run(_ban(kernel, user, reason)))


@click.command("user:unban")
@click.argument("user")
@click.pass_obj
def user_unban(kernel: Kernel, user: str) -> None:
    """Lets USER in again; they have to sign in anew."""
    ok(asyncio.run(_unban(kernel, user)))


@click.command("user:vip")
@click.argument("user")
@click.option("--off", is_flag=True, help="Makes them like everybody else again.")
@click.pass_obj
def user_vip(kernel: Kernel, user: str, off: bool) -> None:
    """Makes USER a vip, which everybody sees on their card."""
    ok(asyncio.run(_vip(kernel, user, is_vip=not off)))


async def _ban(kernel: Kernel, whom: str, reason: str) -> str:
    async with about(kernel, whom) as (services, user):
        ended = await ban(services, user, reason=reason)
    was = "was banned already" if user.disabled_at else "is banned"
    return f"{called(user)} {was}; ended {many(ended, 'session')}"


async def _unban(kernel: Kernel, whom: str) -> str:
    async with about(kernel, whom) as (services, user):
        may = "may sign in again" if await unban(services, user) else "was not banned"
    return f"{called(user)} {may}"


async def _vip(kernel: Kernel, whom: str, *, is_vip: bool) -> str:
    async with about(kernel, whom) as (services, user):
        await make_vip(services, user, is_vip=is_vip)
    return f"{called(user)} is {'a vip' if is_vip else 'no vip'}"
