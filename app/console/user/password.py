"""user:password."""

from __future__ import annotations

import asyncio
import sys

import click

from app.actions.admin.give_password import give_password
from app.console.faults import refuse
from app.console.user.who import about, called
from app.kernel import Kernel
from app.requests.operators import GivePassword
from pkg.console import Stop, ok
from pkg.validation import Invalid, parse


@click.command("user:password")
@click.argument("user")
@click.option("--stdin", is_flag=True, help="Reads the password from standard input.")
@click.pass_obj
def user_password(kernel: Kernel, user: str, stdin: bool) -> None:
    """Sets the password of USER, which ends every session of theirs; their mailbox is told.

    It is asked for on a terminal. It is no option: other users of the machine could see it.
    """
    ok(asyncio.run(_set(kernel, user, _read(kernel, stdin=stdin))))


def _read(kernel: Kernel, *, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not (kernel.flags.interactive and sys.stdin.isatty()):
        raise Stop("no terminal to ask for the password: give it with --stdin")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


async def _set(kernel: Kernel, whom: str, password: str) -> str:
    async with about(kernel, whom) as (services, user):
        try:
            form = parse(GivePassword, {"password": password})
            await give_password(services, user, password=form.password)
        except Invalid as exc:
            refuse(services, exc)
    return f"{called(user)} has a new password, and is signed out everywhere"
