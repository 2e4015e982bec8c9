from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.models import User
from pkg.database import Database
from tests.databases import opened


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, current in the test."""
    async with opened(database_url, models=["app.models"]) as found:
        yield found


@pytest.fixture
async def people(database: Database) -> list[str]:
    """Seven accounts, among them three of equal experience."""
    names = ["ada", "bob", "cai", "dee", "eva", "fei", "gus"]
    ranks = zip(names, [5, 3, 3, 3, 9, 1, 5], strict=True)
    await User.bulk_create([User(name=name, name_key=name, exp=exp) for name, exp in ranks])
    return names
