from __future__ import annotations

from pkg.auth.auth import Auth
from pkg.auth.config import AuthConfig
from pkg.auth.contract import Login, Principal, Ticket, UserProvider
from pkg.auth.errors import AccountClosed, TicketRefused

__all__ = [
    "AccountClosed",
    "Auth",
    "AuthConfig",
    "Login",
    "Principal",
    "Ticket",
    "TicketRefused",
    "UserProvider",
]
