"""Who is here."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.expressions import Q

from app.container import Services
from app.errors import NotFound
from app.models import User, key_of
from pkg.paginator import Page, columns, paginate


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list: *name* is found in names and nicknames, "" in all."""

    name: str
    sort: str
    page: int
    per_page: int
    url: str  # of this page, for the links to its neighbours


async def find_users(services: Services, wanted: Wanted) -> Page[User]:
    """Answers open accounts.

    Raises:
        PageTooDeep: too many rows lie before that page.
    """
    found = User.open(services.clock.now())
    if wanted.name:
        found = found.filter(
            Q(name_key__contains=key_of(wanted.name)) | Q(nickname__icontains=wanted.name)
        )
    ordered = found.order_by(*columns(wanted.sort))
    return await paginate(ordered, page=wanted.page, per_page=wanted.per_page, url=wanted.url)


async def get_user(services: Services, *, id: int) -> User:
    """Answers an open account, to be read only: who asks at the same time gets the same one.

    Raises:
        NotFound: there is none of that id.
    """
    user = (await services.accounts.get([id])).get(id)
    if user is None:
        raise NotFound
    return user
