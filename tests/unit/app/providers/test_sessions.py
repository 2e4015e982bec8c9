from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.models import User
from app.providers.sessions import DatabaseSessions
from app.providers.signals import Signals
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.session import Device, NewSession
from tests.databases import opened


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


async def test_inside_a_transaction_a_session_is_read_by_its_connection(
    database: Database, clock: FakeClock
) -> None:
    store, now = DatabaseSessions(database, Signals(database, clock)), clock.now()
    until = now + timedelta(days=1)
    user = await User.create(nickname="ann")

    # SQLite has one connection: to wait for another one here would be for ever.
    async with asyncio.timeout(5), database.transaction():
        made = await store.add(
            NewSession(
                user_id=user.id,
                kind="token",
                scheme="password",
                digest="a",
                device=Device(),
                at=now,
                idle_expires_at=until,
                expires_at=until,
            )
        )
        assert await store.get(made.id) == made
