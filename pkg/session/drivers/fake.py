"""The session store for tests: rows in a dict, and a failure on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pkg.errors import Error
from pkg.session.contract import NewSession, SessionRow, SessionStore


class FakeSessionStore(SessionStore):
    """Keeps rows in ``rows``; raises ``failure`` while one is set."""

    def __init__(self) -> None:
        self.rows: dict[int, SessionRow] = {}
        self.failure: Error | None = None
        self.reads = 0

    async def add(self, new: NewSession) -> SessionRow:
        self._fail()
        row = SessionRow(
            id=len(self.rows) + 1,
            user_id=new.user_id,
            kind=new.kind,
            scheme=new.scheme,
            digest=new.digest,
            previous_digest=None,
            rotated_at=None,
            device=new.device,
            created_at=new.at,
            last_seen_at=new.at,
            confirmed_at=new.confirmed_at,
            idle_expires_at=new.idle_expires_at,
            expires_at=new.expires_at,
            revoked_at=None,
            reason=None,
        )
        self.rows[row.id] = row
        return row

    async def get(self, id: int) -> SessionRow | None:
        self._fail()
        self.reads += 1
        return self.rows.get(id)

    async def of_user(self, user_id: int, *, at: datetime) -> list[SessionRow]:
        self._fail()
        mine = [row for row in self.rows.values() if row.user_id == user_id]
        living = [row for row in mine if row.revoked_at is None and row.idle_expires_at > at]
        return sorted(living, key=lambda row: row.id, reverse=True)

    async def rotate(
        self, id: int, *, digest: str, successor: str, at: datetime, idle_expires_at: datetime
    ) -> bool:
        self._fail()
        row = self.rows[id]
        if row.digest != digest or row.revoked_at is not None:
            return False
        self.rows[id] = replace(
            row,
            digest=successor,
            previous_digest=digest,
            rotated_at=at,
            last_seen_at=at,
            idle_expires_at=idle_expires_at,
        )
        return True

    async def touch(self, id: int, *, at: datetime, idle_expires_at: datetime) -> None:
        self._fail()
        self.rows[id] = replace(self.rows[id], last_seen_at=at, idle_expires_at=idle_expires_at)

    async def confirm(self, id: int, *, at: datetime) -> None:
        self._fail()
        self.rows[id] = replace(self.rows[id], confirmed_at=at)

    async def end(self, ids: Sequence[int], *, reason: str, at: datetime) -> list[int]:
        self._fail()
        ended = [id for id in ids if id in self.rows and self.rows[id].revoked_at is None]
        for id in ended:
            self.rows[id] = replace(self.rows[id], revoked_at=at, reason=reason)
        return ended

    async def end_of_user(
        self, user_id: int, *, reason: str, at: datetime, but: int | None = None
    ) -> list[int]:
        mine = [row.id for row in self.rows.values() if row.user_id == user_id and row.id != but]
        return await self.end(mine, reason=reason, at=at)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
