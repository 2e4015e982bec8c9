from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pkg.database import Database, DatabaseConfig
from pkg.hash import Hasher
from pkg.hash.drivers.fake import FakeHash
from pkg.migrate import Migrator


@dataclass(frozen=True)
class Ground:
    """What a seeder works with."""

    database: Database
    hasher: Hasher


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    """A migrated database of its own, made current."""
    config = DatabaseConfig.model_validate({"url": f"sqlite:///{tmp_path}/app.sqlite3"})
    database = Database.from_config(config, root=tmp_path)
    hasher = Hasher(FakeHash())
    await database.open()
    try:
        with database.active():
            await Migrator(database).up()
            yield Ground(database, hasher)
    finally:
        hasher.close()
        await database.close()
