from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.models import User
from app.providers.users import DatabaseUsers
from pkg.clock import FakeClock
from pkg.database import Database
from tests.databases import opened


@pytest.fixture(autouse=True)
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


async def test_open_accounts_are_found_and_closed_ones_are_not() -> None:
    clock = FakeClock()
    users = DatabaseUsers(clock)
    ann, ben, eve = [await User.create(nickname=name) for name in ("ann", "ben", "eve")]
    await User.filter(id=ben.id).update(disabled_at=clock.now())

    found = await users.open_accounts([eve.id, ann.id, ben.id, eve.id + 1])

    assert {id: user.nickname for id, user in found.items()} == {ann.id: "ann", eve.id: "eve"}


async def test_a_ban_that_has_ended_is_none() -> None:
    clock = FakeClock()
    users, until = DatabaseUsers(clock), clock.now() + timedelta(hours=1)
    ben = await User.create(nickname="ben", disabled_at=clock.now(), disabled_until=until)

    assert not await users.is_open(ben.id)
    assert not ben.is_open(clock.now())
    clock.advance(3600)
    assert await users.is_open(ben.id)
    assert ben.is_open(clock.now())
    assert [*await users.open_accounts([ben.id])] == [ben.id]
