"""What may be done with an account."""

from __future__ import annotations

from app.models import User


def can_sign_in(user: User) -> bool:
    """Anybody may whose account is not disabled."""
    return user.disabled_at is None
