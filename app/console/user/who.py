"""The account that a command is about, and how it is called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.actions.admin.find_account import find_account
from app.container import Services, open_services
from app.errors import NotFound
from app.kernel import Kernel
from app.models import User
from pkg.console import Stop
from pkg.validation import Invalid


@asynccontextmanager
async def about(kernel: Kernel, whom: str) -> AsyncIterator[tuple[Services, User]]:
    """The services, open for a block, and the account *whom*: an id, name, mobile or e-mail.

    Raises:
        Stop: there is none, or what the block looked for is not there.
    """
    async with open_services(kernel.settings) as services:
        try:
            yield services, await _found(services, whom)
        except NotFound as exc:
            raise Stop(str(exc)) from exc


def called(user: User) -> str:
    """Answers the name and the address of *user*."""
    return f"{user.name or 'the user'} (u:{user.id})"


def many(count: int, noun: str) -> str:
    """Answers *count* of *noun* in words."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


async def _found(services: Services, whom: str) -> User:
    try:
        return await find_account(services, whom)
    except Invalid as exc:
        raise Stop(f"{whom} is no id, name, mobile or e-mail") from exc
