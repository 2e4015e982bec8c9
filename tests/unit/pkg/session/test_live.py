from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.session import Device, LiveSessions, Sessions
from pkg.session.drivers.fake import FakeSessionStore
from pkg.session.live import MAX_AGE

pytestmark = pytest.mark.rule(39)


async def opened(sessions: Sessions) -> int:
    return (await sessions.open(1, kind="token", scheme="password", device=Device())).row.id


async def test_while_no_news_comes_in_the_database_is_asked_each_time(
    sessions: Sessions, store: FakeSessionStore
) -> None:
    id = await opened(sessions)

    for _ in range(3):
        await sessions.living(id)

    assert store.reads == 3


async def test_while_news_comes_in_a_session_is_read_once(
    sessions: Sessions, store: FakeSessionStore, live: LiveSessions
) -> None:
    id = await opened(sessions)
    live.heard()

    for _ in range(3):
        await sessions.living(id)

    assert store.reads == 1


async def test_silence_makes_the_mirror_worth_nothing(
    sessions: Sessions, store: FakeSessionStore, live: LiveSessions, clock: FakeClock
) -> None:
    id = await opened(sessions)
    live.heard()
    await sessions.living(id)

    clock.advance(1)
    await sessions.living(id)

    assert store.reads == 2


async def test_a_forgotten_session_is_read_anew(
    sessions: Sessions, store: FakeSessionStore, live: LiveSessions
) -> None:
    id = await opened(sessions)
    live.heard()
    await sessions.living(id)

    live.forget([id])
    await sessions.living(id)

    assert store.reads == 2


async def test_a_row_read_before_a_change_is_not_kept_after_it(
    sessions: Sessions, store: FakeSessionStore, live: LiveSessions
) -> None:
    row = store.rows[await opened(sessions)]
    live.heard()
    before = live.changes

    live.forget([row.id])  # the news overtook the answer of the database
    live.keep(row, changes=before)

    assert live.get(row.id) is None


async def test_a_row_is_believed_for_a_bounded_time(
    sessions: Sessions, store: FakeSessionStore, live: LiveSessions, clock: FakeClock
) -> None:
    id = await opened(sessions)
    live.heard()
    await sessions.living(id)

    clock.advance(MAX_AGE + 1)
    live.heard()

    assert live.get(id) is None


async def test_after_a_clear_nothing_is_known(sessions: Sessions, live: LiveSessions) -> None:
    id = await opened(sessions)
    live.heard()
    await sessions.living(id)

    live.clear()

    assert live.get(id) is None
