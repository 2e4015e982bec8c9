"""Accounts as `pkg.auth` sees them."""

from __future__ import annotations

from app.models import User
from pkg.auth import UserProvider


class DatabaseUsers(UserProvider):
    """Asks the table `users`."""

    async def is_open(self, user_id: int) -> bool:
        return await User.filter(id=user_id, disabled_at=None).exists()
