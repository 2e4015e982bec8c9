from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from database.seeders.ground import Ground
from pkg.hash import Hasher
from pkg.hash.drivers.fake import FakeHash
from tests.databases import opened


@pytest.fixture
async def ground(database_url: str) -> AsyncIterator[Ground]:
    """A migrated database of its own, made current."""
    hasher = Hasher(FakeHash())
    async with opened(database_url, models=("app.models",)) as database:
        yield Ground(database, hasher)
    hasher.close()
