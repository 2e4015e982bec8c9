from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.database import DatabaseUnavailable
from pkg.jwt import TokenExpired, TokenInvalid
from pkg.session import Device, Kind, Opened, Sessions, TokenReused, TokenRevoked
from pkg.session.drivers.fake import FakeSessionStore
from pkg.session.sessions import GRACE
from pkg.testing import race

PHONE = Device(ip="203.0.113.9", user_agent="phone", name="my phone")


async def opened(sessions: Sessions, kind: Kind = "token", user_id: int = 1) -> Opened:
    return await sessions.open(user_id, kind=kind, scheme="password", device=PHONE)


async def test_a_session_knows_where_it_came_from(sessions: Sessions) -> None:
    row = (await opened(sessions)).row

    assert (row.user_id, row.kind, row.scheme, row.device) == (1, "token", "password", PHONE)
    assert row.confirmed_at == row.created_at


@pytest.mark.rule(35)
async def test_the_store_never_sees_a_secret(sessions: Sessions, store: FakeSessionStore) -> None:
    login = await opened(sessions)
    secret = login.token.split(".")[1]

    assert secret not in str([vars_of(row) for row in store.rows.values()])
    assert secret not in repr(login)


def vars_of(row: object) -> list[object]:
    return [getattr(row, name) for name in row.__slots__]  # type: ignore[attr-defined]


@pytest.mark.rule(44)
async def test_each_login_is_a_session_of_its_own(sessions: Sessions) -> None:
    assert (await opened(sessions)).row.id != (await opened(sessions)).row.id


@pytest.mark.rule(36)
async def test_inherited_refresh_without_rotation(sessions: Sessions) -> None:
    login = await opened(sessions)

    following = await sessions.rotate(login.token)

    assert following.token != login.token
    assert following.row.id == login.row.id


@pytest.mark.rule(36)
async def test_a_token_that_comes_back_late_ends_the_session(
    sessions: Sessions, clock: FakeClock
) -> None:
    login = await opened(sessions)
    following = await sessions.rotate(login.token)

    clock.advance(GRACE + 1)
    with pytest.raises(TokenReused):
        await sessions.rotate(login.token)

    with pytest.raises(TokenReused):
        await sessions.rotate(following.token)  # the thief and the owner both have to sign in


@pytest.mark.rule(36)
async def test_a_token_two_steps_behind_ends_the_session_too(
    sessions: Sessions, clock: FakeClock
) -> None:
    login = await opened(sessions)
    clock.advance(GRACE + 1)
    following = await sessions.rotate((await sessions.rotate(login.token)).token)

    clock.advance(GRACE + 1)
    with pytest.raises(TokenReused):
        await sessions.rotate(login.token)

    with pytest.raises(TokenReused):
        await sessions.rotate(following.token)


@pytest.mark.rule(37)
async def test_a_slow_tab_two_steps_behind_is_refused_and_kills_nobody(sessions: Sessions) -> None:
    login = await opened(sessions)
    following = await sessions.rotate((await sessions.rotate(login.token)).token)

    with pytest.raises(TokenReused):
        await sessions.rotate(login.token)

    assert (await sessions.rotate(following.token)).row.revoked_at is None


@pytest.mark.rule(37)
async def test_in_the_grace_all_get_the_same_successor_and_one_branch_lives(
    sessions: Sessions, store: FakeSessionStore
) -> None:
    login = await opened(sessions)

    answers = await race(20, lambda _: sessions.rotate(login.token))

    tokens = {answer.token for answer in answers if isinstance(answer, Opened)}
    assert len(answers) == 20
    assert len(tokens) == 1
    assert [row.revoked_at for row in store.rows.values()] == [None]


@pytest.mark.rule(38)
async def test_a_caller_who_never_got_the_answer_may_ask_again(
    sessions: Sessions, clock: FakeClock
) -> None:
    login = await opened(sessions)
    lost = await sessions.rotate(login.token)

    clock.advance(GRACE)

    assert (await sessions.rotate(login.token)).token == lost.token


async def test_a_made_up_token_ends_nobody_s_session(
    sessions: Sessions, store: FakeSessionStore
) -> None:
    login = await opened(sessions)
    forged = f"{login.row.id}.{'A' * 43}.{'A' * 22}"

    with pytest.raises(TokenInvalid):
        await sessions.rotate(forged)

    assert store.rows[login.row.id].revoked_at is None


