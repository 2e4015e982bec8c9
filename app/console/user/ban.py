"""user:ban, user:unban, user:vip."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.ban import ban, unban
from app.actions.admin.make_vip import make_vip
from app.console.user.until import until
from app.console.user.who import about, called, many
from app.kernel import Kernel
from pkg.console import ok
from pkg.helpers import stamp

LONGEST = 200  # characters of a reason


@click.command("user:ban")
@click.argument("user")
@click.option("--reason", default="", metavar="TEXT", help="Kept in the audit stream.")
@click.option("--until", "end", metavar="WHEN", help="12h, 7d, or a moment.  [default: for ever]")
@click.pass_obj
def user_ban(kernel: Kernel, user: str, reason: str, end: str | None) -> None:
    """Shuts USER out within a second, on every node: no way in, and all they have open ends.

    Their sockets are closed with 4503, tokens and cookies are refused. What they said stays. WHEN
    is 30m, 12h, 7d, 2w, a date, or a moment with its zone: then they may sign in again. Said once
    more, the last word counts.
    """
    if len(reason) > LONGEST:
        raise click.UsageError(f"a reason has at most {LONGEST} characters")
    ok(asyncio.run(_ban(kernel, user, reason, end)))


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


async def _ban(kernel: Kernel, whom: str, reason: str, end: str | None) -> str:
    async with about(kernel, whom) as (services, user):
        now = services.clock.now()
        ends = None if end is None else until(end, now)
        ended = await ban(services, user, reason=reason, until=ends)
    was = "is banned" if user.is_open(now) else "was banned already"
    long = "" if ends is None else f", until {stamp(ends)}"
    return f"{called(user)} {was}{long}; ended {many(ended, 'session')}"


async def _unban(kernel: Kernel, whom: str) -> str:
    async with about(kernel, whom) as (services, user):
        may = "may sign in again" if await unban(services, user) else "was not banned"
    return f"{called(user)} {may}"


async def _vip(kernel: Kernel, whom: str, *, is_vip: bool) -> str:
    async with about(kernel, whom) as (services, user):
        await make_vip(services, user, is_vip=is_vip)
    return f"{called(user)} is {'a vip' if is_vip else 'no vip'}"
