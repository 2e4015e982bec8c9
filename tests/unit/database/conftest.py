from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from pkg.database import Database
from pkg.hash import Hasher
from pkg.hash.drivers.fake import FakeHash
from tests.databases import opened


@dataclass(frozen=True)
class Ground:
    """What a seeder works with."""

    database: Database
    hasher: Hasher


@pytest.fixture
async def ground(database_url: str) -> AsyncIterator[Ground]:
    """A migrated database of its own, made current."""
    hasher = Hasher(FakeHash())
    async with opened(database_url, models=("app.models",)) as database:
        yield Ground(database, hasher)
    hasher.close()
