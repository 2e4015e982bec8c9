"""Logins: opened, shown, rotated, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pkg.clock import Clock
from pkg.jwt import TokenExpired, TokenInvalid
from pkg.session.contract import Device, Kind, NewSession, SessionRow, SessionStore
from pkg.session.errors import TokenReused, TokenRevoked
from pkg.session.live import LiveSessions
from pkg.session.secret import Secrets, Shown, digest

GRACE = 10.0  # seconds in which a retired token still gives its successor
TOUCH_EVERY = 60.0  # seconds between two notes of use


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and the token that shows it; this is the only time the token is seen."""

    row: SessionRow
    token: str = field(repr=False)


class Sessions:
    """The face over *store*. A session lives *idle* seconds unused, *absolute* seconds at most."""

    def __init__(
        self,
        store: SessionStore,
        secrets: Secrets,
        clock: Clock,
        live: LiveSessions,
        *,
        idle: float,
        absolute: float,
    ) -> None:
        self._store = store
        self._secrets = secrets
        self._clock = clock
        self._live = live
        self._idle = timedelta(seconds=idle)
        self._absolute = timedelta(seconds=absolute)

    async def open(self, user_id: int, *, kind: Kind, scheme: str, device: Device) -> Opened:
        """Makes a session; whoever signs in has just proved to be there, so it is confirmed."""
        now, secret = self._clock.now(), self._secrets.fresh()
        row = await self._store.add(
            NewSession(
                user_id=user_id,
                kind=kind,
                scheme=scheme,
                digest=digest(secret),
                device=device,
                at=now,
                idle_expires_at=min(now + self._idle, now + self._absolute),
                expires_at=now + self._absolute,
                confirmed_at=now,
            )
        )
        return Opened(row, self._secrets.compose(row.id, secret))

    async def living(self, id: int) -> SessionRow:
        """Answers the session *id*.

        Raises:
            TokenRevoked: it was ended, or never was.
            TokenExpired: its time is over.
        """
        row = self._live.get(id)
        if row is None:
            changes = self._live.changes
            row = await self._store.get(id)
            if row is None:
                raise TokenRevoked("there is no such session")
            self._live.keep(row, changes=changes)
        return self._checked(row)

    async def by_cookie(self, token: str) -> SessionRow:
        """Answers the session that the cookie *token* shows, and notes that it is used.

        Raises:
            TokenInvalid: it is no cookie of ours.
            TokenRevoked, TokenExpired: as `living`.
        """
        shown = self._secrets.read(token)
        if shown is None:
            raise TokenInvalid("no cookie of ours")
        row = await self.living(shown.session_id)
        if row.kind != "cookie" or row.digest != shown.digest:
            raise TokenInvalid("not the cookie of this session")
        await self._note_use(row)
        return row

    async def rotate(self, token: str) -> Opened:
        """Trades the refresh token *token* for its successor and retires it.

        Until GRACE seconds later it gives the same successor again, so that an answer that was
        lost, or twenty tabs at once, end nobody's session. Source: RFC 9700, 4.14.

        Raises:
            TokenInvalid: it never was one of ours.
            TokenExpired, TokenRevoked: its session is over.
            TokenReused: it was retired before; the session has been ended because of it.
        """
        shown = self._secrets.read(token)
        if shown is None:
            raise TokenInvalid("no refresh token of ours")
        row = await self._store.get(shown.session_id)
        if row is None or row.kind != "token":
            raise TokenInvalid("no such session")
        self._checked(row)
        if row.digest == shown.digest and await self._retire(row, shown):
            return await self._follow(shown)
        return await self._late(shown)

    async def confirm(self, id: int) -> datetime:
        """Notes that the owner of session *id* has just proved to be there; answers when."""
        now = self._clock.now()
        await self._store.confirm(id, at=now)
        self._live.forget([id])
        return now

    async def of_user(self, user_id: int) -> list[SessionRow]:
        """Answers the living sessions of *user_id*, the newest first."""
        return await self._store.of_user(user_id, at=self._clock.now())

    async def end(self, ids: Sequence[int], *, reason: str) -> list[int]:
        """Ends sessions everywhere; those that were over already are left out of the answer."""
        ended = await self._store.end(ids, reason=reason, at=self._clock.now())
        self._live.forget(ids)
        return ended

    async def end_of_user(self, user_id: int, *, reason: str, but: int | None = None) -> list[int]:
        """Ends all sessions of *user_id*, save *but*."""
        now = self._clock.now()
        ended = await self._store.end_of_user(user_id, reason=reason, at=now, but=but)
        self._live.forget(ended)
        return ended

    def shown_by(self, token: str) -> int | None:
        """Answers whose session *token* claims, if it ever was one of ours; it proves no more."""
        shown = self._secrets.read(token)
        return shown.session_id if shown else None

    def csrf(self, token: str) -> str:
        """Answers the CSRF token that belongs to the cookie *token*."""
        return self._secrets.csrf(token)

    async def _retire(self, row: SessionRow, shown: Shown) -> bool:
        now = self._clock.now()
        return await self._store.rotate(
            row.id,
            digest=shown.digest,
            successor=digest(self._secrets.successor(shown)),
            at=now,
            idle_expires_at=min(now + self._idle, row.expires_at),
        )

    async def _follow(self, shown: Shown) -> Opened:
        row = await self._store.get(shown.session_id)
        if row is None:
            raise TokenRevoked("there is no such session")
        token = self._secrets.compose(row.id, self._secrets.successor(shown))
        return Opened(self._checked(row), token)

    async def _late(self, shown: Shown) -> Opened:
        row = await self._store.get(shown.session_id)
        if row is None:
            raise TokenRevoked("there is no such session")
        self._checked(row)
        age = (self._clock.now() - (row.rotated_at or row.created_at)).total_seconds()
        if row.previous_digest == shown.digest and age <= GRACE:
            return await self._follow(shown)
        if age <= GRACE:  # two steps behind, and the last one just now: a slow tab, no thief's gain
            raise TokenReused("traded already")
        await self.end([row.id], reason="reused")
        raise TokenReused("traded already: the session was ended")

    async def _note_use(self, row: SessionRow) -> None:
        now = self._clock.now()
        if row.last_seen_at and (now - row.last_seen_at).total_seconds() < TOUCH_EVERY:
            return
        idle_expires_at = min(now + self._idle, row.expires_at)
        await self._store.touch(row.id, at=now, idle_expires_at=idle_expires_at)
        self._live.forget([row.id])

    def _checked(self, row: SessionRow) -> SessionRow:
        if row.revoked_at is not None:
            raise TokenReused("ended") if row.reason == "reused" else TokenRevoked("ended")
        now = self._clock.now()
        if now >= row.expires_at or now >= row.idle_expires_at:
            raise TokenExpired("the session is over")
        return row
