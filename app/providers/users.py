"""Accounts as `pkg.auth` sees them, and read for many callers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.models import User
from pkg.auth import UserProvider
from pkg.clock import Clock


class DatabaseUsers(UserProvider):
    """Asks the table `users`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def is_open(self, user_id: int) -> bool:
        return await User.open(self._clock.now()).filter(id=user_id).exists()

    async def open_accounts(self, ids: Sequence[int]) -> Mapping[int, User]:
        """Answers those of *ids* that are open; to be read only, since callers may share them."""
        found = User.open(self._clock.now()).filter(id__in=ids)
        return {user.id: user for user in await found}
