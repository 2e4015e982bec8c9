"""user:create."""

from __future__ import annotations

import asyncio
import sys

import click

from app.actions.account.create_user import NewUser, create_user
from app.console.faults import refuse
from app.container import Services, open_services
from app.errors import Conflict
from app.kernel import Kernel
from app.requests.new_user import NewUserForm
from pkg.console import Stop, ok
from pkg.validation import Invalid, parse


@click.command("user:create")
@click.option("--name", help="Asked for where it is not given, as are the others.")
@click.option("--mobile", help="A mobile, with + or as it is written in APP_REGION.")
@click.option("--email", help="An e-mail; one of the two is needed.")
@click.option("--password", help="At least 8 bytes. Other users of this machine can see it.")
@click.option("--admin", is_flag=True, help="Gives the account the rights of an administrator.")
@click.pass_obj
def user_create(kernel: Kernel, /, *, admin: bool, **given: str | None) -> None:
    """Makes an account whose addresses count as verified."""
    if kernel.flags.interactive and sys.stdin.isatty():
        given = _asked(given)
    id = asyncio.run(_create(kernel, {k: v for k, v in given.items() if v}, admin=admin))
    ok(f"made the {'administrator' if admin else 'user'} {given['name']} (u:{id})")


async def _create(kernel: Kernel, given: dict[str, str], *, admin: bool) -> int:
    async with open_services(kernel.settings) as services:
        form = _checked(services, given)
        wanted = NewUser(
            name=form.name,
            hashed=await services.hasher.make(form.password),
            mobile=form.mobile,
            email=form.email,
            is_admin=admin,
        )
        try:
            return (await create_user(services, wanted)).id
        except Conflict as exc:
            raise Stop(services.translator.text("en", exc.code)) from exc


def _asked(given: dict[str, str | None]) -> dict[str, str | None]:
    name = given["name"] or click.prompt("Name")
    mobile, email = given["mobile"], given["email"]
    if not mobile and not email:
        address: str = click.prompt("Mobile or e-mail")
        mobile, email = (None, address) if "@" in address else (address, None)
    password = given["password"] or click.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    return {"name": name, "mobile": mobile, "email": email, "password": password}


def _checked(services: Services, given: dict[str, str]) -> NewUserForm:
    try:
        return parse(NewUserForm, given, region=services.settings.app.region)
    except Invalid as exc:
        refuse(services, exc)
