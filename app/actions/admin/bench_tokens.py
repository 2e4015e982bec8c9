"""Access tokens for a load test, a user each."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from app.container import Services
from app.models import Session, User
from pkg.errors import Rejected

T = TypeVar("T")

BATCH = 500  # rows a statement
SCHEME = "bench"


class BenchRefused(Rejected):
    """Tokens without a login are for local and testing environments only."""

    code = "bench.refused"


async def bench_tokens(services: Services, *, count: int) -> list[tuple[str, int]]:
    """Answers *count* ordinary access tokens, each with the id of a user of its own.

    Users are made where they are missing and found again the next time; each run opens sessions
    of its own. Nothing is hashed and nobody can sign in as one of them.

    Raises:
        BenchRefused: this environment serves people.
    """
    if services.settings.app.is_deployed:
        raise BenchRefused("tokens without a login are for local and testing environments")
    names = [f"bench_{number:06}" for number in range(1, count + 1)]
    users = await _users(services, names)
    sessions = await _sessions(services, users)
    return [
        (services.auth.access_token(user_id, session_id), user_id)
        for user_id, session_id in sessions
    ]


async def _users(services: Services, names: Sequence[str]) -> list[int]:
    ids: list[int] = []
    for batch in _batches(names):
        async with services.database.transaction():
            there = {one.name_key for one in await User.filter(name_key__in=batch).only("name_key")}
            await User.bulk_create(
                User(name=name, name_key=name, nickname=name) for name in batch if name not in there
            )
        found = await User.filter(name_key__in=batch).order_by("name_key").only("id")
        ids += [one.id for one in found]
    return ids


async def _sessions(services: Services, users: Sequence[int]) -> list[tuple[int, int]]:
    now, run = services.clock.now(), secrets.token_hex(8)
    ends = now + timedelta(days=1)
    for batch in _batches(users):
        async with services.database.transaction():
            await Session.bulk_create(
                Session(
                    user_id=user_id,
                    kind="token",
                    scheme=SCHEME,
                    secret_hash=secrets.token_hex(32),  # of no secret: it is never refreshed
                    device_name=run,
                    last_seen_at=now,
                    idle_expires_at=ends,
                    expires_at=ends,
                )
                for user_id in batch
            )
    found = await Session.filter(scheme=SCHEME, device_name=run).order_by("id")
    return [(one.user_id, one.id) for one in found]


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch
