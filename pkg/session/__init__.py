from __future__ import annotations

from pkg.session.contract import Device, Kind, NewSession, SessionRow, SessionStore
from pkg.session.errors import TokenReused, TokenRevoked
from pkg.session.live import LiveSessions
from pkg.session.secret import Secrets
from pkg.session.sessions import Opened, Sessions

__all__ = [
    "Device",
    "Kind",
    "LiveSessions",
    "NewSession",
    "Opened",
    "Secrets",
    "SessionRow",
    "SessionStore",
    "Sessions",
    "TokenReused",
    "TokenRevoked",
]
