"""One way in for all schemes: a session is opened, shown, refreshed and ended here."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson

from pkg.auth.config import AuthConfig
from pkg.auth.contract import Login, Principal, Ticket, UserProvider
from pkg.auth.errors import AccountClosed, TicketRefused
from pkg.cache import Store
from pkg.clock import Clock
from pkg.jwt import Jwt, TokenInvalid
from pkg.session import Device, Kind, Opened, SessionRow, Sessions

USE, AUDIENCE = "access", "api"
MAX_SHOWN = 2048  # characters of anything that claims to be a token


@dataclass(frozen=True, slots=True)
class Auth:
    """Signs people in and recognises them. *one_time* never evicts: tickets live there."""

    config: AuthConfig
    sessions: Sessions
    jwt: Jwt
    users: UserProvider
    one_time: Store
    clock: Clock

    async def login(
        self, user_id: int, *, scheme: str, device: Device, kind: Kind = "token"
    ) -> Login:
        """Opens a session for an account that has proved itself by *scheme*.

        Raises:
            AccountClosed: it is disabled.
        """
        if not await self.users.is_open(user_id):
            raise AccountClosed("the account is disabled")
        opened = await self.sessions.open(user_id, kind=kind, scheme=scheme, device=device)
        return self._login(opened)

    async def refresh(self, token: str) -> Login:
        """Trades a refresh token for the next pair.

        Raises:
            TokenRejected: invalid, expired, revoked or reused, by its code.
            AccountClosed: the account was disabled meanwhile.
        """
        opened = await self.sessions.rotate(token[:MAX_SHOWN])
        if not await self.users.is_open(opened.row.user_id):
            raise AccountClosed("the account is disabled")
        return self._login(opened)

    async def renew(self, cookie: str) -> Login:
        """Answers the login behind a browser's cookie once more; the cookie stays as it is.

        Raises:
            TokenRejected: it is none of ours, or its session is over.
        """
        row = await self.sessions.by_cookie(cookie[:MAX_SHOWN])
        return self._login(Opened(row, cookie))

    async def by_token(self, token: str) -> Principal:
        """Answers whom the access token *token* proves.

        Raises:
            TokenRejected: forged, expired, or its session was ended.
        """
        claims = self.jwt.verify(token, USE, AUDIENCE)
        session_id = claims.extra.get("sid")
        if not isinstance(session_id, int):
            raise TokenInvalid("names no session")
        row = await self.sessions.living(session_id)
        if str(row.user_id) != claims.subject:
            raise TokenInvalid("somebody else's session")
        return self._principal(row, datetime.fromtimestamp(claims.expires_at, UTC))

    async def by_cookie(self, secret: str) -> Principal:
        """Answers whom the session cookie *secret* proves.

        Raises:
            TokenRejected: it is none of ours, or its session is over.
        """
        row = await self.sessions.by_cookie(secret[:MAX_SHOWN])
        return self._principal(row, min(row.expires_at, row.idle_expires_at))

    def access_token(self, user_id: int, session_id: int) -> str:
        """Answers a token for the API that proves the session while it lives."""
        return self.jwt.sign(
            USE, str(user_id), audience=AUDIENCE, ttl=self.config.access_ttl, sid=session_id
        )

    async def confirm(self, principal: Principal) -> datetime:
        """Notes that whoever is behind *principal* has just proved it again; answers until when."""
        at = await self.sessions.confirm(principal.session_id)
        return at + timedelta(seconds=self.config.confirm_ttl)

    def csrf_token(self, cookie: str) -> str:
        """Answers what must come with a change that the cookie *cookie* signs."""
        return self.sessions.csrf(cookie)

    async def issue_ticket(self, principal: Principal, origin: str) -> Ticket:
        """Answers a ticket that opens one socket from *origin* for the session of *principal*."""
        ticket = secrets.token_urlsafe(32)
        bound = orjson.dumps(
            {
                "session": principal.session_id,
                "origin": origin,
                "until": principal.expires_at.timestamp(),
            }
        )
        ttl = self.config.ticket_ttl
        await self.one_time.put(_ticket_key(ticket), bound, ttl=ttl)
        return Ticket(ticket, ttl)

    async def spend_ticket(self, ticket: str, origin: str) -> Principal:
        """Trades *ticket* for whom it was given to; of N who try, one succeeds.

        Raises:
            TicketRefused: used, too old, unknown, or given to a page of another origin.
            TokenRejected: the session behind it was ended meanwhile.
        """
        if not 0 < len(ticket) <= 64 or not ticket.isascii():
            raise TicketRefused("no ticket of ours")
        found = await self.one_time.take(_ticket_key(ticket))
        if found is None:
            raise TicketRefused("used, or too old")
        bound = orjson.loads(found)
        if bound["origin"] != origin:
            raise TicketRefused("given to another origin")
        row = await self.sessions.living(bound["session"])
        return self._principal(row, datetime.fromtimestamp(bound["until"], UTC))

    def _login(self, opened: Opened) -> Login:
        row = opened.row
        left = min(row.expires_at, row.idle_expires_at) - self.clock.now()
        login = Login(
            user_id=row.user_id,
            session_id=row.id,
            kind=row.kind,
            secret=opened.token,
            access_token="",
            access_expires_in=self.config.access_ttl,
            expires_in=max(0, int(left.total_seconds())),
            csrf_token="",
        )
        if row.kind == "cookie":
            return replace(login, csrf_token=self.csrf_token(opened.token))
        return replace(login, access_token=self.access_token(row.user_id, row.id))

    def _principal(self, row: SessionRow, expires_at: datetime) -> Principal:
        confirmed = row.confirmed_at
        until = confirmed + timedelta(seconds=self.config.confirm_ttl) if confirmed else None
        return Principal(row.user_id, row.id, row.kind, expires_at, until)


def _ticket_key(ticket: str) -> str:
    return f"ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
