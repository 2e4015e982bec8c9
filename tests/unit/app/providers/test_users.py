from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.models import User
from app.providers.users import open_accounts
from pkg.database import Database
from tests.databases import opened


@pytest.fixture(autouse=True)
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


async def test_open_accounts_are_found_and_closed_ones_are_not() -> None:
    ann, ben, eve = [await User.create(nickname=name) for name in ("ann", "ben", "eve")]
    await User.filter(id=ben.id).update(disabled_at=datetime(2026, 1, 1, tzinfo=UTC))

    found = await open_accounts([eve.id, ann.id, ben.id, eve.id + 1])

    assert {id: user.nickname for id, user in found.items()} == {ann.id: "ann", eve.id: "eve"}
