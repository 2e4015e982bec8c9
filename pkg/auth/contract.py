"""Who is asking, what a login gives, and what signing in needs to know of accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pkg.session import Kind


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever a request has proved to be."""

    user_id: int
    session_id: int
    kind: Kind
    expires_at: datetime  # of the proof: the access token, or the session behind a cookie
    confirmed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody who signed in takes away; a cookie's secret, or a pair of tokens."""

    user_id: int
    session_id: int
    kind: Kind
    secret: str = field(repr=False)  # the refresh token, or the cookie's value
    access_token: str = field(repr=False)  # empty for a cookie
    access_expires_in: int
    expires_in: int  # seconds the session may rest
    csrf_token: str = field(repr=False)  # empty for tokens


@dataclass(frozen=True, slots=True)
class Ticket:
    """What opens one socket once."""

    ticket: str = field(repr=False)
    expires_in: int


class UserProvider(Protocol):
    """Just enough of the accounts."""

    async def is_open(self, user_id: int) -> bool:
        """Tells whether *user_id* is an account that may sign in: it exists and is not disabled."""
        ...
