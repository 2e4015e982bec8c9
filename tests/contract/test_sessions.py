"""The laws of session stores, over the one in memory and the one in each database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.models import AuditEvent, Signal, User
from app.providers.sessions import DatabaseSessions
from app.providers.signals import Signals
from pkg.clock import FakeClock
from pkg.session import Device, NewSession, SessionRow, SessionStore
from pkg.session.drivers.fake import FakeSessionStore
from pkg.testing import race
from tests.databases import DIALECTS, Ready, opened, ready

ANN, BEN = 1, 2
PHONE = Device(ip="203.0.113.9", user_agent="phone/1.0", name="my phone")


@pytest.fixture(scope="module", params=["fake", *DIALECTS])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ready | None]:
    if request.param == "fake":
        yield None
        return
    made = ready(request.param, tmp_path_factory.mktemp("sessions"))
    yield made
    made.close()


@pytest.fixture
async def store(
    databases: Ready | None, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[SessionStore]:
    if databases is None:
        yield FakeSessionStore()
        return
    async with opened(databases.fresh(tmp_path), models=("app.models",)) as database:
        for id in (ANN, BEN):
            await User(id=id, name=f"person{id}", name_key=f"person{id}").save(force_create=True)
        yield DatabaseSessions(database, Signals(database, clock))


async def add(store: SessionStore, clock: FakeClock, digest: str, user: int = ANN) -> SessionRow:
    now = clock.now()
    return await store.add(
        NewSession(
            user_id=user,
            kind="token",
            scheme="password",
            digest=digest,
            device=PHONE,
            at=now,
            idle_expires_at=now + timedelta(seconds=100),
            expires_at=now + timedelta(seconds=1000),
            confirmed_at=now,
        )
    )


def got(row: SessionRow | None) -> SessionRow:
    assert row is not None
    return row


async def rotate(store: SessionStore, clock: FakeClock, id: int, old: str, new: str) -> bool:
    later = clock.now() + timedelta(seconds=500)
    return await store.rotate(id, digest=old, successor=new, at=clock.now(), idle_expires_at=later)


async def test_what_was_added_is_found_as_it_was(store: SessionStore, clock: FakeClock) -> None:
    row = await add(store, clock, "a")

    found = got(await store.get(row.id))

    assert (found.user_id, found.kind, found.scheme) == (ANN, "token", "password")
    assert (found.digest, found.previous_digest, found.device) == ("a", None, PHONE)
    assert found.created_at == found.confirmed_at == found.last_seen_at == clock.now()
    assert found.idle_expires_at == clock.now() + timedelta(seconds=100)
    assert found.expires_at == clock.now() + timedelta(seconds=1000)
    assert (found.revoked_at, found.reason, found.rotated_at) == (None, None, None)


async def test_nothing_is_found_that_never_was(store: SessionStore) -> None:
    assert await store.get(99) is None


async def test_many_who_are_asked_for_at_once_are_found_each(
    store: SessionStore, clock: FakeClock
) -> None:
    rows = [await add(store, clock, f"{n}") for n in range(20)]
    await store.end([rows[3].id], reason="logout", at=clock.now())
    ids = [*(row.id for row in rows), rows[-1].id + 1]

    found = await asyncio.gather(*map(store.get, ids))

    assert found[20] is None
    assert [got(each).digest for each in found[:20]] == [f"{n}" for n in range(20)]
    assert [n for n, each in enumerate(found[:20]) if got(each).revoked_at] == [3]


async def test_a_rotation_remembers_what_was_before(store: SessionStore, clock: FakeClock) -> None:
    row = await add(store, clock, "a")
    clock.advance(5)

    assert await rotate(store, clock, row.id, "a", "b")

    found = got(await store.get(row.id))
    assert (found.digest, found.previous_digest) == ("b", "a")
    assert found.rotated_at == clock.now()
    assert found.idle_expires_at == clock.now() + timedelta(seconds=500)


async def test_only_the_current_digest_is_rotated(store: SessionStore, clock: FakeClock) -> None:
    row = await add(store, clock, "a")

    assert not await rotate(store, clock, row.id, "x", "b")
    assert got(await store.get(row.id)).digest == "a"


@pytest.mark.rule(37)
async def test_of_twenty_rotations_at_once_one_is_done(
    store: SessionStore, clock: FakeClock
) -> None:
    row = await add(store, clock, "a")

    done = await race(20, lambda n: rotate(store, clock, row.id, "a", f"b{n}"))

    assert done.count(True) == 1
    assert done.count(False) == 19


async def test_an_ended_session_is_not_rotated(store: SessionStore, clock: FakeClock) -> None:
    row = await add(store, clock, "a")
    await store.end([row.id], reason="logout", at=clock.now())

    assert not await rotate(store, clock, row.id, "a", "b")


async def test_use_and_confirmation_are_noted(store: SessionStore, clock: FakeClock) -> None:
    row = await add(store, clock, "a")
    clock.advance(70)
    later = clock.now() + timedelta(seconds=100)

    await store.touch(row.id, at=clock.now(), idle_expires_at=later)
    await store.confirm(row.id, at=clock.now())

    found = got(await store.get(row.id))
    assert found.last_seen_at == found.confirmed_at == clock.now()
    assert found.idle_expires_at == later


@pytest.mark.rule(39)
async def test_ending_says_which_it_ended(store: SessionStore, clock: FakeClock) -> None:
    one, two = await add(store, clock, "a"), await add(store, clock, "b")
    await store.end([one.id], reason="logout", at=clock.now())

    assert await store.end([one.id, two.id, 99], reason="reused", at=clock.now()) == [two.id]

    assert got(await store.get(one.id)).reason == "logout"
    assert got(await store.get(two.id)).reason == "reused"
    assert got(await store.get(two.id)).revoked_at == clock.now()


async def test_of_twenty_endings_at_once_one_did_it(store: SessionStore, clock: FakeClock) -> None:
    row = await add(store, clock, "a")

    ended = await race(20, lambda _: store.end([row.id], reason="logout", at=clock.now()))

    assert ended.count([row.id]) == 1
    assert ended.count([]) == 19


@pytest.mark.rule(22)
async def test_a_user_s_sessions_end_but_the_one_that_is_kept(
    store: SessionStore, clock: FakeClock
) -> None:
    kept, gone = await add(store, clock, "a"), await add(store, clock, "b")
    other = await add(store, clock, "c", BEN)

    ended = await store.end_of_user(ANN, reason="password", at=clock.now(), but=kept.id)

    assert ended == [gone.id]
    assert got(await store.get(kept.id)).revoked_at is None
    assert got(await store.get(other.id)).revoked_at is None


async def test_the_list_is_of_what_lives_the_newest_first(
    store: SessionStore, clock: FakeClock
) -> None:
    first, ended = await add(store, clock, "a"), await add(store, clock, "b")
    last = await add(store, clock, "c")
    await add(store, clock, "d", BEN)
    await store.end([ended.id], reason="logout", at=clock.now())

    assert [row.id for row in await store.of_user(ANN, at=clock.now())] == [last.id, first.id]

    clock.advance(1000)
    assert await store.of_user(ANN, at=clock.now()) == []


@pytest.mark.rule(39)
async def test_ending_tells_every_node_and_the_audit_in_one_transaction(
    store: SessionStore, clock: FakeClock
) -> None:
    if isinstance(store, FakeSessionStore):
        pytest.skip("the one in memory has nobody to tell")
    one, two = await add(store, clock, "a"), await add(store, clock, "b")

    await store.end([one.id], reason="logout", at=clock.now())
    await store.end([two.id], reason="banned", at=clock.now())

    told = await Signal.all().order_by("id").values_list("kind", "subject")
    assert told == [("session.ended", str(one.id)), ("session.banned", str(two.id))]
    written = await AuditEvent.all().order_by("id").values_list("kind", "session_id", "detail")
    assert written == [
        ("session.ended", one.id, {"reason": "logout"}),
        ("session.ended", two.id, {"reason": "banned"}),
    ]
