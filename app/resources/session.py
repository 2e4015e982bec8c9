"""A login as its owner sees it."""

from __future__ import annotations

from typing_extensions import TypedDict

from pkg.helpers import stamp
from pkg.session import SessionRow


class SessionCard(TypedDict):
    """One login."""

    id: str
    device: str
    ip: str
    user_agent: str
    scheme: str
    created_at: str
    last_seen_at: str | None
    expires_at: str
    current: bool
    sockets: int


class ConfirmCard(TypedDict):
    """Until when what needs confirmation may be done."""

    confirmed_until: str


def session_card(row: SessionRow, *, current: int, sockets: int) -> SessionCard:
    """Answers *row*; *current* is the session that asks, *sockets* how many it has open here."""
    return {
        "id": str(row.id),
        "device": row.device.name,
        "ip": row.device.ip,
        "user_agent": row.device.user_agent,
        "scheme": row.scheme,
        "created_at": stamp(row.created_at),
        "last_seen_at": stamp(row.last_seen_at) if row.last_seen_at else None,
        "expires_at": stamp(min(row.expires_at, row.idle_expires_at)),
        "current": row.id == current,
        "sockets": sockets,
    }
