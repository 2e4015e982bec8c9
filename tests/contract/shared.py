"""Stores that other processes can open too, each with an address and a name there."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pkg.cache import Store
from pkg.testing import require
from tests.contract.racer import opened
from tests.contract.stores import BLOB
from tests.databases import opened as database

SHARED = ("sqlite", "postgres", "mysql", "redis")


@asynccontextmanager
async def shared(kind: str, folder: Path) -> AsyncIterator[tuple[Store, str, str]]:
    """A store of *kind*, its URL and its table or prefix there."""
    if kind == "redis":
        prefix = f"test:{secrets.token_hex(8)}:"
        async with opened(require("redis"), prefix) as store:
            yield store, require("redis"), prefix
        return
    url = f"sqlite:///{folder}/shared.sqlite3" if kind == "sqlite" else require(kind)
    table = f"test_entries_{secrets.token_hex(8)}"
    async with database(url) as at:
        await at.execute(
            f"CREATE TABLE {table} (entry_key varchar(190) PRIMARY KEY,"
            f" entry_value {BLOB[at.dialect]} NOT NULL, expires_at double precision)"
        )
        try:
            async with opened(url, table) as store:
                yield store, url, table
        finally:
            await at.execute(f"DROP TABLE {table}")
