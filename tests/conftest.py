"""What every test may ask for; the fixtures of one kind of test stand beside those tests."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pkg.clock import FakeClock
from pkg.testing import require
from tests.databases import Ready, kind_wanted, ready
from tests.redises import Lease

Later = Callable[[float], Awaitable[None]]

# The same examples everywhere, and no time-out: a busy machine breaks no law.
settings.register_profile("parley", derandomize=True, deadline=None)
settings.load_profile("parley")


@pytest.fixture(scope="session")
def ready_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """What hands out databases of the kind `TEST_DATABASE` names."""
    made = ready(kind_wanted(), tmp_path_factory.mktemp("template"))
    yield made
    made.close()


@pytest.fixture
def database_url(ready_databases: Ready, tmp_path: Path) -> str:
    """A database with every migration applied and nothing else in it."""
    return ready_databases.fresh(tmp_path)


@pytest.fixture(scope="session")
def redis_lease() -> Iterator[Lease | None]:
    """A part of the server for this worker alone, where the suite runs with Redis."""
    if os.environ.get("TEST_STORES") != "redis":
        yield None
        return
    lease = Lease(require("redis"))
    yield lease
    lease.close()


@pytest.fixture
def clock(redis_lease: Lease | None) -> FakeClock:
    """A clock that stands still, and moves for the Redis of `redis_url` too."""
    return redis_lease.clock() if redis_lease else FakeClock()


@pytest.fixture
def redis_url(redis_lease: Lease | None) -> str | None:
    """An empty Redis with `TEST_STORES=redis`, else None."""
    return redis_lease.fresh() if redis_lease else None


@pytest.fixture
def stores(database_url: str, redis_url: str | None) -> dict[str, str]:
    """What a server process of its own has to be told to use these two."""
    return {"DATABASE_URL": database_url} | ({"REDIS_URL": redis_url} if redis_url else {})
