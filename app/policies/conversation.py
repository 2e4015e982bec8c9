"""Who may read and speak where."""

from __future__ import annotations

from datetime import datetime

from app.models import LOBBY_ID, Member


def can_read(conversation_id: int, member: Member | None) -> bool:
    """The lobby is everybody's and keeps no list; any other conversation is its members'."""
    return conversation_id == LOBBY_ID or member is not None


def can_post(muted_until: datetime | None, now: datetime) -> bool:
    """Whoever is in it may, unless a moderator muted them for a while."""
    return muted_until is None or muted_until <= now
