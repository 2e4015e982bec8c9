from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, cast

import pytest

from app.models import Conversation, Member, Session, User, direct_key
from app.providers.places import Place, Places
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.testing import race
from tests.databases import opened


class Counted:
    """A database that counts what it is asked."""

    def __init__(self, database: Database) -> None:
        self.questions = 0
        self._database = database

    async def fetch(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        self.questions += 1
        return await self._database.fetch(sql, params)


@pytest.fixture
async def counted(database_url: str) -> AsyncIterator[Counted]:
    async with opened(database_url, models=("app.models",)) as database:
        yield Counted(database)


@pytest.fixture
def places(counted: Counted) -> Places:
    return Places(cast("Database", counted), most=3)


async def session(clock: FakeClock, user: int | None = None) -> Session:
    """Signs somebody in, who is new unless *user* is told."""
    user = user or (await User.create(nickname="somebody")).id
    until = clock.now() + timedelta(days=1)
    secret = f"{user}-{await Session.all().count()}"
    return await Session.create(
        user_id=user, kind="token", secret_hash=secret, idle_expires_at=until, expires_at=until
    )


async def group(*users: int, read: int = 0) -> int:
    made = await Conversation.create(kind="group")
    rows = [Member(conversation_id=made.id, user_id=id, read_seq=read) for id in users]
    await Member.bulk_create(rows)
    return made.id


async def talk(one: int, other: int) -> int:
    made = await Conversation.create(kind="direct", direct_key=direct_key(one, other))
    await Member.bulk_create([Member(conversation_id=made.id, user_id=id) for id in {one, other}])
    return made.id


async def test_somebody_who_is_nowhere_has_a_session_all_the_same(
    places: Places, clock: FakeClock
) -> None:
    ann = await session(clock)

    assert await places.of_session(ann.id) == []


@pytest.mark.rule(39)
async def test_an_ended_session_and_one_that_never_was_are_nothing(
    places: Places, clock: FakeClock
) -> None:
    ann = await session(clock)
    await group(ann.user_id)

    await Session.filter(id=ann.id).update(revoked_at=clock.now())

    assert await places.of_session(ann.id) is None
    assert await places.of_session(ann.id + 1) is None


async def test_places_come_the_newest_first_with_who_is_at_the_other_end(
    places: Places, clock: FakeClock
) -> None:
    ann, ben = await session(clock), await session(clock)
    in_group = await group(ann.user_id, ben.user_id, read=4)
    direct = await talk(ann.user_id, ben.user_id)
    alone = await talk(ann.user_id, ann.user_id)

    assert await places.of_session(ann.id) == [
        Place(alone, 0, None),
        Place(direct, 0, ben.user_id),
        Place(in_group, 4, None),
    ]


async def test_there_are_only_so_many_of_each_and_the_newest(
    places: Places, clock: FakeClock
) -> None:
    ann, ben = await session(clock), await session(clock)
    made = [await group(ann.user_id, ben.user_id) for _ in range(5)]

    for who in (ann, ben):
        found = await places.of_session(who.id)

        assert found is not None
        assert [place.id for place in found] == made[:1:-1]


async def test_two_sessions_of_one_user_are_answered_each(places: Places, clock: FakeClock) -> None:
    phone = await session(clock)
    laptop = await session(clock, phone.user_id)
    id = await group(phone.user_id)

    found = await race(2, lambda n: places.of_session((phone, laptop)[n].id))

    assert found == [[Place(id, 0, None)]] * 2


async def test_sixty_four_who_come_at_once_share_one_question(
    places: Places, counted: Counted, clock: FakeClock
) -> None:
    sessions = [await session(clock) for _ in range(64)]
    ids = [await group(each.user_id) for each in sessions]
    await Session.filter(id=sessions[7].id).update(revoked_at=clock.now())

    found = await race(64, lambda n: places.of_session(sessions[n].id))

    assert found == [None if n == 7 else [Place(ids[n], 0, None)] for n in range(64)]
    assert counted.questions == 1