@pytest.mark.rule(34)
async def test_a_cookie_is_no_refresh_token_and_the_other_way_round(sessions: Sessions) -> None:
    token, cookie = await opened(sessions), await opened(sessions, "cookie")

    with pytest.raises(TokenInvalid):
        await sessions.rotate(cookie.token)
    with pytest.raises(TokenInvalid):
        await sessions.by_cookie(token.token)


@pytest.mark.rule(35)
async def test_a_session_that_rests_too_long_is_over(sessions: Sessions, clock: FakeClock) -> None:
    login = await opened(sessions)

    clock.advance(100)

    with pytest.raises(TokenExpired):
        await sessions.rotate(login.token)
    with pytest.raises(TokenExpired):
        await sessions.living(login.row.id)


@pytest.mark.rule(35)
async def test_use_keeps_a_session_but_never_beyond_its_end(
    sessions: Sessions, clock: FakeClock
) -> None:
    token = (await opened(sessions)).token
    for _ in range(11):
        clock.advance(90)
        token = (await sessions.rotate(token)).token

    clock.advance(10)

    with pytest.raises(TokenExpired):
        await sessions.rotate(token)


@pytest.mark.rule(47)
async def test_a_cookie_slides_as_it_is_used(sessions: Sessions, clock: FakeClock) -> None:
    cookie = (await opened(sessions, "cookie")).token

    for _ in range(5):
        clock.advance(90)
        await sessions.by_cookie(cookie)

    clock.advance(100)
    with pytest.raises(TokenExpired):
        await sessions.by_cookie(cookie)


async def test_use_is_noted_once_a_minute_at_most(
    sessions: Sessions, store: FakeSessionStore, clock: FakeClock
) -> None:
    cookie = await opened(sessions, "cookie")
    before = store.rows[cookie.row.id].last_seen_at

    clock.advance(59)
    await sessions.by_cookie(cookie.token)
    assert store.rows[cookie.row.id].last_seen_at == before

    clock.advance(1)
    await sessions.by_cookie(cookie.token)
    assert store.rows[cookie.row.id].last_seen_at == clock.now()


@pytest.mark.rule(39)
async def test_an_ended_session_is_revoked_for_whatever_shows_it(sessions: Sessions) -> None:
    token, cookie = await opened(sessions), await opened(sessions, "cookie")

    assert await sessions.end([token.row.id, cookie.row.id, 99], reason="logout") == [1, 2]

    with pytest.raises(TokenRevoked):
        await sessions.living(token.row.id)
    with pytest.raises(TokenRevoked):
        await sessions.rotate(token.token)
    with pytest.raises(TokenRevoked):
        await sessions.by_cookie(cookie.token)


async def test_a_session_ends_once(sessions: Sessions) -> None:
    login = await opened(sessions)

    assert await sessions.end([login.row.id], reason="logout") == [login.row.id]
    assert await sessions.end([login.row.id], reason="logout") == []


@pytest.mark.rule(22)
async def test_all_sessions_of_a_user_end_but_the_one_that_is_kept(sessions: Sessions) -> None:
    kept, gone = await opened(sessions), await opened(sessions)
    other = await opened(sessions, user_id=2)

    assert await sessions.end_of_user(1, reason="password", but=kept.row.id) == [gone.row.id]

    await sessions.living(kept.row.id)
    await sessions.living(other.row.id)
    with pytest.raises(TokenRevoked):
        await sessions.living(gone.row.id)


async def test_the_list_of_a_user_holds_what_lives_and_nobody_else_s(
    sessions: Sessions, clock: FakeClock
) -> None:
    first = await opened(sessions)
    await opened(sessions, user_id=2)
    last = await opened(sessions)
    await sessions.end([first.row.id], reason="logout")

    assert [row.id for row in await sessions.of_user(1)] == [last.row.id]


async def test_a_confirmation_is_noted(
    sessions: Sessions, store: FakeSessionStore, clock: FakeClock
) -> None:
    login = await opened(sessions)
    clock.advance(50)

    assert await sessions.confirm(login.row.id) == clock.now()
    assert store.rows[login.row.id].confirmed_at == clock.now()


async def test_a_session_that_never_was_is_revoked(sessions: Sessions) -> None:
    with pytest.raises(TokenRevoked):
        await sessions.living(99)


@pytest.mark.rule(39)
async def test_a_database_that_is_away_never_means_not_revoked(
    sessions: Sessions, store: FakeSessionStore
) -> None:
    login = await opened(sessions)
    store.failure = DatabaseUnavailable("away")

    with pytest.raises(DatabaseUnavailable):
        await sessions.living(login.row.id)
