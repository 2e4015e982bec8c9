"""What may be done with an account."""

from __future__ import annotations

from datetime import datetime

from app.models import User


def can_sign_in(user: User, now: datetime) -> bool:
    """Anybody may whose account is not disabled, or no longer is."""
    return user.is_open(now)
