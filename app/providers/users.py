"""Accounts as `pkg.auth` sees them, and read for many callers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.models import User
from pkg.auth import UserProvider


class DatabaseUsers(UserProvider):
    """Asks the table `users`."""

    async def is_open(self, user_id: int) -> bool:
        return await User.filter(id=user_id, disabled_at=None).exists()


async def open_accounts(ids: Sequence[int]) -> Mapping[int, User]:
    """Answers those of *ids* that are open; to be read only, since callers may share them."""
    return {user.id: user for user in await User.filter(id__in=ids, disabled_at=None)}
