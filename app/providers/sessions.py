"""Sessions in the database: what `pkg.session` asks for, over the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from app.models import AuditEvent, Session
from app.providers.signals import Signals
from pkg.database import Database, utc
from pkg.helpers import Together
from pkg.session import Device, Kind, NewSession, SessionRow, SessionStore

KEPT = 512  # characters of a user agent
COLUMNS: Final = (
    "id, user_id, kind, scheme, secret_hash, previous_hash, rotated_at, device_name, ip, user_agent"
    ", created_at, last_seen_at, confirmed_at, idle_expires_at, expires_at, revoked_at, reason"
)


class DatabaseSessions(SessionStore):
    """Rows of `sessions`; ending one writes the signal and the audit line in one transaction."""

    def __init__(self, database: Database, signals: Signals) -> None:
        self._database = database
        self._signals = signals
        self._questions = Together(self._read)

    async def add(self, new: NewSession) -> SessionRow:
        device = new.device
        row = await Session.create(
            user_id=new.user_id,
            kind=new.kind,
            scheme=new.scheme,
            secret_hash=new.digest,
            device_name=device.name,
            ip=device.ip,
            user_agent=device.user_agent[:KEPT],
            last_seen_at=new.at,
            confirmed_at=new.confirmed_at,
            idle_expires_at=new.idle_expires_at,
            expires_at=new.expires_at,
            created_at=new.at,
        )
        return _row(row)

    async def get(self, id: int) -> SessionRow | None:
        if self._database.is_in_transaction:  # which may hold the only connection
            return (await self._read([id])).get(id)
        return (await self._questions.get([id])).get(id)  # thousands may come back at once

    async def of_user(self, user_id: int, *, at: datetime) -> list[SessionRow]:
        living = Session.filter(
            user_id=user_id, revoked_at=None, expires_at__gt=at, idle_expires_at__gt=at
        )
        return [_row(row) for row in await living.order_by("-id")]

    async def rotate(
        self, id: int, *, digest: str, successor: str, at: datetime, idle_expires_at: datetime
    ) -> bool:
        mine = Session.filter(id=id, secret_hash=digest, revoked_at=None)
        changed = await mine.update(
            secret_hash=successor,
            previous_hash=digest,
            rotated_at=at,
            last_seen_at=at,
            idle_expires_at=idle_expires_at,
            updated_at=at,
        )
        return changed == 1

    async def touch(self, id: int, *, at: datetime, idle_expires_at: datetime) -> None:
        await Session.filter(id=id).update(
            last_seen_at=at, idle_expires_at=idle_expires_at, updated_at=at
        )

    async def confirm(self, id: int, *, at: datetime) -> None:
        await Session.filter(id=id).update(confirmed_at=at, updated_at=at)
        await self._signals.tell("session.changed", str(id))

    async def end(self, ids: Sequence[int], *, reason: str, at: datetime) -> list[int]:
        async with self._database.transaction():
            rows = await Session.filter(id__in=list(ids), revoked_at=None)
            return await self._end(rows, reason, at)

    async def end_of_user(
        self, user_id: int, *, reason: str, at: datetime, but: int | None = None
    ) -> list[int]:
        async with self._database.transaction():
            rows = await Session.filter(user_id=user_id, revoked_at=None)
            return await self._end([row for row in rows if row.id != but], reason, at)

    async def _read(self, ids: Sequence[int]) -> Mapping[int, SessionRow]:
        where = f"WHERE id IN ({', '.join('?' * len(ids))})"
        rows = await self._database.fetch(f"SELECT {COLUMNS} FROM sessions {where}", ids)  # noqa: S608  names of ours
        return {row["id"]: _as_read(row) for row in rows}

    async def _end(self, rows: Sequence[Session], reason: str, at: datetime) -> list[int]:
        ended: list[int] = []
        for row in rows:
            mine = Session.filter(id=row.id, revoked_at=None)
            if not await mine.update(revoked_at=at, reason=reason, updated_at=at):
                continue  # somebody else ended it meanwhile
            ended.append(row.id)
            kind = "session.banned" if reason == "banned" else "session.ended"
            await self._signals.tell(kind, str(row.id))
            await AuditEvent(
                kind="session.ended",
                user_id=row.user_id,
                session_id=row.id,
                ip=row.ip,
                device_name=row.device_name,
                detail={"reason": reason},
                created_at=at,
            ).save()
        return ended


def _row(row: Session) -> SessionRow:
    return SessionRow(
        id=row.id,
        user_id=row.user_id,
        kind=cast("Kind", row.kind),
        scheme=row.scheme,
        digest=row.secret_hash,
        previous_digest=row.previous_hash,
        rotated_at=row.rotated_at,
        device=Device(ip=row.ip, user_agent=row.user_agent, name=row.device_name),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        confirmed_at=row.confirmed_at,
        idle_expires_at=row.idle_expires_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        reason=row.reason,
    )


def _as_read(row: Mapping[str, Any]) -> SessionRow:
    """Reads a row as the driver gives it: a model costs five times as much."""
    return SessionRow(
        id=row["id"],
        user_id=row["user_id"],
        kind=row["kind"],
        scheme=row["scheme"],
        digest=row["secret_hash"],
        previous_digest=row["previous_hash"],
        rotated_at=_moment(row["rotated_at"]),
        device=Device(ip=row["ip"], user_agent=row["user_agent"], name=row["device_name"]),
        created_at=utc(row["created_at"]),
        last_seen_at=_moment(row["last_seen_at"]),
        confirmed_at=_moment(row["confirmed_at"]),
        idle_expires_at=utc(row["idle_expires_at"]),
        expires_at=utc(row["expires_at"]),
        revoked_at=_moment(row["revoked_at"]),
        reason=row["reason"],
    )


def _moment(value: datetime | str | None) -> datetime | None:
    return None if value is None else utc(value)
