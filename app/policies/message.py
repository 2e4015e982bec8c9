"""What may be done with a message."""

from __future__ import annotations

from datetime import datetime, timedelta


def can_change(actor_id: int, sender_id: int) -> bool:
    """Only who said it may edit or recall it."""
    return actor_id == sender_id


def is_open(said_at: datetime, now: datetime, *, window: float) -> bool:
    """For *window* seconds after it was said it may be changed."""
    return now - said_at <= timedelta(seconds=window)
